"""Translates one shot into still pictures: its keyframe, drawn as often as is asked for.

A still is an ordinary keyframe with an ordinary key. Unaware of the film around the shot.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from animegen.plan.frames import FrameCompiler
from animegen.plan.graph import Plan, PlanBuilder
from animegen.plan.sizes import frame_size
from animegen.storyboard.timing import Clocks

if TYPE_CHECKING:
    from animegen.packs.weights import Weights
    from animegen.plan.sizes import Size
    from animegen.storyboard.reading import Reading


def compile_stills(
    reading: Reading,
    weights: Weights,
    *,
    dtype: str,
    shot: str,
    count: int,
    size: Size | None = None,
) -> Plan:
    """Return the plan whose targets are `count` pictures of a shot, each from noise of its own.

    `dtype` is the models' numerics; without a size the pictures have the film's.

    Raises:
        WeightsMissing: when the pack or a LoRA is not on this machine.
    """
    builder = PlanBuilder()
    compiler = FrameCompiler(
        reading=reading,
        weights=weights,
        dtype=dtype,
        clocks=Clocks.of(reading.storyboard),
        builder=builder,
    )
    (wanted,) = [each for each in reading.storyboard.shots if each.id == shot]
    size = size or frame_size(reading)
    return builder.build(
        [
            builder.add(f"{shot}/still-{take + 1}", compiler.still(wanted, take, size))
            for take in range(count)
        ]
    )
