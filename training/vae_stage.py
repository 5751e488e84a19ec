"""Train the autoencoder: first both halves, then the decoder alone against a critic.

The second part freezes the latents and sharpens what is drawn from them.
"""

from __future__ import annotations

import logging
import math
import random
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F

from training import checkpoint, figures, losses, sheet, vae
from training.average import Average
from training.checkpoint import State
from training.job import DivergedError, find
from training.pool import Batch, Pool
from training.slices import Every, learning_rate
from training.tokenizer import LENGTH

if TYPE_CHECKING:
    from collections.abc import Iterable

    from training.job import Job

_log = logging.getLogger(__name__)

STAGE = "vae"
_REFINE = 0.6  # the progress from which only the decoder learns
_KL = 5e-4
_HALVED = 0.15  # share of steps whose latents are halved in size, see `_reconstruct`
_CRITIC = 0.35
_RAMP = 200  # steps over which the critic gains its weight


class Trainer:
    """The autoencoder, its critic, and what their steps need."""

    def __init__(self, job: Job) -> None:
        recipe, device = job.recipe, job.device
        self._job = job
        self._noise = torch.Generator(device).manual_seed(1)
        torch.manual_seed(1)
        self.vae = vae.build(recipe).to(device, memory_format=torch.channels_last)
        self.critic = losses.Critic().to(device, memory_format=torch.channels_last)
        self._chance = random.Random(1)
        self.held_out = torch.from_numpy(job.held_out().rgb).to(device)
        self._encoder = job.faster(self.vae.encoder)
        self._decoder = job.faster(self.vae.decoder)
        self._loss = job.faster(losses.reconstruction)
        self.average = Average(self.vae.parameters(), decay=0.998)
        self._learner = self._adam(self.vae.parameters())
        self._judge = torch.optim.AdamW(
            self.critic.parameters(), lr=4e-4, betas=(0.5, 0.9), fused=job.fused
        )
        self._refining = False
        self._refined = 0

    def _adam(self, parameters: Iterable[torch.nn.Parameter]) -> torch.optim.AdamW:
        rate, fused = self._job.recipe.vae_rate, self._job.fused
        return torch.optim.AdamW(
            parameters, lr=rate, betas=(0.9, 0.99), weight_decay=0.0, fused=fused
        )

    def _draw(self, like: torch.Tensor) -> torch.Tensor:
        return torch.randn(like.shape, generator=self._noise, device=self._job.device)

    def step(self, batch: Batch, progress: float, rate: float) -> torch.Tensor:
        """Take one step on pictures (B, h, w, 3); return L1 and squared error, on the device."""
        want = vae.signal(batch.data)
        weight = losses.face_weight(batch.face, *want.shape[-2:])
        if self._chance.random() < 0.5:
            want, weight = want.flip(3), weight.flip(3)
        if progress >= _REFINE and not self._refining:
            self._begin_refining()
        for group in self._learner.param_groups:
            group["lr"] = rate
        part = self._refine if self._refining else self._reconstruct
        got = part(want.contiguous(memory_format=torch.channels_last), weight)
        torch.nn.utils.clip_grad_norm_(self._trained(), 1.0)
        self._learner.step()
        self._learner.zero_grad(set_to_none=True)
        self.average.update()
        return got

    def _trained(self) -> list[torch.nn.Parameter]:
        return [p for group in self._learner.param_groups for p in group["params"]]

    def _reconstruct(self, want: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        with self._job.mixed:
            moments = self.vae.quant_conv(self._encoder(want)).float()
            mean, log_variance = moments.chunk(2, 1)
            log_variance = log_variance.clamp(-20, 6)
            latents = mean + torch.exp(0.5 * log_variance) * self._draw(mean)
            decode, measure = self._decoder, self._loss
            # Halved latents should be those of the halved picture: smooth latents are easier to
            # generate (scale equivariance, https://arxiv.org/abs/2502.09509).
            if self._chance.random() < _HALVED:
                latents, want, weight = (F.avg_pool2d(x, 2) for x in (latents, want, weight))
                decode, measure = self.vae.decoder, losses.reconstruction
            got = decode(self.vae.post_quant_conv(latents)).float()
        loss = measure(got, want, weight) + _KL * losses.divergence(mean, log_variance)
        loss.backward()
        return _errors(got, want)

    def _begin_refining(self) -> None:
        _log.info("the decoder refines")
        self._refining = True
        self.average.commit()
        decoding = [*self.vae.post_quant_conv.parameters(), *self.vae.decoder.parameters()]
        self._learner = self._adam(decoding)

    def _refine(self, want: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        self._refined += 1
        with self._job.mixed:
            with torch.no_grad():
                mean, log_variance = self.vae.quant_conv(self.vae.encoder(want)).chunk(2, 1)
                deviation = torch.exp(0.5 * log_variance.float().clamp(-20, 6))
                latents = mean.float() + deviation * self._draw(mean)
            # Asking for a gradient here keeps the graph that was compiled before.
            got = self._decoder(self.vae.post_quant_conv(latents.requires_grad_()))
        seen = got.detach().float().requires_grad_()
        (pull,) = torch.autograd.grad(self._loss(seen, want, weight), seen)
        with self._job.mixed:
            (push,) = torch.autograd.grad(-self.critic(seen).float().mean(), seen)
            judged = self.critic.loss(seen.detach(), want)
        # The critic's gradient is scaled to the reconstruction's, as VQGAN's adaptive weight.
        share = _CRITIC * min(1.0, self._refined / _RAMP)
        push = push.float() * (pull.norm() / (push.float().norm() + 1e-12))
        got.backward((pull + share * push).to(got.dtype))
        self._judge.zero_grad(set_to_none=True)
        judged.backward()
        self._judge.step()
        return _errors(seen.detach(), want)


def _errors(got: torch.Tensor, want: torch.Tensor) -> torch.Tensor:
    error = got.detach() - want
    return torch.stack([error.abs().mean(), (error**2).mean()])


def run(job: Job) -> State:
    """Train one slice, write the checkpoint and a sheet of reconstructions; return the state."""
    trainer = Trainer(job)
    state = _resume(job, trainer)
    if state.finished:
        _log.info("the stage is finished")
        return state
    pool = _pool(job)
    noise = torch.Generator(job.device).manual_seed(2 + state.step)
    tell, show, step = Every(10), Every(150), 0
    total = torch.zeros(3, device=job.device)
    job.slice.begin()
    while not job.slice.over:
        if step % 20 == 0:
            _fill(job, pool)
        progress = job.slice.progress
        rate = learning_rate(progress, step, peak=job.recipe.vae_rate, warmup=job.recipe.warmup)
        errors = trainer.step(pool.sample(job.recipe.vae_batch, noise), progress, rate)
        total += torch.cat([errors, errors.new_ones(1)])
        step += 1
        if tell.due():
            _tell(state.step + step, progress, total, pool)
            total.zero_()
        if show.due():
            _show(job, trainer)
    return _finish(job, trainer, state.step + step)


def _resume(job: Job, trainer: Trainer) -> State:
    if not checkpoint.exists(find(job.folders, STAGE), STAGE):
        return State(step=0, progress=0.0, words=job.words.digest)
    models, state = job.read(STAGE)
    trainer.vae.load_state_dict(models["vae"])
    trainer.average = Average(trainer.vae.parameters(), decay=0.998)
    job.slice.before = state.progress
    return state


def _pool(job: Job) -> Pool:
    width, height = job.recipe.native
    pool = Pool(
        job.recipe.vae_pool,
        (height, width, 3),
        dtype=torch.uint8,
        captions=job.recipe.captions,
        length=LENGTH,
        device=job.device,
    )
    while len(pool) < min(job.recipe.first, job.recipe.vae_pool) // 4:
        _fill(job, pool)
    return pool


def _fill(job: Job, pool: Pool) -> None:
    pictures = job.feed.take(job.recipe.native, min(512, job.recipe.vae_pool))
    pool.add(*(torch.from_numpy(a) for a in (pictures.rgb, pictures.ids, pictures.face)))


def _tell(step: int, progress: float, total: torch.Tensor, pool: Pool) -> None:
    l1, square, count = total.tolist()
    if not math.isfinite(square):
        raise DivergedError(f"the reconstruction error is {square} at step {step}")
    decibels = 10 * math.log10(4 * count / square)
    _log.info(
        "vae step %d, %.0f %%: l1 %.4f, psnr %.2f dB, %d pictures",
        step, 100 * progress, l1 / count, decibels, pool.added,
    )  # fmt: skip


@torch.no_grad()
def _again(trainer: Trainer, pictures: torch.Tensor) -> torch.Tensor:
    parts = [trainer.vae.encode(part).latent_dist.mode() for part in pictures.split(16)]
    return torch.cat([trainer.vae.decode(part).sample for part in parts])


def _show(job: Job, trainer: Trainer) -> None:
    """Measure the held-out pictures in fp32 and draw some above their reconstructions."""
    want = vae.signal(trainer.held_out)
    with trainer.average.applied():
        got = _again(trainer, want)
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
    sheet.write(job.work / "vae.png", pictures, columns=columns)


def _finish(job: Job, trainer: Trainer, step: int) -> State:
    """Take the averaged weights, normalise the latents if the stage is over, and write."""
    state = State(step=step, progress=job.slice.progress, words=job.words.digest)
    _show(job, trainer)
    trainer.average.commit()
    if state.finished:
        _normalise(trainer)
    checkpoint.write(job.work, STAGE, {"vae": trainer.vae.state_dict()}, state)
    return state


@torch.no_grad()
def _normalise(trainer: Trainer) -> None:
    want = vae.signal(trainer.held_out)
    modes = torch.cat([trainer.vae.encode(part).latent_dist.mode() for part in want.split(16)])
    mean, deviation = modes.mean((0, 2, 3)), modes.std((0, 2, 3))
    _log.info("latent deviations were %s", [round(x, 3) for x in deviation.tolist()])
    vae.normalise(trainer.vae, mean, deviation)
