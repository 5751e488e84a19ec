"""A film's plan as far as somebody wants it, and where in it pictures of its shots are to be had.

Unaware of the store and of variations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from animegen.plan.casting import Casting
from animegen.plan.compile import FILM, compile_film
from animegen.plan.frames import FrameCompiler
from animegen.plan.graph import PlanBuilder
from animegen.plan.selection import as_far_as
from animegen.storyboard.timing import Clocks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from animegen.packs.weights import Weights
    from animegen.plan.graph import Plan
    from animegen.storyboard.reading import Reading

Until = Literal["keyframe", "clip", "film"]


@dataclass(frozen=True, kw_only=True)
class Glimpse:
    """Where a picture of a shot is to be had."""

    node: str
    blob: str
    frame: int | None = None
    """Of a video, counted from its first; None for a picture."""


@dataclass(frozen=True, kw_only=True)
class Aim:
    """A film's plan as far as somebody wants it."""

    plan: Plan
    glimpses: Mapping[str, Glimpse]
    """By shot, in film order."""


def compile_until(
    reading: Reading,
    weights: Weights,
    *,
    until: Until,
    dtype: str = "float32",
    slate: bool = False,
    only: Sequence[str] = (),
) -> Aim:
    """Return the plan of a film as far as `until`, with one target for each shot, or the film's.

    Until the keyframe a film of slates has its slates. Of a video the glimpse is the middle of the
    shot.

    Raises:
        WeightsMissing: when the pack or a LoRA is not on this machine (never for slates).
    """
    if until == "keyframe" and not slate:
        return _keyframes(reading, weights, dtype, only)
    compiled = compile_film(reading, weights, dtype=dtype, slate=slate, only=only)
    glimpses = {}
    timings = {timing.id: timing for timing in compiled.timeline.shots}
    for cut in compiled.cuts.cuts:
        if cut.text is not None:
            continue
        timing = timings[cut.id]
        middle = timing.frames // 2
        glimpses[timing.id] = {
            "keyframe": Glimpse(
                node=f"{timing.id}/slate", blob="frames.mkv", frame=timing.head + timing.body // 2
            ),
            "clip": Glimpse(
                node=f"{timing.id}/clip", blob="clip.mkv", frame=timing.before + middle
            ),
            "film": Glimpse(node=FILM, blob="film.mp4", frame=cut.start + middle),
        }[until]
    targets = dict.fromkeys(glimpse.node for glimpse in glimpses.values())
    return Aim(plan=as_far_as(compiled.plan, targets), glimpses=glimpses)


def _keyframes(reading: Reading, weights: Weights, dtype: str, only: Sequence[str]) -> Aim:
    """Plan the keyframes alone: the models that move them need not be on this machine."""
    builder = PlanBuilder()
    frames = FrameCompiler(
        reading=reading,
        weights=weights,
        dtype=dtype,
        clocks=Clocks.of(reading.storyboard),
        builder=builder,
        casting=Casting(lock=reading.lock),
    )
    glimpses = {
        shot.id: Glimpse(node=frames.keyframe(shot), blob="keyframe.png")
        for shot in reading.storyboard.shots
        if not only or shot.id in only
    }
    return Aim(plan=builder.build(glimpse.node for glimpse in glimpses.values()), glimpses=glimpses)
