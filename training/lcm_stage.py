"""Train the few-step LoRA on stills: four steps of LCM do what guided sampling does in twenty.

Needs the finished base and captions only; no picture is drawn. Unaware of clips.
"""

from __future__ import annotations

import logging
import random
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import torch

from training import few_steps, finished, lora_file, scenery, scenes
from training.adapters import EVERYWHERE, Adapters, Reach
from training.base import build_unet
from training.checkpoint import exists
from training.feed import Feed
from training.few_steps import Student
from training.few_steps_sheet import show_stills
from training.job import find
from training.loop import resume, train
from training.noise import Noise
from training.practice import Captions, Pace, Solved, Stills, any_shape
from training.teacher import frozen_teacher

if TYPE_CHECKING:
    from pathlib import Path

    from training.checkpoint import State
    from training.feed import Record
    from training.job import Job
    from training.pool import Rows
    from training.recipe import Recipe
    from training.tokenizer import Words

_log = logging.getLogger(__name__)

STAGE = "lcm"
NAME = "lcm"
_LATER = "lcm_motion"
_FILE = "loras/lcm.safetensors"


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """How the few-step LoRA learns stills."""

    reach: Reach
    rate: float
    batch: int
    pace: Pace
    guidance: float
    teacher_steps: int
    captions: int  # that may wait


MINI = Numbers(
    reach=Reach(pattern=EVERYWHERE, rank=20, wide=20),
    rate=1e-3,
    batch=128,
    pace=Pace(chunk=128, reuse=6, pool=32_768, first=1_024),
    guidance=4.5,
    teacher_steps=12,
    captions=8_192,
)
TINY = Numbers(
    reach=Reach(pattern=EVERYWHERE, rank=2, wide=2),
    rate=1e-3,
    batch=2,
    pace=Pace(chunk=2, reuse=4, pool=16, first=2),
    guidance=4.5,
    teacher_steps=3,
    captions=16,
)


def numbers(recipe: Recipe) -> Numbers:
    """Return the row of this recipe."""
    return TINY if recipe.tiny else MINI


def feeds(recipe: Recipe, words: Words, workers: int, first: int) -> dict[str, Feed]:
    """Return the feed of captions."""
    draw = partial(_draw, words)
    # A caption is quick: two processes are more than enough.
    slots, workers = numbers(recipe).captions, min(workers, 2)
    return {"captions": Feed(draw, slots=slots, workers=workers, first=first)}


def _draw(words: Words, seed: int) -> Record:
    caption = scenes.caption(scenery.scene(seed), random.Random(seed))
    return {"ids": np.array(words.encode(caption), np.int16)}


def run(job: Job, feeds: dict[str, Feed]) -> State:
    """Train one slice."""
    torch.manual_seed(21)
    mine = numbers(job.recipe)
    base = finished.base(job)
    adapters = Adapters(base.unet, mine.reach)
    student = Student(unet=base.unet, adapters=adapters, noise=Noise(job.device), job=job)
    captions = Captions(job, base.text, feeds["captions"])
    begin = Stills(job.recipe, captions, student.noise, mine.pace.chunk)
    teacher = frozen_teacher(job, base.unet, guidance=mine.guidance, steps=mine.teacher_steps)
    solved = Solved(job, mine.pace, begin, student, teacher)
    # Practice from where the last slice ended, not from nothing.
    resume(job, STAGE, {NAME: adapters})
    solved.fill_up()
    _log.info("%d samples are solved", solved.added)
    chance = random.Random(22)
    return train(
        job,
        STAGE,
        {NAME: adapters},
        batch=lambda: solved.sample(mine.batch, any_shape(job.recipe, chance)),
        loss=partial(loss, student, captions),
        rate=mine.rate,
        fill=solved.fill,
        show=partial(show_stills, job, student, captions),
    )


def loss(student: Student, captions: Captions, rows: Rows) -> torch.Tensor:
    """Return how far the student's answers are from the teacher's."""
    told = captions.told(rows)
    got = student.clean(rows["z"].float(), rows["t"], told)
    free = rows["free"] if "free" in rows else torch.ones_like(rows["kept"])[:, None]
    return few_steps.distance(got, rows["target"].float(), free)


def restored(job: Job, stage: str) -> tuple[Adapters, torch.nn.Module]:
    """Return the adapters of a stage's checkpoint, and an untrained UNet that they fit."""
    unet = build_unet(job.recipe)
    adapters = Adapters(unet, numbers(job.recipe).reach)
    adapters.load_state_dict(job.read(stage)[0][NAME])
    return adapters, unet


def export(job: Job, folder: Path) -> None:
    """Write the LoRA, as it is after clips if it has learnt them."""
    later = exists(find(job.folders, _LATER), _LATER)
    adapters, unet = restored(job, _LATER if later else STAGE)
    lora_file.write(folder / _FILE, lora_file.kohya(adapters, unet))
