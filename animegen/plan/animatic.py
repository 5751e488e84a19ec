"""Plans an animatic: the film's own timing on the best that the store has of each shot.

A finished clip as it is, else the keyframe, held still under the shot's camera, else a slate.
Nothing in it needs a model.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from animegen.plan.compile import FILM, compile_film
from animegen.plan.graph import PlanBuilder
from animegen.steps.clip import Clip
from animegen.steps.film import Film
from animegen.steps.held import Held

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from animegen.packs.weights import Weights
    from animegen.plan.compile import Compiled
    from animegen.plan.graph import Plan
    from animegen.plan.timeline import ShotTiming
    from animegen.store.store import Store
    from animegen.storyboard.reading import Reading

Shown = Literal["slate", "keyframe", "clip"]
_CLIP = "/clip"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where something lies in the animatic, in delivered frames."""

    first: int
    """The first frame that no transition covers."""
    last: int
    """The last such frame."""
    shown: Shown

    @property
    def middle(self) -> int:
        """The frame between them."""
        return (self.first + self.last) // 2


@dataclass(frozen=True, kw_only=True)
class Animatic:
    """The plan of an animatic."""

    plan: Plan
    shots: Mapping[str, Place]
    """By shot, in film order."""
    selection: tuple[str, ...]


def compile_animatic(
    reading: Reading, weights: Weights, store: Store, *, dtype: str, only: Sequence[str] = ()
) -> Animatic:
    """Return the plan whose target is the animatic; `weights` may be those that somebody wishes.

    Raises:
        StoreFailed: when the store cannot be read.
    """
    slates = compile_film(reading, weights, dtype=dtype, slate=True, only=only)
    film = compile_film(reading, weights, dtype=dtype, only=only)
    return _Cutter(store, slates, film).cut()


class _Cutter:
    def __init__(self, store: Store, slates: Compiled, film: Compiled) -> None:
        self._store = store
        self._slates = slates.plan
        self._film = film.plan
        self._fps = str(film.timeline.clocks.fps)
        self._timings = {timing.id: timing for timing in film.timeline.shots}
        self._selection = film.selection
        self._builder = PlanBuilder()

    def cut(self) -> Animatic:
        """Put the best of each shot where the film has its clip."""
        node = self._slates.nodes[FILM]
        assert isinstance(node.step, Film)
        inputs, places, start = {}, {}, 0
        edits = node.step.edits
        outs = [*(edit.into for edit in edits[1:]), node.step.ending]
        for (role, source), edit, out in zip(node.inputs.items(), edits, outs, strict=True):
            shot = source.removesuffix(_CLIP)
            if shot in self._timings and source.endswith(_CLIP):
                inputs[role], shown = self._shot(self._timings[shot])
                first = start + min(edit.into.after, edit.frames - 1)
                last = max(first, start + edit.frames - out.before - 1)
                places[shot] = Place(first=first, last=last, shown=shown)
            else:
                inputs[role] = self._copy(source)
            start += edit.frames
        self._builder.add(FILM, node.step, inputs)
        return Animatic(plan=self._builder.build([FILM]), shots=places, selection=self._selection)

    def _shot(self, timing: ShotTiming) -> tuple[str, Shown]:
        """Add the nodes of a shot and return its clip's id."""
        clip = self._film.nodes[f"{timing.id}{_CLIP}"]
        if self._has(clip.key):
            return self._builder.adopt(clip), "clip"
        keyframe = self._film.nodes.get(f"{timing.id}/keyframe")
        if keyframe is None or not self._has(keyframe.key):
            return self._copy(clip.id), "slate"
        assert isinstance(clip.step, Clip)
        held = self._builder.add(
            f"{timing.id}/held",
            Held(frames=timing.generated, fps=self._fps),
            {"keyframe": self._builder.adopt(keyframe)},
        )
        filmed = replace(clip.step, interpolate="hold")
        return self._builder.add(clip.id, filmed, {"frames-00000": held}), "keyframe"

    def _copy(self, name: str) -> str:
        """Add a node of the film of slates, and before it what it reads."""
        node = self._slates.nodes[name]
        for source in node.inputs.values():
            self._copy(source)
        return self._builder.add(node.id, node.step, node.inputs)

    def _has(self, key: str) -> bool:
        """Whether an artifact is there, undamaged: nothing here could render it again."""
        artifact = self._store.find(key)
        return artifact is not None and self._store.check(artifact)
