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
# From here on, half of the clips are shown as a segment begins: with every frame the same.
_BEGINS = 600
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
        x = self._noise.noisy(begun(z, t), torch.randn_like(z), t)
        with self._mixed:
            got = predict(self._unet, x, t, batch["context"], batch["pooled"], self._sizes)
        error = (got - self._velocity(x, z, t)) * weight(z).sqrt()
        flicker = (error[:, :, 1:] - error[:, :, :-1]).square().mean((1, 2, 3, 4))
        each = error.square().mean((1, 2, 3, 4)) + _FLICKER * flicker
        return (each * self._noise.weight(t)).mean()

    def _velocity(self, x: torch.Tensor, z: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        """Return the velocity at `x` that leads to the clean `z`, whatever `x` was made of."""
        one = torch.ones_like(z[:, :1, :1, :1, :1])
        signal = self._noise.noisy(one, 0 * one, t)
        sigma = self._noise.noisy(0 * one, one, t)
        return (signal * x - z) / sigma


def timesteps(size: int, device: torch.device) -> torch.Tensor:
    """Draw timesteps (size,) that cover the schedule together, noisy ones more densely."""
    even = torch.arange(size, device=device) / size
    # One turn for all keeps them spread, and lets every place of a batch meet every timestep.
    even = (even + torch.rand(1, device=device)) % 1
    return (STEPS * _SHIFT * even / (1 + (_SHIFT - 1) * even)).long().clamp(max=STEPS - 1)


def begun(z: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
    """Return clips (B, C, frames, h, w), some as the renderer begins them: known, then still.

    A segment grows out of its keyframe, or the last frame known, noised in place of every frame
    to come. Where so much noise is on it, the model must learn to set it in motion.
    """
    size, frames = len(z), z.shape[2]
    chance = torch.rand(size, device=z.device)
    few, more = _KNOWN
    begins = t >= _BEGINS
    # Sums, where choices between numbers would have to be brought to the GPU.
    known = frames - (begins & (chance < 0.5)) * (frames - more)
    known = known - (begins & (chance < 0.25)) * (more - few)
    at = torch.arange(frames, device=z.device).expand(size, -1)
    at = torch.minimum(at, known[:, None] - 1)
    return z.gather(2, at[:, None, :, None, None].expand_as(z))


def weight(z: torch.Tensor) -> torch.Tensor:
    """Return weights (B, 1, 1, h, w) of mean 1 for clips: what moves counts more."""
    moves = z.std(2).mean(1)[:, None, None]
    relative = moves / (moves.mean((3, 4), keepdim=True) + 1e-6)
    heavy = 1 + _MOVING * relative.clamp(max=_MOST)
    return heavy / heavy.mean((3, 4), keepdim=True)
