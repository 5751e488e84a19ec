"""Translates one shot into still pictures: its keyframe, drawn as often as is asked for.

A still is an ordinary keyframe with an ordinary key. Unaware of the film around the shot.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from animegen.plan.casting import Casting
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
    """Return the plan whose targets are `count` pictures of a shot, each of another take.

    The picked take is the first of them, the film's own keyframe.

    `dtype` is the models' numerics; without a size the pictures have the film's.

    Raises:
        WeightsMissing: when the pack or a LoRA is not on this machine.
    """
    builder = PlanBuilder()
    (wanted,) = [each for each in reading.storyboard.shots if each.id == shot]
    size = size or frame_size(reading)
    targets = []
    for place, take in enumerate(_takes(reading.lock.take(shot), count), start=1):
        compiler = FrameCompiler(
            reading=reading,
            weights=weights,
            dtype=dtype,
            clocks=Clocks.of(reading.storyboard),
            builder=builder,
            casting=Casting(lock=reading.lock, take=take),
        )
        targets.append(builder.add(f"{shot}/still-{place}", compiler.still(wanted, size)))
    return builder.build(targets)


def _takes(picked: int, count: int) -> list[int]:
    """Return the picked take, then the first of the others."""
    others = (take for take in range(1, count + 1) if take != picked)
    return [picked, *others][:count]
