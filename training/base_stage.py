"""Train the base model on latents of the finished autoencoder.

Pictures are encoded once, when they enter the pool: the GPU's time goes to the UNet.
"""

from __future__ import annotations

import logging
import random
import time
from typing import TYPE_CHECKING

import torch

from training import finished, pipeline, scenery
from training.base import Model
from training.feed import Feed
from training.loop import train
from training.pool import Pool

if TYPE_CHECKING:
    from pathlib import Path

    from training.checkpoint import State
    from training.job import Job
    from training.pool import Rows
    from training.recipe import Recipe, Shape
    from training.tokenizer import Words

_log = logging.getLogger(__name__)

STAGE = "base"


def feeds(recipe: Recipe, words: Words, workers: int, first: int) -> dict[str, Feed]:
    """Return what draws the stills, one feed for each shape; the others are drawn by one each."""
    found = {}
    for index, shape in enumerate(recipe.shapes):
        native = shape == recipe.native
        found[_name(shape)] = Feed(
            scenery.still(words, shape, recipe.captions),
            slots=recipe.slots if native else max(recipe.slots // 16, recipe.chunk),
            workers=max(workers - len(recipe.shapes) + 1, 1) if native else 1,
            first=first + index * 1_000_000_000,
        )
    return found


def _name(shape: Shape) -> str:
    return f"{shape[0]}x{shape[1]}"


def run(job: Job, feeds: dict[str, Feed]) -> State:
    """Train one slice, write checkpoint and contact sheet; return the state.

    Raises CheckpointError when the autoencoder isn't finished.
    """
    model = Model(job)
    latents = _Latents(job, feeds)
    latents.fill_up()
    return train(
        job, STAGE, model.modules, batch=latents.batch, loss=model.loss,
        rate=job.recipe.base_rate, fill=latents.fill, weight_decay=0.01,
        show=lambda: pipeline.contact_sheet(job, model.modules, job.work / "base.png"),
    )  # fmt: skip


class _Latents:
    """One pool of latents for each shape, filled from the feeds through the autoencoder."""

    def __init__(self, job: Job, feeds: dict[str, Feed]) -> None:
        self._job, self._feeds = job, feeds
        self._vae = finished.autoencoder(job).to(torch.bfloat16 if job.fused else torch.float32)
        self._chance = random.Random(job.slice.before)
        self._turn = 0
        self._pools = {
            shape: Pool(_room(job.recipe, shape), job.device) for shape in job.recipe.shapes
        }

    def batch(self) -> Rows:
        """Return latents of one shape, each with one of its captions."""
        recipe = self._job.recipe
        shape = recipe.native
        if self._chance.random() < recipe.wide:
            shape = self._chance.choice(recipe.shapes[1:])
        pool = self._pools[shape]
        rows = (pool if len(pool) else self._pools[recipe.native]).sample(recipe.base_batch)
        ids = rows["ids"]
        which = torch.randint(ids.shape[1], (len(ids),), device=ids.device)
        chosen = ids[torch.arange(len(ids), device=ids.device), which]
        return {"latents": rows["latents"], "ids": chosen.long()}

    def fill(self) -> None:
        """Encode one chunk of the next shape, going round, that has one waiting."""
        self._turn += 1
        shapes = self._job.recipe.shapes
        start = self._turn % len(shapes)
        for shape in shapes[start:] + shapes[:start]:
            feed = self._feeds[_name(shape)]
            if feed.waiting() >= self._job.recipe.chunk:
                self._encode(shape, feed)
                return

    def _encode(self, shape: Shape, feed: Feed) -> None:
        rows = feed.take(self._job.recipe.chunk)
        rgb = torch.from_numpy(rows["rgb"]).to(self._job.device)
        latents = finished.encode(self._vae, rgb).to(torch.float16).contiguous()
        self._pools[shape].add({"latents": latents, "ids": torch.from_numpy(rows["ids"])})

    def fill_up(self) -> None:
        """Encode until there is enough to begin with."""
        while len(self._pools[self._job.recipe.native]) < self._job.recipe.first:
            before = self._pools[self._job.recipe.native].added
            self.fill()
            if self._pools[self._job.recipe.native].added == before:
                time.sleep(0.02)
        _log.info("%d pictures to begin with", len(self._pools[self._job.recipe.native]))


def _room(recipe: Recipe, shape: Shape) -> int:
    return max(int(recipe.base_pool * recipe.share(shape)), recipe.chunk)


def export(job: Job, folder: Path) -> None:
    """Write the base, text encoders and autoencoder as an SDXL folder `base`."""
    pipeline.export_base(job, folder / "base")
