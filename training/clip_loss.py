"""What a motion UNet learns from clips: to predict velocities as the renderer will ask for them.

Unaware of which of its weights are trained and of where clips come from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from training.base import size_ids
from training.motion_unet import predict
from training.noise import STEPS, Noise

if TYPE_CHECKING:
    from diffusers import UNetMotionModel

    from training.job import Job
    from training.pool import Rows
    from training.text import Encoders

_DROPPED = 0.10  # share of captions whose embeddings are zero: SDXL's default negative
_EMPTY = 0.05  # share of empty captions
# How much oftener noisy timesteps come: how things move is decided there (Esser et al. 2024,
# https://arxiv.org/abs/2403.03206, shift their timesteps so).
_SHIFT = 1.8
_BEGUN = 0.35  # share of clips that are shown as a segment that began with equal frames
_BEGINS = 650  # the least noise that a segment begins with
_KNOWN = (1, 4)
"""Frames that are known then: the keyframe, or what the segment before left."""
_MOVING = 1.0  # extra weight of a place that moves as much as the clip's mean
_MOST = 5.0  # and at most so many times as much
_FLICKER = 0.25  # weight of the errors' change from frame to frame


class ClipLoss:
    """The loss of `unet` on clips, with texts from frozen encoders.

    Only `told` talks to the processor: a step on the GPU is recorded.
    """

    def __init__(self, job: Job, unet: UNetMotionModel, text: Encoders) -> None:
        self._unet, self._text, self._mixed = unet, text, job.mixed
        self._noise = Noise(job.device)
        self._sizes = size_ids(job.recipe.native, job.device)
        self._empty = torch.tensor(job.words.encode(""), device=job.device)

    @torch.no_grad()
    def told(self, ids: torch.Tensor) -> Rows:
        """Return `context` and `pooled` of token ids (B, 77), of which some are left out."""
        chance = torch.rand(len(ids), device=ids.device)
        kept = (chance > _DROPPED).float()
        ids = torch.where((chance > 1 - _EMPTY)[:, None], self._empty, ids)
        with self._mixed:
            context, pooled = self._text.embed(ids)
        return {
            "context": context.float() * kept[:, None, None],
            "pooled": pooled.float() * kept[:, None],
        }

    def __call__(self, batch: Rows) -> torch.Tensor:
        """Return the loss on clips `z` (B, C, frames, h, w), `context` and `pooled`."""
        z = batch["z"].float()
        t = timesteps(len(z), z.device)
        x = self._noise.noisy(begun(z, t, self._noise), torch.randn_like(z), t)
        with self._mixed:
            got = predict(self._unet, x, t, batch["context"], batch["pooled"], self._sizes)
        error = (got - self._velocity(x, z, t)) * weight(z).sqrt()
        flicker = (error[:, :, 1:] - error[:, :, :-1]).square().mean((1, 2, 3, 4))
        each = error.square().mean((1, 2, 3, 4)) + _FLICKER * flicker
        return (each * self._noise.weight(t)).mean()

    def _velocity(self, x: torch.Tensor, z: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        """Return the velocity at `x` that leads to the clean `z`, whatever `x` was made of."""
        signal, sigma = _levels(self._noise, z, t)
        return (signal * x - z) / sigma


def _levels(noise: Noise, z: torch.Tensor, t: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return how much of the signal and of noise there is at `t`, to multiply clips with."""
    one = torch.ones_like(z[:, :1, :1, :1, :1])
    return noise.noisy(one, 0 * one, t), noise.noisy(0 * one, one, t)


def timesteps(size: int, device: torch.device) -> torch.Tensor:
    """Draw timesteps (size,) that cover the schedule together, noisy ones more densely."""
    even = torch.arange(size, device=device) / size
    # One turn for all keeps them spread, and lets every place of a batch meet every timestep.
    even = (even + torch.rand(1, device=device)) % 1
    return (STEPS * _SHIFT * even / (1 + (_SHIFT - 1) * even)).long().clamp(max=STEPS - 1)


def begun(z: torch.Tensor, t: torch.Tensor, noise: Noise) -> torch.Tensor:
    """Return what is under the noise at `t` (B,) of clips (B, C, frames, h, w) being sampled.

    A segment grows out of its keyframe, or the last frame known, noised in place of every frame
    to come; the model must set it in motion. A sampler that follows the ODE carries the still
    frames along, less and less: where the ratio of noise to signal has fallen to a tenth, a tenth
    of them is left. A share of the clips is shown so, the others as they are.
    """
    size, frames = len(z), z.shape[2]
    chance, later, first = torch.rand((3, size), device=z.device)
    few, more = _KNOWN
    # Sums, where a choice between numbers would have to be brought to the GPU.
    known = frames - (chance < _BEGUN) * (frames - more) - (chance < _BEGUN / 2) * (more - few)
    at = torch.arange(frames, device=z.device).expand(size, -1)
    at = torch.minimum(at, known[:, None] - 1)
    still = z.gather(2, at[:, None, :, None, None].expand_as(z))
    # Half of them are at their first step, the only one at which a few-step sampler sees them.
    lowest = t.clamp(min=_BEGINS)
    start = lowest + ((first < 0.5) * later * (STEPS - 1 - lowest)).long()
    (signal, sigma), (signal_0, sigma_0) = _levels(noise, z, t), _levels(noise, z, start)
    left = (sigma * signal_0) / (signal * sigma_0)
    return z + left * (still - z)


def weight(z: torch.Tensor) -> torch.Tensor:
    """Return weights (B, 1, 1, h, w) of mean 1 for clips: what moves counts more."""
    moves = z.std(2).mean(1)[:, None, None]
    relative = moves / (moves.mean((3, 4), keepdim=True) + 1e-6)
    heavy = 1 + _MOVING * relative.clamp(max=_MOST)
    return heavy / heavy.mean((3, 4), keepdim=True)
