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

from training import base as base_model
from training import finished, scenery, scenes, sheet
from training.control import Guided, control_net
from training.feed import Feed
from training.loop import train
from training.maps import KINDS, control_map
from training.pool import Pool

if TYPE_CHECKING:
    from pathlib import Path

    from diffusers import AutoencoderKL, ControlNetModel

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


def _guides(recipe: Recipe, words: Words, shape: Shape) -> Guides:
    return Guides(words=words, shape=shape, captions=numbers(recipe).captions)


def feeds(recipe: Recipe, words: Words, workers: int, first: int) -> dict[str, Feed]:
    """Return a feed of pictures with maps for each shape; all but squares are drawn by one each."""
    others = len(recipe.shapes) - 1
    mine = numbers(recipe)
    return {
        _name(shape): Feed(
            _guides(recipe, words, shape),
            slots=max(mine.slots // 8, mine.chunk) if index else mine.slots,
            workers=1 if index else max(workers - others, 1),
            first=first + index * 1_000_000_000,
        )
        for index, shape in enumerate(recipe.shapes)
    }


def _name(shape: Shape) -> str:
    return f"{shape[0]}x{shape[1]}"


def build(recipe: Recipe) -> ControlNetModel:
    """Make the recipe's ControlNet, on an untrained base."""
    unet = base_model.build_unet(recipe)
    return control_net(unet, numbers(recipe).map_channels)


class _Records:
    """Encoded pictures with their maps, on the device: a pool for each shape."""

    def __init__(self, job: Job, autoencoder: AutoencoderKL, feeds: dict[str, Feed]) -> None:
        self._job, self._vae, self._feeds = job, autoencoder, feeds
        self._numbers = numbers(job.recipe)
        self._chance = random.Random(job.slice.before)
        rooms = {shape: int(self._numbers.pool * self._share(shape)) for shape in job.recipe.shapes}
        self._pools = {
            shape: Pool(max(room, self._numbers.chunk), job.device) for shape, room in rooms.items()
        }

    def _share(self, shape: Shape) -> float:
        # Films are often wide: other shapes come twice as often as in the base.
        recipe = self._job.recipe
        others = 2 * recipe.wide
        return 1 - others if shape == recipe.native else others / (len(recipe.shapes) - 1)

    def fill_up(self) -> None:
        """Encode what must be there before the first step."""
        while len(self._pools[self._job.recipe.native]) < self._numbers.first:
            self.fill()
            time.sleep(0.01)

    def fill(self) -> None:
        """Encode one chunk of whichever shape has one waiting, squares last."""
        for shape in reversed(self._job.recipe.shapes):
            feed = self._feeds[_name(shape)]
            if feed.waiting() >= self._numbers.chunk:
                self._pools[shape].add(self._encoded(feed.take(self._numbers.chunk)))
                return

    @torch.no_grad()
    def _encoded(self, taken: Record) -> Rows:
        rows = {name: torch.from_numpy(array).to(self._job.device) for name, array in taken.items()}
        with self._job.mixed:
            rows["z"] = finished.encode(self._vae, rows.pop("rgb")).half()
        return rows

    def batch(self) -> Rows:
        """Return some rows of one shape, each with one of its captions."""
        shapes = self._job.recipe.shapes
        (shape,) = self._chance.choices(shapes, [self._share(shape) for shape in shapes])
        pool = self._pools[shape] if len(self._pools[shape]) else self._pools[shapes[0]]
        rows = pool.sample(self._numbers.batch)
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
    guided = Guided(job, numbers(job.recipe).map_channels)
    records = _Records(job, autoencoder, feeds)
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
    draw = _guides(job.recipe, job.words, job.recipe.native)
    found: list[Record] = []
    seed = 1_000 * KINDS.index(kind)
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
