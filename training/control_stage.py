"""Train the ControlNet: one network that follows pose, depth, Canny and line art maps.

Only it is trained; the base is frozen. Unaware of how maps are drawn.
"""

from __future__ import annotations

import logging
import random
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import cv2
import numpy as np
import torch
from diffusers import ControlNetModel, DPMSolverMultistepScheduler
from torch import nn

from training import base as base_model
from training import finished, scenery, scenes, sheet
from training.feed import Feed
from training.loop import train
from training.maps import KINDS, control_map
from training.noise import SCHEDULE, STEPS, Noise
from training.pool import Pool

if TYPE_CHECKING:
    from pathlib import Path

    from diffusers import AutoencoderKL

    from training.checkpoint import State
    from training.feed import Record
    from training.job import Job
    from training.pool import Rows
    from training.recipe import Recipe, Shape
    from training.tokenizer import Words

_log = logging.getLogger(__name__)

STAGE = "control"
_MODEL = "controlnet"

# Pose is the hardest to follow: it says least about each pixel.
_SHARES = {"openpose": 0.5, "depth": 0.16, "canny": 0.17, "lineart": 0.17}
_SECONDS = 2.0
_ZEROED = 0.13  # share of captions whose embeddings are zero, as guidance uses them
_EMPTY = 0.05  # share of empty captions
# Maps say what is where, which is decided while there is much noise.
_EARLY = 1.5
_PEOPLE = 1.0  # how much more errors count where people are
_GUIDANCE = 4.0
_SHEET_STEPS = 15
_SHEET_EACH = 3  # pictures of each kind


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """How the ControlNet is shaped and trained."""

    map_channels: tuple[int, ...]  # of the layers that read a map, from full size to an eighth
    captions: int
    slots: int
    pool: int
    first: int  # records to wait for before the first step
    chunk: int  # records that are encoded at once
    batch: int
    rate: float


MINI = Numbers(
    map_channels=(16, 32, 64, 128),
    captions=3,
    slots=4_096,
    pool=30_000,
    first=3_072,
    chunk=256,
    batch=128,
    rate=4e-4,
)
TINY = Numbers(
    map_channels=(4, 4, 8, 8),
    captions=2,
    slots=16,
    pool=16,
    first=4,
    chunk=2,
    batch=2,
    rate=1e-3,
)


def numbers(recipe: Recipe) -> Numbers:
    """Return the row of this recipe."""
    return TINY if recipe.tiny else MINI


