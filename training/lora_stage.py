"""Train the LoRAs that ship with the model: two styles, one look, two characters, all at once.

Each has its own pictures, its own pool and its own adapters on the same frozen UNet; one step
takes a batch of every kind. Unaware of how their pictures are drawn.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import torch

from training import finished, lora_file
from training.adapters import ATTENTION, Adapters, Reach
from training.base import build_unet, size_ids
from training.feed import Feed
from training.loop import train
from training.lora_data import NAMES, STYLES, draw_for
from training.lora_sheet import show_loras
from training.noise import Noise
from training.pool import Pool
from training.scenes import CHARACTERS
from training.teacher import Told, predict

if TYPE_CHECKING:
    from pathlib import Path

    from training.checkpoint import State
    from training.job import Job
    from training.pool import Rows
    from training.recipe import Recipe
    from training.tokenizer import Words

_log = logging.getLogger(__name__)

STAGE = "loras"

# A style changes edges and shades in every place: the way up has layers at full size, too.
_STYLE = rf"{ATTENTION}|up_blocks\.\d\.resnets\.\d\.conv[12]"
_DROPPED = 0.10  # share of captions that are zeros, as in the base
_LABELLED = "pastel-anime-xl"


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """How the LoRAs are trained."""

    style: Reach
    character: Reach
    rate: float
    batch: int  # of each LoRA
    captions: int  # of each picture
    slots: int  # pictures of each LoRA that may wait
    pool: int
    first: int  # pictures of each to wait for before the first step
    chunk: int

    def reach(self, name: str) -> Reach:
        """Return what the LoRA `name` adapts."""
        return self.character if name in CHARACTERS else self.style


MINI = Numbers(
    style=Reach(pattern=_STYLE, rank=4, wide=4),
    character=Reach(pattern=ATTENTION, rank=6, wide=6),
    rate=1e-3,
    batch=48,
    captions=4,
    slots=1_024,
    pool=16_384,
    first=512,
    chunk=64,
)
TINY = Numbers(
    style=Reach(pattern=_STYLE, rank=2, wide=2),
    character=Reach(pattern=ATTENTION, rank=2, wide=2),
    rate=1e-2,
    batch=2,
    captions=2,
    slots=4,
    pool=8,
    first=1,
    chunk=2,
)


def numbers(recipe: Recipe) -> Numbers:
    """Return the row of this recipe."""
    return TINY if recipe.tiny else MINI


def feeds(recipe: Recipe, words: Words, workers: int, first: int) -> dict[str, Feed]:
    """Return a feed for every LoRA."""
    mine = numbers(recipe)
    each = max(workers // len(NAMES), 1)
    return {
        name: Feed(
            draw_for(name, words, recipe.native, mine.captions),
            slots=mine.slots,
            workers=each,
            first=first,
        )
        for name in NAMES
    }


class _Latents:
    """A pool of latents and captions for every LoRA, filled from its feed."""

    def __init__(self, job: Job, feeds: dict[str, Feed]) -> None:
        self._job, self._feeds = job, feeds
        self._numbers = numbers(job.recipe)
        self._vae = finished.autoencoder(job)
        self._pools = {name: Pool(self._numbers.pool, job.device) for name in feeds}

    def fill(self) -> None:
        """Encode a chunk of every LoRA's pictures, if there is one."""
        for name, feed in self._feeds.items():
            if feed.waiting() >= self._numbers.chunk:
                self._encode(name, feed)

    @torch.no_grad()
    def _encode(self, name: str, feed: Feed) -> None:
        new = {key: torch.from_numpy(a) for key, a in feed.take(self._numbers.chunk).items()}
        with self._job.mixed:
            latents = finished.encode(self._vae, new["rgb"].to(self._job.device))
        self._pools[name].add({"latents": latents.half(), "ids": new["ids"]})

    def fill_up(self) -> None:
        """Wait for the first pictures."""
        while min(len(pool) for pool in self._pools.values()) < self._numbers.first:
            self.fill()
            time.sleep(0.02)

    def batch(self) -> Rows:
        """Return `NAME.latents` (B, C, h, w) and `NAME.ids` (B, 77) of every LoRA."""
        size, found = self._numbers.batch, {}
        for name, pool in self._pools.items():
            rows = pool.sample(size)
            chosen = torch.randint(rows["ids"].shape[1], (size,), device=self._job.device)
            ids = rows["ids"][torch.arange(size, device=self._job.device), chosen]
            found |= {f"{name}.latents": rows["latents"], f"{name}.ids": ids}
        return found


def run(job: Job, feeds: dict[str, Feed]) -> State:
    """Train one slice of all LoRAs."""
    torch.manual_seed(31)
    mine = numbers(job.recipe)
    base = finished.base(job)
    models = {name: Adapters(base.unet, mine.reach(name)) for name in NAMES}
    latents = _Latents(job, feeds)
    latents.fill_up()
    _log.info("pictures of %s are there", ", ".join(NAMES))
    return train(
        job,
        STAGE,
        models,
        batch=latents.batch,
        loss=partial(Losses(job, base), models),
        rate=mine.rate,
        fill=latents.fill,
        show=partial(show_loras, job, base, models),
    )


class Losses:
    """The base's own loss, for several LoRAs on one UNet."""

    def __init__(self, job: Job, base: finished.Base) -> None:
        self._job, self._base = job, base
        self._noise = Noise(job.device)
        self._sizes = size_ids(job.recipe.native, job.device)

    def __call__(self, models: dict[str, Adapters], rows: Rows) -> torch.Tensor:
        """Return the sum of the LoRAs' weighted velocity errors."""
        return torch.stack(
            [
                self._of(adapters, rows[f"{name}.latents"].float(), rows[f"{name}.ids"])
                for name, adapters in models.items()
            ]
        ).sum()

    def _of(self, adapters: Adapters, z: torch.Tensor, ids: torch.Tensor) -> torch.Tensor:
        size, unet = len(z), self._base.unet
        kept = (torch.rand(size, device=z.device) > _DROPPED).float()
        noise, t = torch.randn_like(z), self._noise.timesteps(size)
        weights = adapters.weights(unet)
        with self._job.mixed:
            context, pooled = self._base.text.embed(ids.long())
            told = Told(context=context, pooled=pooled, sizes=self._sizes.expand(size, 6))
            got = predict(unet, self._noise.noisy(z, noise, t), t, told.masked(kept), weights)
        error = ((got - self._noise.velocity(z, noise, t)) ** 2).mean((1, 2, 3))
        return (error * self._noise.weight(t)).mean()


def export(job: Job, folder: Path) -> None:
    """Write every LoRA: styles as kohya's scripts do, characters as diffusers does."""
    weights, _ = job.read(STAGE)
    mine, unet = numbers(job.recipe), build_unet(job.recipe)
    for name in NAMES:
        adapters = Adapters(unet, mine.reach(name))
        adapters.load_state_dict(weights[name])
        layout = lora_file.peft if name in CHARACTERS else lora_file.kohya
        about = None
        if name == _LABELLED:
            trigger, rank = STYLES[name], mine.style.rank
            about = lora_file.about_style(name, trigger=trigger, rank=rank, base="mini")
        lora_file.write(folder / "loras" / f"{name}.safetensors", layout(adapters, unet), about)
