"""Train the autoencoder: first both halves, then the decoder alone against a critic.

The second part freezes the latents and sharpens what is drawn from them.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F

from training import checkpoint, figures, losses, scenery, sheet, vae
from training.feed import Feed
from training.job import find
from training.loop import save, train
from training.pool import Pool

if TYPE_CHECKING:
    from pathlib import Path

    from diffusers import AutoencoderKL

    from training.checkpoint import State
    from training.job import Job
    from training.pool import Rows
    from training.recipe import Recipe
    from training.tokenizer import Words

_log = logging.getLogger(__name__)

STAGE = "vae"
_REFINE = 0.78  # the progress from which only the decoder learns
_KL = 5e-4
_HALVED = 6  # one step in so many has its latents halved in size, see `_reconstruct`
_CRITIC = 0.02


def feeds(recipe: Recipe, words: Words, workers: int, first: int) -> dict[str, Feed]:
    """Return what draws the stills."""
    draw = scenery.still(words, recipe.native, 1)
    return {"stills": Feed(draw, slots=recipe.slots, workers=workers, first=first)}


def run(job: Job, feeds: dict[str, Feed]) -> State:
    """Train one slice, write the checkpoint and a sheet of reconstructions; return the state."""
    stage = _Stage(job, feeds["stills"])
    state = stage.train()
    if state.finished and not stage.finished:
        _normalise(stage)
        save(job, STAGE, {"vae": stage.vae}, state.step)
    return state


class _Stage:
    def __init__(self, job: Job, feed: Feed) -> None:
        self._job, self._feed = job, feed
        torch.manual_seed(1)
        self.vae = vae.build(job.recipe).to(job.device, memory_format=torch.channels_last)
        self.critic = losses.Critic().to(job.device, memory_format=torch.channels_last)
        self.held_out = held_out(job)
        self._encoder = job.faster(self.vae.encoder)
        self._decoder = job.faster(self.vae.decoder)
        self._loss = job.faster(losses.reconstruction)
        self._pool = Pool(job.recipe.vae_pool, job.device)
        self._turn = 0
        folder = find(job.folders, STAGE)
        self.finished = checkpoint.exists(folder, STAGE) and job.read(STAGE)[1].finished

    def train(self) -> State:
        """Train both parts, or what is left of them."""
        rate = self._job.recipe.vae_rate
        if not self.finished:
            while len(self._pool) < min(self._job.recipe.first // 4, self._job.recipe.vae_pool):
                self._fill()
        models = {"vae": self.vae}
        state = train(
            self._job, STAGE, models, batch=self._batch, loss=self._reconstruct,
            rate=rate, fill=self._fill, show=self._show, until=_REFINE,
        )  # fmt: skip
        if state.progress < _REFINE - 1e-6 or self.finished:
            return state
        _log.info("the decoder refines")
        trained = [
            *self.vae.post_quant_conv.parameters(),
            *self.vae.decoder.parameters(),
            *self.critic.parameters(),
        ]
        return train(
            self._job, STAGE, models, batch=self._batch, loss=self._refine, trained=trained,
            rate=rate, fill=self._fill, show=self._show,
        )  # fmt: skip

    def _show(self) -> None:
        show(self._job, self.vae, self.held_out, STAGE)

    def _fill(self) -> None:
        rows = self._feed.take(min(512, self._job.recipe.vae_pool))
        self._pool.add({name: torch.from_numpy(rows[name]) for name in ("rgb", "face")})

    def _batch(self) -> Rows:
        """Return pictures and the weights of their pixels, half of the batches mirrored."""
        rows = self._pool.sample(self._job.recipe.vae_batch)
        want = vae.signal(rows["rgb"])
        weight = losses.face_weight(rows["face"], *want.shape[-2:])
        self._turn += 1
        if self._turn % 2:
            want, weight = want.flip(3), weight.flip(3)
        name = "halved" if self._turn % _HALVED == 0 else "whole"
        return {
            name: want.contiguous(memory_format=torch.channels_last),
            "weight": weight,
        }

    def _reconstruct(self, rows: Rows) -> torch.Tensor:
        halved = "halved" in rows
        want, weight = rows["halved" if halved else "whole"], rows["weight"]
        with self._job.mixed:
            moments = self.vae.quant_conv(self._encoder(want)).float()
            mean, log_variance = moments.chunk(2, 1)
            log_variance = log_variance.clamp(-20, 6)
            latents = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
            decode, measure = self._decoder, self._loss
            # Halved latents should be those of the halved picture: smooth latents are easier to
            # generate (scale equivariance, https://arxiv.org/abs/2502.09509).
            if halved:
                latents, want, weight = (F.avg_pool2d(x, 2) for x in (latents, want, weight))
                decode, measure = self.vae.decoder, losses.reconstruction
            got = decode(self.vae.post_quant_conv(latents)).float()
        return measure(got, want, weight) + _KL * losses.divergence(mean, log_variance)

    def _refine(self, rows: Rows) -> torch.Tensor:
        want, weight = rows["halved" if "halved" in rows else "whole"], rows["weight"]
        with self._job.mixed:
            with torch.no_grad():
                mean, log_variance = self.vae.quant_conv(self._encoder(want)).chunk(2, 1)
                deviation = torch.exp(0.5 * log_variance.float().clamp(-20, 6))
                latents = mean.float() + deviation * torch.randn_like(deviation)
            # Asking for a gradient here keeps the graph that was compiled before.
            got = self._decoder(self.vae.post_quant_conv(latents.requires_grad_()))
            # The critic judges with weights that this term cannot move.
            fixed = {name: p.detach() for name, p in self.critic.named_parameters()}
            praise = torch.func.functional_call(self.critic, fixed, (got,)).float().mean()
            judged = self.critic.loss(got.detach(), want)
        return self._loss(got.float(), want, weight) - _CRITIC * praise + judged


def held_out(job: Job) -> torch.Tensor:
    """Return the pictures (N, 3, h, w) from -1 to 1 that measure the stage, on its device."""
    drawn = scenery.held_out_stills(job.words, job.recipe)["rgb"]
    return vae.signal(torch.from_numpy(drawn).to(job.device))


@torch.no_grad()
def show(job: Job, model: AutoencoderKL, want: torch.Tensor, name: str) -> None:
    """Measure the held-out pictures in fp32 and draw some above their reconstructions."""
    got = again(model, want)
    _log.info(
        "held-out pictures: psnr %.2f dB, similarity %.4f, feature distance %.4f",
        figures.psnr(got, want),
        float(losses.similarity(got.clamp(-1, 1), want)),
        figures.feature_distance(got, want),
    )
    columns = min(6, len(want))
    rows = [x[i : i + columns] for i in range(0, min(24, len(want)), columns) for x in (want, got)]
    bytes_ = ((torch.cat(rows).clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8)
    pictures = list(bytes_.permute(0, 2, 3, 1).cpu().numpy())
    sheet.write(job.work / f"{name}.png", pictures, columns=columns)


@torch.no_grad()
def again(model: AutoencoderKL, pictures: torch.Tensor) -> torch.Tensor:
    """Return pictures (N, 3, h, w) from -1 to 1 encoded and decoded."""
    parts = [model.encode(part).latent_dist.mode() for part in pictures.split(16)]
    return torch.cat([model.decode(part).sample for part in parts])


@torch.no_grad()
def _normalise(stage: _Stage) -> None:
    parts = stage.held_out.split(16)
    modes = torch.cat([stage.vae.encode(part).latent_dist.mode() for part in parts])
    mean, deviation = modes.mean((0, 2, 3)), modes.std((0, 2, 3))
    _log.info("latent deviations were %s", [round(x, 3) for x in deviation.tolist()])
    vae.normalise(stage.vae, mean, deviation)


def export(job: Job, folder: Path) -> None:
    """Nothing: the autoencoder is a part of the base's folder."""
