"""Translates a storyboard into a plan. Unaware of the store and of what was rendered before.

Everything that decides a pixel enters a step here, by content: weights by digest, seeds by shot
id. Nothing else does: no order, title, path or comment.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from animegen.plan.casting import Casting
from animegen.plan.cut_list import CutList, cut_list
from animegen.plan.cutting import cut_out
from animegen.plan.finish import Finish
from animegen.plan.graph import Plan, PlanBuilder
from animegen.plan.selection_range import place
from animegen.plan.shots import ShotCompiler
from animegen.plan.timeline import Timeline, lay_out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from animegen.packs.weights import Weights
    from animegen.plan.selection_range import Range
    from animegen.storyboard.reading import Reading

FILM = "film"


@dataclass(frozen=True, kw_only=True)
class Compiled:
    """A plan with the timeline it was made from."""

    plan: Plan
    timeline: Timeline
    cuts: CutList
    """What the film shows, in film order."""
    selection: tuple[str, ...]
    """The shots that the film shows, in film order."""


def compile_film(
    reading: Reading,
    weights: Weights,
    *,
    dtype: str = "float32",
    slate: bool = False,
    only: Sequence[str] = (),
    part: Range | None = None,
) -> Compiled:
    """Compile a storyboard into the plan of one film.

    `dtype` is the models' numerics on the device that will render; `slate` draws cards instead
    of generating; `only` shows a selection of the shots, `part` a stretch of the film with the
    shots it needs, both timed and keyed as in the whole film.

    Raises:
        WeightsMissing: when the pack or a LoRA is not on this machine (never for slates).
        UsageError: when `part` leaves the film.
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
    cuts = cut_list(timeline, only)
    if part is not None:
        cuts = cut_out(cuts, place(part, timeline))
    shots = {shot.id: shot for shot in reading.storyboard.shots}
    timings = {timing.id: timing for timing in timeline.shots}
    finish = Finish(reading=reading, weights=weights, cuts=cuts)
    clips = {
        f"clip-{index:05d}": compiler.clip(shots[cut.id], timings[cut.id])
        if cut.text is None
        else builder.add(cut.id, finish.title(cut))
        for index, cut in enumerate(cuts.cuts)
    }
    builder.add(FILM, finish.film(), clips)
    selection = tuple(cut.id for cut in cuts.cuts if cut.text is None)
    return Compiled(plan=builder.build([FILM]), timeline=timeline, cuts=cuts, selection=selection)
