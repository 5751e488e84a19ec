"""Translates a storyboard into a plan. Unaware of the store and of what was rendered before.

Everything that decides a pixel enters a step here, by content: weights by digest, seeds by shot
id. Nothing else does: no order, title, path or comment.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from animegen.plan.casting import Casting
from animegen.plan.graph import Plan, PlanBuilder
from animegen.plan.shots import ShotCompiler
from animegen.plan.sizes import output_size
from animegen.plan.timeline import ShotTiming, Timeline, lay_out
from animegen.steps.film import Edit, Film, Join

if TYPE_CHECKING:
    from collections.abc import Sequence

    from animegen.packs.weights import Weights
    from animegen.storyboard.reading import Reading

FILM = "film"


@dataclass(frozen=True, kw_only=True)
class Compiled:
    """A plan with the timeline it was made from."""

    plan: Plan
    timeline: Timeline
    selection: tuple[str, ...]
    """The shots that the film shows, in film order."""


def compile_film(
    reading: Reading,
    weights: Weights,
    *,
    dtype: str = "float32",
    slate: bool = False,
    only: Sequence[str] = (),
) -> Compiled:
    """Compile a storyboard into the plan of one film.

    `dtype` is the models' numerics on the device that will render; `slate` draws cards instead
    of generating; `only` shows a selection of the shots, timed and keyed as in the whole film.

    Raises:
        WeightsMissing: when the pack or a LoRA is not on this machine (never for slates).
    """
    timeline = lay_out(reading.storyboard, reading.pack.motion)
    builder = PlanBuilder()
    compiler = ShotCompiler(
        reading=reading,
        weights=weights,
        dtype=dtype,
        slate=slate,
        clocks=timeline.clocks,
        builder=builder,
        casting=Casting(lock=reading.lock),
    )
    shown = {
        timing.id: (shot, timing)
        for shot, timing in zip(reading.storyboard.shots, timeline.shots, strict=True)
        if not only or shot.id in only
    }
    clips = {
        f"clip-{index:05d}": compiler.clip(shot, timing)
        for index, (shot, timing) in enumerate(shown.values())
    }
    width, height = output_size(reading)
    step = Film(
        edits=_edits([timing for _, timing in shown.values()], timeline),
        ending=timeline.ending if timeline.shots[-1].id in shown else Join(),
        rate=str(timeline.clocks.rate),
        width=width,
        height=height,
    )
    builder.add(FILM, step, clips)
    return Compiled(plan=builder.build([FILM]), timeline=timeline, selection=tuple(shown))


def _edits(shown: Sequence[ShotTiming], timeline: Timeline) -> tuple[Edit, ...]:
    """Keep a shot's transition only where the shot before it is shown, too."""
    neighbours: set[tuple[str | None, str]] = {(None, timeline.shots[0].id)}
    neighbours |= {(one.id, two.id) for one, two in pairwise(timeline.shots)}
    previous: str | None = None
    edits = []
    for timing in shown:
        into = timing.into if (previous, timing.id) in neighbours else Join()
        edits.append(Edit(offset=timing.before, frames=timing.frames, into=into))
        previous = timing.id
    return tuple(edits)
