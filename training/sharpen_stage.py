"""Train the finished autoencoder's decoder on, alone and without a critic.

Its latents stay what they are, so this may run at any time after `vae`, beside any other stage.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from training import finished, losses, vae, vae_stage
from training.loop import train
from training.pool import Pool

if TYPE_CHECKING:
    from pathlib import Path

    from training.checkpoint import State
    from training.feed import Feed
    from training.job import Job
    from training.pool import Rows

STAGE = "sharpen"
_RATE = 5e-4

feeds = vae_stage.feeds


def run(job: Job, feeds: dict[str, Feed]) -> State:
    """Train one slice; return the state.

    Raises CheckpointError when the autoencoder isn't finished.
    """
    return _Stage(job, feeds["stills"]).train()


class _Stage:
    def __init__(self, job: Job, feed: Feed) -> None:
        self._job, self._feed = job, feed
        self.vae = finished.autoencoder(job)
        for part in (self.vae.decoder, self.vae.post_quant_conv):
            part.requires_grad_(True)
        self._decoder = job.faster(self.vae.decoder)
        self._encoder = job.faster(self.vae.encoder)
        self._loss = job.faster(losses.reconstruction)
        self._pool = Pool(job.recipe.vae_pool, job.device)
        self._held_out = vae_stage.held_out(job)

    def train(self) -> State:
        while len(self._pool) < min(self._job.recipe.first // 4, self._job.recipe.vae_pool):
            self._fill()
        return train(
            self._job, STAGE, {"vae": self.vae}, batch=self._batch, loss=self._measure,
            rate=_RATE, fill=self._fill,
            show=lambda: vae_stage.show(self._job, self.vae, self._held_out, STAGE),
        )  # fmt: skip

    def _fill(self) -> None:
        rows = self._feed.take(min(512, self._job.recipe.vae_pool))
        self._pool.add({name: torch.from_numpy(rows[name]) for name in ("rgb", "face")})

    def _batch(self) -> Rows:
        rows = self._pool.sample(self._job.recipe.vae_batch)
        want = vae.signal(rows["rgb"])
        return {"want": want, "weight": losses.face_weight(rows["face"], *want.shape[-2:])}

    def _measure(self, rows: Rows) -> torch.Tensor:
        with self._job.mixed:
            with torch.no_grad():
                latents = self.vae.quant_conv(self._encoder(rows["want"])).chunk(2, 1)[0]
            got = self._decoder(self.vae.post_quant_conv(latents)).float()
        return self._loss(got, rows["want"], rows["weight"])


def export(job: Job, folder: Path) -> None:
    """Nothing: the autoencoder is a part of the base's folder."""
