"""Train the detectors of pose and depth, side by side on the same pictures.

They will read what the model generates, which is softer than what our program draws. So many
pictures go through the autoencoder, and some through a step of the base besides. Either may be
trained without the other, which then stays as the checkpoint has it. Unaware of how either
detector looks inside.
"""

from __future__ import annotations

import json
import logging
import random
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import torch
from torch import nn

from animegen.render.maps import to_coco
from training import detectors, finished, scenery, scenes, sheet
from training.base import size_ids
from training.detector_sheet import figures, look
from training.detectors import JOINTS, Size, View
from training.feed import Feed
from training.loop import train
from training.noise import Noise
from training.pool import Pool

if TYPE_CHECKING:
    from pathlib import Path

    from transformers import PreTrainedModel

    from training.checkpoint import State
    from training.feed import Record
    from training.job import Job
    from training.pool import Rows
    from training.recipe import Recipe

_log = logging.getLogger(__name__)

STAGE = "detectors"
POSE, DEPTH = "pose", "depth"

_SECONDS = 2.0
_PEOPLE = 2
_NOISED = 0.25  # the most noise on latents that are decoded
_LATEST = 400  # the latest timestep that the base begins to redraw at
_SHOWN = 6

# What is done with a chunk of pictures.
DRAWN, DECODED, REDRAWN = "drawn", "decoded", "redrawn"


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """How the detectors are shaped and trained."""

    pose: Size
    depth: Size
    slots: int
    pool: int
    first: int  # pictures to wait for before the first step
    chunk: int  # pictures that are encoded at once
    batch: int
    rate: float
    held_out: int  # pictures that measure
    rounds: tuple[str, ...] = (DRAWN, REDRAWN, DECODED, DECODED)  # of chunks, over and over
    trained: tuple[str, ...] = (POSE, DEPTH)


MINI = Numbers(
    pose=Size(side=128, width=96, layers=8, heads=4, cell=2),
    depth=Size(side=256, width=96, layers=5, heads=4, fusion=32),
    slots=4_096,
    pool=16_000,
    first=3_072,
    chunk=128,
    batch=64,
    rate=1e-3,
    held_out=96,
)
TINY = Numbers(
    pose=Size(side=32, width=16, layers=2, heads=2, cell=2),
    depth=Size(side=64, width=16, layers=4, heads=2, fusion=8),
    slots=16,
    pool=16,
    first=4,
    chunk=2,
    batch=2,
    rate=1e-3,
    held_out=2,
)


def numbers(recipe: Recipe) -> Numbers:
    """Return the row of this recipe."""
    return TINY if recipe.tiny else MINI


@dataclass(frozen=True, kw_only=True)
class Truths:
    """Draws square pictures of `side` pixels with the truth; a feed calls it."""

    side: int

    def __call__(self, seed: int) -> Record:
        """Return `rgb` (h, w, 3), COCO `joints` (2, 17, 3) and `near` (h, w), 255 nearest."""
        cv2.setNumThreads(1)
        rng = random.Random(seed)
        scene = scenery.scene(seed, clean=True)
        picture = scenes.draw(scene, rng.uniform(0, _SECONDS), (self.side, self.side))
        joints = np.zeros((_PEOPLE, JOINTS, 3), np.float32)
        joints[: len(picture.keypoints)] = to_coco(picture.keypoints)
        near = np.rint(picture.depth * 255).astype(np.uint8)
        return {"rgb": picture.rgb, "joints": joints, "near": near}


def feeds(recipe: Recipe, words: Any, workers: int, first: int) -> dict[str, Feed]:
    """Return the feed of pictures with their truth."""
    del words
    draw = Truths(side=recipe.native[0])
    return {STAGE: Feed(draw, slots=numbers(recipe).slots, workers=workers, first=first)}


def build(recipe: Recipe) -> dict[str, PreTrainedModel]:
    """Make the recipe's detectors with random weights."""
    mine = numbers(recipe)
    return {POSE: detectors.build_pose(mine.pose), DEPTH: detectors.build_depth(mine.depth)}


def run(job: Job, feeds: dict[str, Feed]) -> State:
    """Train one slice; return the state.

    Raises CheckpointError when the autoencoder or the base isn't there.
    """
    torch.manual_seed(41)
    models = {name: model.to(job.device).train() for name, model in build(job.recipe).items()}
    # Its last ReLU would teach nothing where an answer is below zero, maybe never again.
    models[DEPTH].head.activation2 = nn.Identity()
    pictures = _Pictures(job, feeds[STAGE])
    pictures.fill_up()
    return train(
        job,
        STAGE,
        models,
        batch=partial(pictures.pool.sample, numbers(job.recipe).batch),
        loss=partial(_loss, job, models),
        rate=numbers(job.recipe).rate,
        fill=pictures.fill,
        trained=_chosen(job, models),
        show=partial(_show, job, models, pictures),
        weight_decay=0.02,
    )


def _chosen(job: Job, models: dict[str, PreTrainedModel]) -> list[nn.Parameter]:
    """Return what is trained; the rest is kept, and written with it."""
    return [p for name in numbers(job.recipe).trained for p in models[name].parameters()]


