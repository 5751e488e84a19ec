"""Train the motion modules on clips, and with them a first form of the camera's motion LoRAs.

The UNet of stills is frozen. Clips of a still camera wear no LoRA; every step also sees clips of
each camera word, which wear that word's. So the modules learn how whole pictures move, and do it
only where a LoRA says so. Unaware of how clips are drawn.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import torch

from training import clip_sheet, lora_file
from training.camera_loras import Layout
from training.clip_model import ClipModel
from training.clip_pools import ClipPools
from training.clips import clips
from training.feed import Feed
from training.loop import train
from training.motion_unet import build

if TYPE_CHECKING:
    from pathlib import Path

    from training.checkpoint import State
    from training.job import Job
    from training.recipe import Recipe
    from training.tokenizer import Words

__all__ = ["STAGE", "build", "export", "feeds", "run"]

STAGE = "motion"


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """The numbers of this stage; clips are counted."""

    slots: int  # that may wait in shared memory
    share: float  # of a moving camera
    pool: int  # on the GPU, of a still camera
    pool_moving: int  # and of each word
    chunk: int  # encoded at once
    first: int  # to wait for before the first step
    still: int  # of a batch
    moving: int  # of a batch, of each word
    rate: float


MINI = Numbers(
    slots=2_048, share=0.3, pool=16_000, pool_moving=1_000, chunk=16, first=768,
    still=16, moving=1, rate=6e-4,
)  # fmt: skip
TINY = Numbers(
    slots=24, share=0.7, pool=8, pool_moving=2, chunk=2, first=2, still=1, moving=1, rate=1e-3
)  # fmt: skip


def numbers(recipe: Recipe) -> Numbers:
    """Return the row of this recipe."""
    return TINY if recipe.tiny else MINI


def feeds(recipe: Recipe, words: Words, workers: int, first: int) -> dict[str, Feed]:
    """Return what draws clips, of still and of moving cameras."""
    mine = numbers(recipe)
    draw = clips(words, recipe.native, recipe.captions, moving=mine.share)
    return {"clips": Feed(draw, slots=mine.slots, workers=workers, first=first)}


def run(job: Job, feeds: dict[str, Feed]) -> State:
    """Train one slice; return the state."""
    torch.manual_seed(31)
    mine = numbers(job.recipe)
    model = ClipModel(job, build(job.recipe), Layout(still=mine.still, moving=mine.moving))
    pools = ClipPools(
        job, feeds["clips"], chunk=mine.chunk, still=mine.pool, moving=mine.pool_moving
    )
    model.warm()
    pools.fill_up(mine.first)
    return train(
        job,
        STAGE,
        {"motion": model.adapter, "cameras": model.cameras},
        batch=partial(model.batch, pools),
        loss=model.loss,
        rate=mine.rate,
        fill=pools.fill,
        show=partial(clip_sheet.show_motion, model, pools.autoencoder, job.work / f"{STAGE}.png"),
        weight_decay=0.01,
    )


def export(job: Job, folder: Path) -> None:
    """Write `motion/`, a folder that `MotionAdapter.from_pretrained` reads.

    Raises CheckpointError when the stage has no checkpoint.
    """
    weights = job.read(STAGE)[0]["motion"]
    adapter = build(job.recipe)
    adapter.load_state_dict(weights)
    target = folder / STAGE
    shutil.rmtree(target, ignore_errors=True)
    adapter.save_config(target)
    halves = {name: tensor.half().contiguous() for name, tensor in adapter.state_dict().items()}
    lora_file.write(target / "diffusion_pytorch_model.safetensors", halves)
