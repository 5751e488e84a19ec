"""How a few-step LoRA learns: it samples as the renderer does, and a teacher corrects each step.

At every noise level that LCM visits, the student's clean latents are regressed onto the end of the
teacher's guided ODE through the same point. Most points are those that the student itself reaches
(Ross et al. 2011, https://arxiv.org/abs/1011.0686), so its own mistakes are what it learns to
mend. Unaware of files, of pools and of where captions come from.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import torch
from diffusers import LCMScheduler

from training.noise import SCHEDULE, Noise
from training.teacher import Held, Teacher, Told, predict

if TYPE_CHECKING:
    from torch import nn

    from training.adapters import Adapters, Weights
    from training.job import Job
    from training.pool import Rows

# Errors below this count by their square, those above by their size: what is almost right gets
# sharp, and what is ambiguous is not averaged.
_SOFT = 0.1
_EDGES = 0.5  # weight of the differences of neighbours in space
_CHANGES = 0.5  # and in time


def timesteps(steps: int, strength: float = 1.0) -> list[int]:
    """Return the timesteps that LCM visits in so many steps, from pure noise or from less."""
    scheduler = LCMScheduler(**SCHEDULE)
    scheduler.set_timesteps(steps, strength=strength)
    found: list[int] = scheduler.timesteps.tolist()
    return found


@dataclass(frozen=True, kw_only=True)
class Student:
    """A UNet, 2D or with motion modules, that wears the adapters."""

    unet: nn.Module
    adapters: Adapters
    noise: Noise
    job: Job

    def weights(self) -> Weights:
        """Return the weights as they are adapted at this moment."""
        return self.adapters.weights(self.unet)

    def clean(
        self, z: torch.Tensor, t: torch.Tensor, told: Told, weights: Weights | None = None
    ) -> torch.Tensor:
        """Return the clean latents that it sees in `z` at `t` (B,)."""
        with self.job.mixed:
            velocity = predict(self.unet, z, t, told, weights or self.weights())
        return self.noise.velocity(velocity, z, t)


@dataclass(frozen=True, kw_only=True)
class Way:
    """Where some samples stand: `z` at the first of the timesteps `ahead`.

    `texts` are the rows that `told` was made from. `clean` are the latents that the last step
    gave, None before the first.
    """

    texts: Rows
    told: Told
    z: torch.Tensor
    ahead: tuple[int, ...]
    held: Held | None = None
    clean: torch.Tensor | None = None


def from_picture(start: torch.Tensor, ahead: list[int], noise: Noise) -> torch.Tensor:
    """Return the clean latents `start` as noisy as the first of the timesteps `ahead` has it."""
    t = torch.full((len(start),), ahead[0], device=start.device)
    return noise.noisy(start, torch.randn_like(start), t)


@torch.no_grad()
def practise(way: Way, student: Student, teacher: Teacher, own: float) -> tuple[Way, Rows]:
    """Take one step; return where it led, and what the student should have answered.

    `own` is the share of samples that go on from the student's answer, the others go on from the
    teacher's.
    """
    z = way.z
    t = torch.full((len(z),), way.ahead[0], device=z.device)
    if way.held is not None:
        z = way.held.put(z, t, student.noise)
    target = teacher.solve(z, way.ahead[0], way.told, held=way.held)
    answer = student.clean(z, t, way.told)
    chance = torch.rand((len(z), *(1,) * (z.ndim - 1)), device=z.device)
    clean = torch.where(chance < own, answer, target)
    if way.held is not None:
        clean = torch.cat([way.held.clean, clean[:, :, way.held.clean.shape[2] :]], 2)
    return _onwards(way, clean, student.noise), way.texts | {"z": z, "t": t, "target": target}


@torch.no_grad()
def sample(way: Way, student: Student, weights: Weights) -> torch.Tensor:
    """Return the clean latents at the end of the way, by the student alone."""
    while way.ahead:
        t = torch.full((len(way.z),), way.ahead[0], device=way.z.device)
        z = way.z if way.held is None else way.held.put(way.z, t, student.noise)
        way = _onwards(way, student.clean(z, t, way.told, weights), student.noise)
    return way.z if way.clean is None else way.clean


def _onwards(way: Way, clean: torch.Tensor, noise: Noise) -> Way:
    ahead = way.ahead[1:]
    z = clean
    if ahead:
        t = torch.full((len(clean),), ahead[0], device=clean.device)
        z = noise.noisy(clean, torch.randn_like(clean), t)
    return replace(way, z=z, ahead=ahead, clean=clean)


def distance(got: torch.Tensor, want: torch.Tensor, free: torch.Tensor) -> torch.Tensor:
    """Return how far latents (B, C, h, w) or (B, C, F, h, w) are from those wanted.

    Values count, and differences of neighbours: edges, and in clips changes. `free` (B, F), or
    (B, 1) for stills, is 0 for frames that don't count.
    """
    error = got - want
    mask = free[:, :, None, None, None]
    error = mask * (error[:, None] if error.ndim == 4 else error.transpose(1, 2))  # B, F, C, h, w
    across = error[..., 1:] - error[..., :-1]
    down = error[..., 1:, :] - error[..., :-1, :]
    total = _soft(error) + _EDGES * (_soft(across) + _soft(down))
    if error.shape[1] > 1:
        total = total + _CHANGES * _soft(error[:, 1:] - error[:, :-1])
    return total


def _soft(error: torch.Tensor) -> torch.Tensor:
    return ((error**2 + _SOFT**2).sqrt() - _SOFT).mean()