def _loss(job: Job, models: dict[str, PreTrainedModel], batch: Rows) -> torch.Tensor:
    mine = numbers(job.recipe)
    drawn = View(
        pictures=batch["rgb"].permute(0, 3, 1, 2).float() / 255,
        joints=batch["joints"],
        near=batch["near"].float() / 255,
        inside=torch.ones_like(batch["near"], dtype=torch.float32),
    )
    view = detectors.moved(drawn)
    losses = {POSE: _pose_loss, DEPTH: _depth_loss}
    return torch.stack([losses[name](job, models[name], view) for name in mine.trained]).sum()


def _pose_loss(job: Job, model: PreTrainedModel, view: View) -> torch.Tensor:
    size = numbers(job.recipe).pose
    # Shrunk before it is worn, or noise and blur would be averaged away.
    pictures, joints = detectors.seen_by_pose(view.pictures, view.joints, size)
    pixels = detectors.signal(detectors.worn(pictures))
    with job.mixed:
        got = model(pixels).heatmaps
    return detectors.pose_loss(got.float(), detectors.heatmaps(joints, size))


def _depth_loss(job: Job, model: PreTrainedModel, view: View) -> torch.Tensor:
    pixels = detectors.signal(detectors.worn(view.pictures))
    with job.mixed:
        near = model(pixels).predicted_depth
    return detectors.depth_loss(near.float(), view.near, view.inside)


class _Pictures:
    """Pictures with their truth on the device, most of them as a model would give them."""

    def __init__(self, job: Job, feed: Feed) -> None:
        self._job, self._feed = job, feed
        self._numbers = numbers(job.recipe)
        self._vae = finished.autoencoder(job)
        self._unet = finished.base(job).unet
        self._noise = Noise(job.device)
        self._chunks = 0
        self.pool = Pool(self._numbers.pool, job.device)

    def fill_up(self) -> None:
        """Take what must be there before the first step."""
        while len(self.pool) < self._numbers.first:
            self.fill()
            time.sleep(0.01)

    def fill(self) -> None:
        """Take one chunk, if it is ready."""
        if self._feed.waiting() < self._numbers.chunk:
            return
        taken = self._feed.take(self._numbers.chunk)
        rows = {name: torch.from_numpy(array).to(self._job.device) for name, array in taken.items()}
        kind = self._numbers.rounds[self._chunks % len(self._numbers.rounds)]
        if kind != DRAWN:
            rows["rgb"] = self.decoded(rows["rgb"], redrawn=kind == REDRAWN)
        self._chunks += 1
        self.pool.add(rows)

    @torch.no_grad()
    def decoded(self, rgb: torch.Tensor, *, redrawn: bool) -> torch.Tensor:
        """Return pictures (N, h, w, 3) as the autoencoder gives them back from rough latents."""
        with self._job.mixed:
            z = finished.encode(self._vae, rgb)
            if redrawn:
                z = self._redrawn(z)
            else:
                z = z + _NOISED * torch.rand_like(z[:, :1, :1, :1]) * torch.randn_like(z)
            got = self._vae.decode(z).sample.float()
        levels = (got / 2 + 0.5).clamp(0, 1).mul(255).round()
        return levels.to(torch.uint8).permute(0, 2, 3, 1)

    def _redrawn(self, z: torch.Tensor) -> torch.Tensor:
        """Return what the base, told nothing, makes of noisy latents in one step."""
        recipe = self._job.recipe
        t = torch.randint(_LATEST, (len(z),), device=z.device)
        noisy = self._noise.noisy(z, torch.randn_like(z), t)
        context = z.new_zeros((len(z), 77, 2 * recipe.text_width))
        conditions = {
            "text_embeds": z.new_zeros((len(z), recipe.text_width)),
            "time_ids": size_ids(recipe.native, z.device).expand(len(z), 6),
        }
        velocity = self._unet(noisy, t, context, added_cond_kwargs=conditions, return_dict=False)[
            0
        ].float()
        # What velocity is to picture and noise, the picture is to velocity and noisy latents.
        return self._noise.velocity(velocity, noisy, t)


@torch.no_grad()
def _show(job: Job, models: dict[str, PreTrainedModel], pictures: _Pictures) -> None:
    """Measure held-out pictures, as drawn and as the base redraws them; show some."""
    draw = Truths(side=job.recipe.native[0])
    truths = [draw(seed) for seed in range(numbers(job.recipe).held_out)]
    drawn = torch.from_numpy(np.stack([one["rgb"] for one in truths])).to(job.device)
    redrawn = torch.cat([pictures.decoded(part, redrawn=True) for part in drawn.split(32)])
    for model in models.values():
        model.eval()
    shown, measured = [], {}
    for name, rgb in (("drawn", drawn), ("redrawn", redrawn)):
        findings = [
            look(models[POSE], models[DEPTH], picture, truth["joints"], truth["near"])
            for picture, truth in zip(rgb.cpu().numpy(), truths, strict=True)
        ]
        measured[name] = figures(findings)
        shown += [picture for found in findings[:_SHOWN] for picture in found.pictures]
    for model in models.values():
        model.train()
    _log.info("held out: %s", json.dumps(measured))
    text = json.dumps(measured, indent=1) + "\n"
    (job.work / "detectors-figures.json").write_text(text, encoding="utf-8")
    sheet.write(job.work / "detectors.png", shown, columns=10)


def export(job: Job, folder: Path) -> None:
    """Write `detectors/pose/` and `detectors/depth/` into the pack: fp16.

    Raises CheckpointError when the stage has no checkpoint.
    """
    weights, _ = job.read(STAGE)
    for name, model in build(job.recipe).items():
        model.load_state_dict(weights[name])
        detectors.save(model, folder / "detectors" / name)
