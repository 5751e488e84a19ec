"""Train the judge and the frame embedder, side by side on the same pictures.

Half of the pictures go through the autoencoder, with some noise on their latents, so that what a
model has drawn is judged as fairly as what our program draws. The judge is for the benchmark; the
embedder is a part of the pack. Unaware of how either looks inside.
"""

from __future__ import annotations

import json
import logging
import shutil
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F

from training import embedder, finished, judge, vae
from training.feed import Feed
from training.labels import HIDDEN, QUESTIONS
from training.loop import train
from training.pool import Pool
from training.sights import Sights

if TYPE_CHECKING:
    from pathlib import Path

    from training.checkpoint import State
    from training.job import Job
    from training.pool import Rows
    from training.recipe import Recipe
    from training.tokenizer import Words

_log = logging.getLogger(__name__)

STAGE = "judge"
JUDGE = "benchmarks/judge.safetensors"
"""Where `export` writes the judge, in the folder of the checkpoints."""
_FIGURES = "judge-figures.json"
_HELD_OUT = "held out"
_NOISED = 0.25  # the most noise on latents that are decoded
_SHIFT = 8  # pixels
_DRAWN, _DECODED = "drawn", "decoded"


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """The numbers of this stage."""

    slots: int  # pairs that may wait in shared memory
    held_out: int  # pairs that measure
    pool: int  # pairs on the device
    first: int  # pairs to wait for before the first step
    chunk: int  # pairs that are decoded at once
    batch: int  # pairs
    rate: float
    width: int  # of the embedder
    layers: int
    among: int  # how many the embedder must tell apart


FULL = Sizes(
    slots=6_144, held_out=512, pool=20_000, first=1_536, chunk=64, batch=96, rate=1.5e-3,
    width=128, layers=3, among=64,
)  # fmt: skip
SMALL = Sizes(
    slots=16, held_out=4, pool=16, first=4, chunk=2, batch=2, rate=1e-3,
    width=32, layers=1, among=4,
)  # fmt: skip


def _sizes(recipe: Recipe) -> Sizes:
    return SMALL if recipe.tiny else FULL


def feeds(recipe: Recipe, words: Words, workers: int, first: int) -> dict[str, Feed]:
    """Return the drawing processes: pairs to learn from, and few from held-out seeds."""
    sizes, draw = _sizes(recipe), Sights(words=words, shape=recipe.native)
    return {
        STAGE: Feed(draw, slots=sizes.slots, workers=workers, first=first),
        _HELD_OUT: Feed(draw, slots=sizes.held_out, workers=1, first=0),
    }


def run(job: Job, feeds: dict[str, Feed]) -> State:
    """Train one slice; return the state."""
    torch.manual_seed(11)
    eyes = _Eyes(job, feeds)
    eyes.warm()
    eyes.fill_up()
    return train(
        job,
        STAGE,
        {"judge": eyes.judge, "embedder": eyes.embedder, "scales": eyes.scales},
        batch=lambda: eyes.pool.sample(eyes.sizes.batch),
        loss=eyes.loss,
        rate=eyes.sizes.rate,
        fill=eyes.fill,
        show=eyes.measure,
        weight_decay=0.02,
    )


