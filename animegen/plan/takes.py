"""Translates shots into several takes of each: pictures, or whole shots as films of their own.

A take is drawn by the ordinary steps of a film, with ordinary keys: what is picked is rendered
already.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from animegen.plan.casting import Casting
from animegen.plan.graph import Plan, PlanBuilder
from animegen.plan.shots import ShotCompiler
from animegen.plan.sizes import output_size
from animegen.plan.timeline import lay_out
from animegen.steps.film import Edit, Film, Join

if TYPE_CHECKING:
    from collections.abc import Mapping

    from animegen.packs.weights import Weights
    from animegen.plan.timeline import ShotTiming
    from animegen.storyboard.model import Shot
    from animegen.storyboard.reading import Reading

Until = Literal["keyframe", "clip"]


@dataclass(frozen=True, kw_only=True)
class Take:
    """One take of a shot."""

    shot: str
    number: int
    seed: int
    """Of its keyframe."""
    node: str
    """The target that shows it."""
    timing: ShotTiming
    picked: bool


@dataclass(frozen=True, kw_only=True)
class Takes:
    """A plan whose targets are takes."""

    plan: Plan
    takes: tuple[Take, ...]
    """By shot, then by number."""


def compile_takes(
    reading: Reading,
    weights: Weights,
    *,
    dtype: str,
    slate: bool,
    counts: Mapping[str, int],
    until: Until,
) -> Takes:
    """Compile the first takes of each shot in `counts`, and the picked one if it is beyond them.

    Raises:
        WeightsMissing: when the pack or a LoRA is not on this machine (never for slates).
    """
    builder = PlanBuilder()
    timeline = lay_out(reading.storyboard, reading.pack.motion)
    takes = []
    for shot, timing in zip(reading.storyboard.shots, timeline.shots, strict=True):
        numbers = range(1, counts.get(shot.id, 0) + 1)
        beyond = {reading.lock.take(shot.id)} - {*numbers} if numbers else set()
        for number in (*numbers, *beyond):
            casting = Casting(lock=reading.lock, take=number)
            compiler = ShotCompiler(
                reading=reading,
                weights=weights,
                dtype=dtype,
                slate=slate,
                clocks=timeline.clocks,
                builder=builder,
                casting=casting,
            )
            if until == "keyframe":
                node = compiler.picture(shot, timing)
            else:
                node = _alone(compiler, shot, timing)
            takes.append(
                Take(
                    shot=shot.id,
                    number=number,
                    seed=casting.seed(shot, reading.storyboard.seed, "keyframe"),
                    node=node,
                    timing=timing,
                    picked=number == reading.lock.take(shot.id),
                )
            )
    return Takes(plan=builder.build([take.node for take in takes]), takes=tuple(takes))


def _alone(compiler: ShotCompiler, shot: Shot, timing: ShotTiming) -> str:
    """Add a film of the shot and nothing else, with no transition."""
    clip = compiler.clip(shot, timing)
    width, height = output_size(compiler.reading)
    step = Film(
        edits=(Edit(offset=timing.before, frames=timing.frames, into=Join()),),
        ending=Join(),
        rate=str(compiler.clocks.rate),
        width=width,
        height=height,
    )
    return compiler.builder.add(f"{compiler.casting.name(shot)}/film", step, {"clip-00000": clip})
