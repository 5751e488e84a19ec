"""Go on with the few-step LoRA through the motion UNet: clips in four steps, stills as before.

It wears the same adapters on the 2D layers only, so that one file serves both. Every step sees
clips and stills. Unaware of how clips look: the teacher is the model itself.
"""

from __future__ import annotations

import logging
import random
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import torch

from animegen.render.models import build_motion_unet
from training import finished, lcm_stage
from training.adapters import Adapters
from training.checkpoint import exists
from training.few_steps import Student
from training.few_steps_sheet import show_clips, show_stills
from training.job import find
from training.lcm_stage import NAME, export, feeds, loss
from training.loop import resume, train
from training.noise import Noise
from training.practice import Captions, Clips, Pace, Solved, Stills, any_shape
from training.teacher import frozen_teacher

if TYPE_CHECKING:
    from training.checkpoint import State
    from training.feed import Feed
    from training.job import Job
    from training.pool import Rows
    from training.recipe import Recipe

__all__ = ["STAGE", "export", "feeds", "run"]

_log = logging.getLogger(__name__)

STAGE = "lcm_motion"


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """How the few-step LoRA learns clips; what isn't here is as for stills."""

    rate: float
    clips: int  # in a batch
    stills: int
    teacher_steps: int  # of clips, from pure noise
    clip_pace: Pace
    still_pace: Pace


MINI = Numbers(
    rate=4e-4,
    clips=8,
    stills=48,
    teacher_steps=10,
    clip_pace=Pace(chunk=8, reuse=6, pool=1_536, first=64),
    still_pace=Pace(chunk=96, reuse=8, pool=8_192, first=384),
)
TINY = Numbers(
    rate=1e-3,
    clips=1,
    stills=2,
    teacher_steps=3,
    clip_pace=Pace(chunk=1, reuse=4, pool=8, first=1),
    still_pace=Pace(chunk=2, reuse=4, pool=16, first=2),
)


def numbers(recipe: Recipe) -> Numbers:
    """Return the row of this recipe."""
    return TINY if recipe.tiny else MINI


def run(job: Job, feeds: dict[str, Feed]) -> State:
    """Train one slice, from the LoRA of stills or from where the last slice ended."""
    torch.manual_seed(23)
    mine, before = numbers(job.recipe), lcm_stage.numbers(job.recipe)
    base = finished.base(job)
    adapters = Adapters(base.unet, before.reach)
    if not exists(find(job.folders, STAGE), STAGE):
        adapters.load_state_dict(job.read(lcm_stage.STAGE)[0][NAME])
    resume(job, STAGE, {NAME: adapters})
    still = Student(unet=base.unet, adapters=adapters, noise=Noise(job.device), job=job)
    moving = replace(still, unet=build_motion_unet(base.unet, finished.motion(job)))
    captions = Captions(job, base.text, feeds["captions"])
    wise, quick = before.teacher_steps, mine.teacher_steps
    teach = partial(frozen_teacher, job, guidance=before.guidance)
    begin = Stills(job.recipe, captions, still.noise, mine.still_pace.chunk)
    stills = Solved(job, mine.still_pace, begin, still, teach(base.unet, steps=wise))
    keyframes = Stills(job.recipe, captions, still.noise, mine.clip_pace.chunk)
    first = Clips(keyframes, still, job.recipe)
    clips = Solved(job, mine.clip_pace, first, moving, teach(moving.unet, steps=quick))
    both = _Both(job.recipe, mine, stills, clips)
    both.fill_up()
    return train(
        job,
        STAGE,
        {NAME: adapters},
        batch=both.batch,
        loss=lambda rows: (
            loss(moving, captions, _part(rows, "clip"))
            + loss(still, captions, _part(rows, "still"))
        ),
        rate=mine.rate,
        fill=both.fill,
        show=partial(_show, job, still, moving, captions),
    )


class _Both:
    """Batches of clips and stills of one shape: every other mixture would be another graph."""

    def __init__(self, recipe: Recipe, mine: Numbers, stills: Solved, clips: Solved) -> None:
        self._recipe, self._mine = recipe, mine
        self._stills, self._clips = stills, clips
        self._chance = random.Random(24)

    def fill_up(self) -> None:
        """Solve what must be there before the first step."""
        self._stills.fill_up()
        self._clips.fill_up()
        _log.info("%d stills, %d clips are solved", self._stills.added, self._clips.added)

    def fill(self) -> None:
        """Solve what the last steps have used up."""
        self._stills.fill()
        self._clips.fill()

    def batch(self) -> Rows:
        """Return clips and stills, with names that say which is which."""
        shape = any_shape(self._recipe, self._chance)
        if not (self._stills.has(shape) and self._clips.has(shape)):
            shape = self._recipe.native
        clips = self._clips.sample(self._mine.clips, shape)
        stills = self._stills.sample(self._mine.stills, shape)
        named = {f"clip.{name}": rows for name, rows in clips.items()}
        return named | {f"still.{name}": rows for name, rows in stills.items()}


def _part(rows: Rows, kind: str) -> Rows:
    start = f"{kind}."
    return {name.removeprefix(start): t for name, t in rows.items() if name.startswith(start)}


def _show(job: Job, still: Student, moving: Student, captions: Captions) -> None:
    show_stills(job, still, captions)
    show_clips(job, still, moving, captions)