class _Eyes:
    """Both networks, their data, and their loss."""

    def __init__(self, job: Job, feeds: dict[str, Feed]) -> None:
        self._job, self._feeds = job, feeds
        self.sizes = _sizes(job.recipe)
        self.judge = judge.Judge().to(job.device)
        self.embedder = build(job.recipe).to(job.device)
        self.scales = embedder.Scales().to(job.device)
        self.pool = Pool(self.sizes.pool, job.device)
        self._vae = finished.autoencoder(job)
        self._text = finished.base(job).text
        self._scores = job.faster(self.judge)
        self._held_out: Rows | None = None

    def warm(self) -> None:
        """Compile on nothing, while the first pairs are drawn."""
        if not self._job.compiled:
            return
        pairs, (width, height) = (self.sizes.batch, 2), self._job.recipe.native
        blank = {
            "rgb": torch.zeros((*pairs, height, width, 3), dtype=torch.uint8),
            "labels": torch.zeros((*pairs, len(QUESTIONS)), dtype=torch.int64),
            "text": torch.ones((*pairs, self._job.recipe.text_width)),
        }
        self.loss({name: t.to(self._job.device) for name, t in blank.items()}).backward()
        for module in (self.judge, self.embedder, self.scales):
            module.zero_grad(set_to_none=True)

    def fill_up(self) -> None:
        """Wait for enough pairs to begin with."""
        while len(self.pool) < self.sizes.first:
            self.fill()
            time.sleep(0.01)

    @torch.no_grad()
    def fill(self) -> None:
        """Take new pairs, send half of the pictures through the autoencoder."""
        feed = self._feeds[STAGE]
        if feed.waiting() < self.sizes.chunk:
            return
        rows = self._to_device(feed.take(self.sizes.chunk))
        # Both orders occur: the drawn one of a pair is not always the first.
        first = self.pool.added // self.sizes.chunk % 2
        noise = torch.rand(len(rows["rgb"]), device=self._job.device) * _NOISED
        rows["rgb"][:, first] = self._decoded(rows["rgb"][:, first], noise)
        self.pool.add(self._read(rows))

    def _to_device(self, taken: dict[str, object]) -> Rows:
        return {name: torch.as_tensor(array).to(self._job.device) for name, array in taken.items()}

    def _read(self, rows: Rows) -> Rows:
        """Return the rows with the pooled text (N, 2, D) of the captions in place of their ids."""
        ids = rows["ids"].long()
        with self._job.mixed:
            _, pooled = self._text.embed(ids.flatten(0, 1))
        text = pooled.float().unflatten(0, ids.shape[:2])
        return {"rgb": rows["rgb"], "labels": rows["labels"], "text": text}

    def _decoded(self, rgb: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
        """Return pictures (N, h, w, 3) as the autoencoder gives them back; `noise` is (N,)."""
        with self._job.mixed:
            z = finished.encode(self._vae, rgb)
            z = z + noise.view(-1, 1, 1, 1) * torch.randn_like(z)
            got = self._vae.decode(z).sample.float()
        levels = (got / 2 + 0.5).clamp(0, 1).mul(255).round()
        return levels.to(torch.uint8).permute(0, 2, 3, 1)

    def loss(self, batch: Rows) -> torch.Tensor:
        """Return the judge's and the embedder's loss."""
        pictures = degraded(vae.signal(batch["rgb"].flatten(0, 1)))
        labels = batch["labels"].flatten(0, 1)
        with self._job.mixed:
            scores = self._scores(pictures)
            seen = self.embedder(
                pixel_values=embedder.cropped(pictures, self.embedder.config.image_size)
            ).image_embeds
        pairs = seen.unflatten(0, batch["labels"].shape[:2])
        return judge.loss(scores.float(), labels) + embedder.loss(pairs, batch["text"], self.scales)

    @torch.no_grad()
    def measure(self) -> None:
        """Measure both on held-out pictures; write and log the figures."""
        rows = self._held_out = self._held_out or self._take_held_out()
        figures = {
            _DRAWN: self._figures(rows["rgb"], rows["labels"]),
            _DECODED: self._figures(self._all_decoded(rows["rgb"]), rows["labels"]),
        }
        text = json.dumps(figures, indent=1) + "\n"
        (self._job.work / _FIGURES).write_text(text, encoding="utf-8")
        _log.info("held out: %s", json.dumps(figures))

    def _take_held_out(self) -> Rows:
        feed = self._feeds[_HELD_OUT]
        while feed.waiting() < self.sizes.held_out:
            time.sleep(0.01)
        return self._to_device(feed.take(self.sizes.held_out))

    def _all_decoded(self, rgb: torch.Tensor) -> torch.Tensor:
        flat = rgb.flatten(0, 1)
        none = torch.zeros(self.sizes.chunk, device=self._job.device)
        parts = [self._decoded(part, none[: len(part)]) for part in flat.split(self.sizes.chunk)]
        return torch.cat(parts).unflatten(0, rgb.shape[:2])

    def _figures(self, rgb: torch.Tensor, labels: torch.Tensor) -> dict[str, float]:
        side = self.embedder.config.image_size
        right, seen = [], []
        for part in rgb.flatten(0, 1).split(self.sizes.chunk):
            pictures = vae.signal(part)
            right.append(self.judge(pictures).argmax(-1))
            small = F.interpolate(pictures, (side, side), mode="area")
            seen.append(self.embedder(pixel_values=small).image_embeds)
        pairs = torch.cat(seen).unflatten(0, rgb.shape[:2])
        found = accuracy(torch.cat(right), labels.flatten(0, 1))
        return found | {"identity": embedder.top_one(pairs, self.sizes.among)}


def build(recipe: Recipe) -> embedder.CLIPVisionModelWithProjection:
    """Make the recipe's embedder with random weights."""
    sizes = _sizes(recipe)
    return embedder.build(
        side=recipe.native[0] // 2,
        width=sizes.width,
        layers=sizes.layers,
        dimensions=recipe.text_width,
    )


def degraded(pictures: torch.Tensor) -> torch.Tensor:
    """Return pictures (B, 3, h, w) a little blurred, moved, mirrored, noisy, darker or lighter."""

    def chance(low: float, high: float) -> torch.Tensor:
        return low + (high - low) * torch.rand((len(pictures), 1, 1, 1), device=pictures.device)

    blurred = F.avg_pool2d(F.pad(pictures, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
    x = pictures + chance(-1, 1).clamp(min=0) * (blurred - pictures)
    x = _moved(x) * chance(0.92, 1.08) + chance(-0.06, 0.06)
    return x + chance(0, 0.04) * torch.randn_like(x)


def _moved(pictures: torch.Tensor) -> torch.Tensor:
    """Return pictures (B, 3, h, w) moved by whole pixels, half of them mirrored."""
    size, _, height, width = pictures.shape
    device = pictures.device
    shift = torch.randint(-_SHIFT, _SHIFT + 1, (size, 2), device=device).float()
    one, zero = torch.ones(size, device=device), torch.zeros(size, device=device)
    side = torch.where(torch.rand(size, device=device) < 0.5, -one, one)
    rows = [
        torch.stack([side, zero, shift[:, 0] * 2 / width], 1),
        torch.stack([zero, one, shift[:, 1] * 2 / height], 1),
    ]
    grid = F.affine_grid(torch.stack(rows, 1), list(pictures.shape), align_corners=False)
    return F.grid_sample(pictures, grid, padding_mode="border", align_corners=False)


def accuracy(chosen: torch.Tensor, labels: torch.Tensor) -> dict[str, float]:
    """Return the share of right answers (N, questions) by question, of those that have one."""
    known = labels != HIDDEN
    right = ((chosen == labels) & known).sum(0) / known.sum(0).clamp(min=1)
    return dict(zip(QUESTIONS, right.tolist(), strict=True))


def export(job: Job, folder: Path) -> None:
    """Write `embedder/` into the pack, and the judge beside the checkpoints: it isn't shipped.

    Raises CheckpointError when the stage has no checkpoint.
    """
    models, _ = job.read(STAGE)
    image_tower = build(job.recipe)
    image_tower.load_state_dict(models["embedder"])
    shutil.rmtree(folder / "embedder", ignore_errors=True)
    embedder.save(image_tower, folder / "embedder")
    one = judge.Judge()
    one.load_state_dict(models["judge"])
    measured = next((found for f in job.folders if (found := f / _FIGURES).exists()), None)
    figures = json.loads(measured.read_text(encoding="utf-8")) if measured else {}
    judge.save(one, job.work / JUDGE, figures)
