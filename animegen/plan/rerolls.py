"""Translates other takes of shots into their frames and clips. Unaware of why they are wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from animegen.plan.casting import Casting
from animegen.plan.graph import Plan, PlanBuilder
from animegen.plan.shots import ShotCompiler
from animegen.plan.timeline import lay_out

if TYPE_CHECKING:
    from collections.abc import Mapping

    from animegen.packs.weights import Weights
    from animegen.storyboard.reading import Reading


def compile_rerolls(
    reading: Reading, weights: Weights, *, dtype: str, takes: Mapping[str, int]
) -> Plan:
    """Return the plan of one take of each shot in `takes`; its nodes are called `rooftop@2/...`.

    Raises:
        WeightsMissing: when the pack or a LoRA is not on this machine.
    """
    builder = PlanBuilder()
    timeline = lay_out(reading.storyboard, reading.pack.motion)
    clips = []
    for shot, timing in zip(reading.storyboard.shots, timeline.shots, strict=True):
        if shot.id in takes:
            compiler = ShotCompiler(
                reading=reading,
                weights=weights,
                dtype=dtype,
                slate=False,
                clocks=timeline.clocks,
                builder=builder,
                casting=Casting(lock=reading.lock, take=takes[shot.id]),
            )
            clips.append(compiler.clip(shot, timing))
    return builder.build(clips)
