"""The teacher of the few-step LoRA: it follows the guided ODE from any noise level to its end.

DPM-Solver++ 2M (Lu et al. 2022, https://arxiv.org/abs/2211.01095) on Karras' noise levels (Karras
et al. 2022, https://arxiv.org/abs/2206.00364), guided against zeros, SDXL's default negative.
Works on stills z (B, C, h, w) and clips z (B, C, F, h, w). Unaware of what its endpoints are for.
"""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import torch

from training.adapters import call
from training.noise import SCHEDULE, STEPS, Noise

if TYPE_CHECKING:
    from torch import nn

    from training.adapters import Weights
    from training.job import Job

_CURVE = 7.0  # Karras' rho
_LAST = 2  # the timestep of the last evaluation: ending higher takes contrast from details
_FEWEST = 5


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the UNet is told: context (B, 77, D), pooled text (B, P) and SDXL's size ids (B, 6)."""

    context: torch.Tensor
    pooled: torch.Tensor
    sizes: torch.Tensor

    def beside_nothing(self) -> Told:
        """Return zeros, the default negative, and then this: twice the batch."""
        return Told(
            context=torch.cat([self.context * 0, self.context]),
            pooled=torch.cat([self.pooled * 0, self.pooled]),
            sizes=torch.cat([self.sizes, self.sizes]),
        )

    def masked(self, kept: torch.Tensor) -> Told:
        """Return this with zeros for the texts that `kept` (B,) says 0 of."""
        return Told(
            context=self.context * kept[:, None, None],
            pooled=self.pooled * kept[:, None],
            sizes=self.sizes,
        )


@dataclass(frozen=True, kw_only=True)
class Held:
    """Frames of a clip that are given: they follow the noise level, and the rest grows from them.

    `clean` and `noise` are (B, C, k, h, w).
    """

    clean: torch.Tensor
    noise: torch.Tensor

    def put(self, z: torch.Tensor, t: torch.Tensor, noise: Noise) -> torch.Tensor:
        """Return `z` with its first k frames as they are at `t` (B,)."""
        held = noise.noisy(self.clean, self.noise, t)
        return torch.cat([held, z[:, :, held.shape[2] :]], 2)


def predict(
    unet: nn.Module, z: torch.Tensor, t: torch.Tensor, told: Told, weights: Weights | None = None
) -> torch.Tensor:
    """Return the UNet's velocity for stills or clips `z` at `t` (B,), shaped as `z`."""
    still = z.ndim == 4
    # The motion UNet wants the text once for every frame.
    context = told.context if still else told.context.repeat_interleave(z.shape[2], 0)
    layout = torch.channels_last if still else torch.contiguous_format
    kind = next(unet.parameters()).dtype
    conditions = {"text_embeds": told.pooled.to(kind), "time_ids": told.sizes}
    velocity = call(
        unet,
        weights,
        z.to(kind).contiguous(memory_format=layout),
        t,
        context.to(kind),
        added_cond_kwargs=conditions,
    )
    return velocity.float()


@dataclass(frozen=True, kw_only=True)
class Teacher:
    """Solves the ODE of `unet` at this guidance; `steps` are those from pure noise.

    `weights` replace some of the UNet's own.
    """

    unet: nn.Module
    noise: Noise
    guidance: float
    steps: int
    weights: Weights | None = None

    @cached_property
    def _ratios(self) -> list[float]:
        """The ratio of noise to signal at each timestep."""
        ends = [float(SCHEDULE[key]) ** 0.5 for key in ("beta_start", "beta_end")]
        betas = torch.linspace(*ends, STEPS, dtype=torch.float64) ** 2
        kept = torch.cumprod(1 - betas, 0)
        return ((1 - kept) / kept).sqrt().tolist()

    def grid(self, start: int) -> list[int]:
        """Return the timesteps of the solution from `start`, as dense as that from pure noise."""
        top, bottom, whole = (self._ratios[t] ** (1 / _CURVE) for t in (start, _LAST, STEPS - 1))
        count = math.ceil(self.steps * (top - bottom) / (whole - bottom))
        count = max(count, min(_FEWEST, self.steps))
        wanted = [top + (bottom - top) * i / max(count - 1, 1) for i in range(count)]
        nearest = [self._nearest(level**_CURVE) for level in wanted]
        return sorted({start, *(t for t in nearest if t < start)}, reverse=True)

    def _nearest(self, ratio: float) -> int:
        return min(range(STEPS), key=lambda t: abs(math.log(self._ratios[t] / ratio)))

    @torch.no_grad()
    def solve(
        self, z: torch.Tensor, start: int, told: Told, *, held: Held | None = None
    ) -> torch.Tensor:
        """Return the clean end of the ODE that goes through `z` at the timestep `start`."""
        both = told.beside_nothing()
        before: tuple[torch.Tensor, float] | None = None
        grid = self.grid(start)
        for here, following in zip(grid, [*grid[1:], None], strict=True):
            t = torch.full((len(z),), here, device=z.device)
            if held is not None:
                z = held.put(z, t, self.noise)
            clean = self._clean(z, t, both)
            if following is None:
                break
            z, before = self._step(z, clean, before, here, following)
        return clean

    def _clean(self, z: torch.Tensor, t: torch.Tensor, both: Told) -> torch.Tensor:
        twice = predict(self.unet, torch.cat([z, z]), torch.cat([t, t]), both, self.weights)
        without, with_text = twice.chunk(2)
        velocity = without + self.guidance * (with_text - without)
        # signal * z - sigma * v: velocity's own formula, read backwards.
        return self.noise.velocity(velocity, z, t)

    def _step(
        self,
        z: torch.Tensor,
        clean: torch.Tensor,
        before: tuple[torch.Tensor, float] | None,
        here: int,
        following: int,
    ) -> tuple[torch.Tensor, tuple[torch.Tensor, float]]:
        old, new = self._ratios[here], self._ratios[following]
        step = math.log(old / new)
        direction = clean
        if before is not None:
            past, past_step = before
            direction = clean + step / (2 * past_step) * (clean - past)
        signal_old, signal_new = (1 / math.sqrt(1 + r * r) for r in (old, new))
        # In units of the signal the noise shrinks from `old` to `new`.
        z = signal_new * (new / old * z / signal_old + (1 - new / old) * direction)
        return z, (clean, step)


def frozen_teacher(job: Job, unet: nn.Module, *, guidance: float, steps: int) -> Teacher:
    """Return a teacher with a copy of `unet` in the type that the job's device is fast at."""
    fast = unet
    if job.fused:
        fast = copy.deepcopy(unet).to(torch.bfloat16, memory_format=torch.channels_last)
    return Teacher(unet=fast, noise=Noise(job.device), guidance=guidance, steps=steps)
