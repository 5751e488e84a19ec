"""Train the eight motion LoRAs of the camera to the end, on the finished motion modules.

They begin as the motion stage left them. All eight learn at once: each batch has clips of every
word. Unaware of how clips are drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import torch

from training import clip_sheet, finished, lora_file, motion_stage
from training.camera_loras import CameraLoras, Layout
from training.clip_model import ClipModel
from training.clip_pools import ClipPools
from training.clips import WORDS, clips
from training.feed import Feed
from training.loop import train

if TYPE_CHECKING:
    from pathlib import Path

    from training.checkpoint import State
    from training.job import Job
    from training.recipe import Recipe
    from training.tokenizer import Words

STAGE = "camera"
FOLDER = "motion-loras"


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """The numbers of this stage; clips are counted."""

    slots: int  # that may wait in shared memory
    pool: int  # on the GPU, of each word
    chunk: int  # encoded at once
    first: int  # to wait for before the first step
    batch: int  # of each word
    rate: float


MINI = Numbers(slots=2_048, pool=1_000, chunk=16, first=768, batch=3, rate=6e-4)
TINY = Numbers(slots=16, pool=2, chunk=2, first=2, batch=1, rate=1e-3)


def numbers(recipe: Recipe) -> Numbers:
    """Return the row of this recipe."""
    return TINY if recipe.tiny else MINI


def feeds(recipe: Recipe, words: Words, workers: int, first: int) -> dict[str, Feed]:
    """Return what draws clips of a moving camera."""
    draw = clips(words, recipe.native, recipe.captions, moving=1.0)
    return {"clips": Feed(draw, slots=numbers(recipe).slots, workers=workers, first=first)}


def run(job: Job, feeds: dict[str, Feed]) -> State:
    """Train one slice; return the state.

    Raises CheckpointError when the motion stage has no checkpoint.
    """
    torch.manual_seed(32)
    mine = numbers(job.recipe)
    model = ClipModel(job, finished.motion(job), Layout(still=0, moving=mine.batch))
    model.cameras.load_state_dict(job.read(motion_stage.STAGE)[0]["cameras"])
    pools = ClipPools(job, feeds["clips"], chunk=mine.chunk, still=0, moving=mine.pool)
    model.warm()
    pools.fill_up(mine.first)
    return train(
        job,
        STAGE,
        {"cameras": model.cameras},
        batch=partial(model.batch, pools),
        loss=model.loss,
        rate=mine.rate,
        fill=pools.fill,
        show=partial(clip_sheet.show_cameras, model, pools.autoencoder, job.work / f"{STAGE}.png"),
    )


def export(job: Job, folder: Path) -> None:
    """Write `motion-loras/WORD.safetensors`, which `load_lora_weights` reads, for each word.

    Raises CheckpointError when the stage has no checkpoint.
    """
    cameras = CameraLoras(motion_stage.build(job.recipe), Layout(still=0, moving=1))
    cameras.load_state_dict(job.read(STAGE)[0]["cameras"])
    for word in WORDS:
        lora_file.write(folder / FOLDER / f"{word}.safetensors", tensors(cameras, word))


def tensors(cameras: CameraLoras, word: str) -> dict[str, torch.Tensor]:
    """Return the fp16 tensors of a word's LoRA, named as the public motion LoRAs are.

    Those of AnimateDiff, after diffusers' convert_animatediff_motion_lora_to_diffusers.py.
    """
    found = {}
    for name, down, up in cameras.pairs(word):
        layer, _, projection = name.removesuffix(".0").rpartition(".")
        for end, matrix in (("down", down), ("up", up)):
            key = f"unet.{layer}.processor.{projection}_lora.{end}.weight"
            found[key] = matrix.detach().cpu().half().contiguous()
    return found