@dataclass(frozen=True, kw_only=True)
class Guides:
    """Draws stills of `shape` (width, height) with a map of some kind; a feed calls it."""

    words: Words
    shape: Shape
    captions: int

    def __call__(self, seed: int, kind: str = "") -> Record:
        """Return `rgb` and `map` (h, w, 3), token `ids` (captions, 77) and `people` (h/8, w/8)."""
        cv2.setNumThreads(1)
        rng = random.Random(seed)
        scene = scenery.scene(seed, clean=True)
        picture = scenes.draw(scene, rng.uniform(0, _SECONDS), self.shape)
        kind = kind or rng.choices(list(_SHARES), list(_SHARES.values()))[0]
        if kind == "openpose" and not picture.keypoints[..., 2].any():
            kind = rng.choice(KINDS[1:])
        width, height = self.shape
        ids = [self.words.encode(scenes.caption(scene, rng)) for _ in range(self.captions)]
        people = cv2.resize(picture.people, (width // 8, height // 8), interpolation=cv2.INTER_AREA)
        return {
            "rgb": picture.rgb,
            "map": control_map(kind, picture, rng),
            "ids": np.array(ids, np.int16),
            "people": people,
        }


def _guides(recipe: Recipe, words: Words) -> Guides:
    return Guides(words=words, shape=recipe.native, captions=numbers(recipe).captions)


def feeds(recipe: Recipe, words: Words, workers: int, first: int) -> dict[str, Feed]:
    """Return the feed of pictures with maps."""
    slots = numbers(recipe).slots
    return {STAGE: Feed(_guides(recipe, words), slots=slots, workers=workers, first=first)}


def build(recipe: Recipe) -> ControlNetModel:
    """Make the recipe's ControlNet, on the weights of an untrained base."""
    return _from(base_model.build_unet(recipe), recipe)


def _from(unet: nn.Module, recipe: Recipe) -> ControlNetModel:
    channels = numbers(recipe).map_channels
    made = ControlNetModel.from_unet(unet, conditioning_embedding_out_channels=channels)
    # The zero convolutions after it are enough to begin as nothing: if this layer, too, began
    # with zeros, neither would learn much at first.
    nn.init.xavier_uniform_(made.controlnet_cond_embedding.conv_out.weight, gain=0.3)
    return made


class Guided:
    """The frozen base under the guidance of the ControlNet, and their loss."""

    def __init__(self, job: Job) -> None:
        self._job = job
        base = finished.base(job)
        self.text = base.text
        self.net = _from(base.unet, job.recipe).to(job.device).requires_grad_(True).train()
        self.net.to(memory_format=torch.channels_last)
        # Frozen weights may be rough: only gradients pass through here.
        self._dtype = torch.bfloat16 if job.fused else torch.float32
        self._unet = base.unet.to(dtype=self._dtype, memory_format=torch.channels_last)
        self._noise = Noise(job.device)
        self._empty = torch.tensor(job.words.encode(""), device=job.device)
        self._sizes = base_model.size_ids(job.recipe.native, job.device)

    def loss(self, batch: Rows) -> torch.Tensor:
        """Return the weighted squared velocity error of a batch of the pool."""
        z, size = batch["z"].float(), len(batch["z"])
        device = self._job.device
        noise = torch.randn_like(z)
        part = self._noise.timesteps(size).float() / STEPS
        t = ((1 - (1 - part) ** _EARLY) * STEPS).long().clamp(max=STEPS - 1)
        told = torch.rand(size, device=device)
        ids = torch.where((told > 1 - _EMPTY)[:, None], self._empty, batch["ids"].long())
        with self._job.mixed:
            context, pooled = self.text.embed(ids)
        kept = (told > _ZEROED).float()
        got = self.predict(
            self._noise.noisy(z, noise, t), t, context * kept[:, None, None],
            pooled * kept[:, None], batch["map"],
        )  # fmt: skip
        error = ((got - self._noise.velocity(z, noise, t)) ** 2).mean(1)
        error = error * (1 + _PEOPLE / 255 * batch["people"].float())
        return (error.mean((1, 2)) * self._noise.weight(t)).mean()

    def predict(
        self,
        z: torch.Tensor,
        t: torch.Tensor,
        context: torch.Tensor,
        pooled: torch.Tensor,
        maps: torch.Tensor,
    ) -> torch.Tensor:
        """Return the velocity (B, C, h, w) of `z` under maps (B, 8h, 8w, 3) of bytes."""
        z = z.contiguous(memory_format=torch.channels_last)
        conditions = {"text_embeds": pooled, "time_ids": self._sizes.expand(len(z), 6)}
        picture = (maps.permute(0, 3, 1, 2).float() / 255).contiguous(
            memory_format=torch.channels_last
        )
        with self._job.mixed:
            down, mid = self.net(
                z, t, encoder_hidden_states=context, controlnet_cond=picture,
                added_cond_kwargs=conditions, return_dict=False,
            )  # fmt: skip
        conditions["text_embeds"] = pooled.to(self._dtype)
        velocity: torch.Tensor = self._unet(
            z.to(self._dtype), t, context.to(self._dtype), added_cond_kwargs=conditions,
            down_block_additional_residuals=[one.to(self._dtype) for one in down],
            mid_block_additional_residual=mid.to(self._dtype),
            return_dict=False,
        )[0]  # fmt: skip
        return velocity.float()

    @torch.no_grad()
    def draw(self, ids: torch.Tensor, maps: torch.Tensor) -> torch.Tensor:
        """Return latents (B, C, h, w) for token ids (B, 77) under maps, always the same."""
        count, (height, width) = len(ids), maps.shape[1:3]
        with self._job.mixed:
            context, pooled = self.text.embed(ids)
        both = [torch.cat([torch.zeros_like(x), x]) for x in (context, pooled)]
        scheduler = DPMSolverMultistepScheduler(**SCHEDULE, use_karras_sigmas=True)
        scheduler.set_timesteps(_SHEET_STEPS, device=self._job.device)
        chance = torch.Generator().manual_seed(5)
        shape = (count, self._job.recipe.latent_channels, height // 8, width // 8)
        z = torch.randn(shape, generator=chance).to(self._job.device)
        z = z * scheduler.init_noise_sigma
        for t in scheduler.timesteps:
            seen = scheduler.scale_model_input(torch.cat([z, z]), t)
            got = self.predict(seen, t.expand(2 * count), *both, torch.cat([maps, maps]))
            free, told = got.chunk(2)
            z = scheduler.step(free + _GUIDANCE * (told - free), t, z, return_dict=False)[0]
        return z


class _Records:
    """Encoded pictures with their maps, on the device."""

    def __init__(self, job: Job, autoencoder: AutoencoderKL, feed: Feed) -> None:
        self._job, self._vae, self._feed = job, autoencoder, feed
        self._numbers = numbers(job.recipe)
        self.pool = Pool(self._numbers.pool, job.device)

    def fill_up(self) -> None:
        """Encode what must be there before the first step."""
        while len(self.pool) < self._numbers.first:
            self.fill()
            time.sleep(0.01)

    @torch.no_grad()
    def fill(self) -> None:
        """Encode one chunk, if it is ready."""
        if self._feed.waiting() < self._numbers.chunk:
            return
        taken = self._feed.take(self._numbers.chunk)
        rows = {name: torch.from_numpy(array).to(self._job.device) for name, array in taken.items()}
        with self._job.mixed:
            rows["z"] = finished.encode(self._vae, rows.pop("rgb")).half()
        self.pool.add(rows)

    def batch(self) -> Rows:
        """Return some rows, each with one of its captions."""
        rows = self.pool.sample(self._numbers.batch)
        size, captions = rows["ids"].shape[:2]
        device = self._job.device
        which = torch.randint(captions, (size,), device=device)
        return rows | {"ids": rows["ids"][torch.arange(size, device=device), which]}


def run(job: Job, feeds: dict[str, Feed]) -> State:
    """Train one slice; return the state.

    Raises CheckpointError when the autoencoder or the base isn't there.
    """
    torch.manual_seed(31)
    autoencoder = finished.autoencoder(job)
    guided = Guided(job)
    records = _Records(job, autoencoder, feeds[STAGE])
    records.fill_up()
    return train(
        job,
        STAGE,
        {_MODEL: guided.net},
        batch=records.batch,
        loss=guided.loss,
        rate=numbers(job.recipe).rate,
        fill=records.fill,
        show=partial(_show, job, guided, autoencoder),
    )


@torch.no_grad()
def _show(job: Job, guided: Guided, autoencoder: AutoencoderKL) -> None:
    """Draw held-out pictures, their maps and what the maps' guidance makes, a row for each kind."""
    shown = [example for kind in KINDS for example in _examples(job, kind)]
    ids, maps = (
        torch.from_numpy(np.stack([one[name] for one in shown])).to(job.device)
        for name in ("ids", "map")
    )
    latents = guided.draw(ids[:, 0].long(), maps)
    pixels = torch.cat([autoencoder.decode(part).sample for part in latents.split(4)])
    levels = (pixels.float() / 2 + 0.5).clamp(0, 1).mul(255).round().to(torch.uint8)
    drawn = levels.permute(0, 2, 3, 1).cpu().numpy()
    pictures = [
        picture
        for one, picture in zip(shown, drawn, strict=True)
        for picture in (one["rgb"], one["map"], picture)
    ]
    sheet.write(job.work / "control.png", pictures, columns=3 * _SHEET_EACH)


def _examples(job: Job, kind: str) -> list[Record]:
    """Return held-out pictures with people, and their maps of `kind`."""
    draw, found, seed = _guides(job.recipe, job.words), [], 1_000 * KINDS.index(kind)
    while len(found) < _SHEET_EACH:
        example = draw(seed, kind)
        if example["people"].any():
            found.append(example)
        seed += 1
    return found


def export(job: Job, folder: Path) -> None:
    """Write `controlnet/` into the pack: fp16.

    Raises CheckpointError when the stage has no checkpoint.
    """
    models, _ = job.read(STAGE)
    net = build(job.recipe)
    net.load_state_dict(models[_MODEL])
    net.half().save_pretrained(folder / _MODEL)
