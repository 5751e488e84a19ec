"""The two samplers of the language, as diffusers schedulers. Unaware of UNets and prompts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from animegen.errors import RenderFailed

if TYPE_CHECKING:
    from collections.abc import Mapping

    import torch

LCM = "lcm"
DPM = "dpmpp-2m-karras"


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """A scheduler with its steps laid out."""

    scheduler: Any
    timesteps: torch.Tensor
    """(S,), from the noisiest to the cleanest, on the device."""
    stochastic: bool
    """Whether every step but the last adds fresh noise."""

    def add_noise(self, clean: torch.Tensor, noise: torch.Tensor, index: int) -> torch.Tensor:
        """Return `clean` as noisy as the input of step `index` must be.

        DPM++ looks at its own step counter instead of the timestep: call this between the steps
        `index - 1` and `index` only.
        """
        noised: torch.Tensor = self.scheduler.add_noise(
            clean, noise, self.timesteps[index : index + 1]
        )
        return noised


def lay_out(
    name: str, config: Mapping[str, Any], *, steps: int, strength: float, device: torch.device
) -> Schedule:
    """Return the schedule of `steps` steps that begins at `strength` (1: pure noise).

    `config` is the checkpoint's scheduler configuration (betas, prediction type).

    Raises:
        RenderFailed: when the scheduler cannot do it.
    """
    builders = {LCM: _lcm, DPM: _dpm}
    if name not in builders:
        raise RenderFailed(f"unknown scheduler '{name}'", remedy=f"use {' or '.join(builders)}")
    return builders[name](config, steps, strength, device)


def _lcm(config: Mapping[str, Any], steps: int, strength: float, device: torch.device) -> Schedule:
    from diffusers import LCMScheduler

    scheduler = LCMScheduler.from_config(dict(config))
    try:
        # LCM learnt certain timesteps: it must choose them itself, so nothing is sliced off.
        scheduler.set_timesteps(steps, device=device, strength=strength)
    except ValueError as error:
        raise RenderFailed(
            f"LCM cannot take {steps} steps from strength {strength}: {error}",
            remedy="use 4 to 6 steps, or quality high",
        ) from error
    return Schedule(scheduler=scheduler, timesteps=scheduler.timesteps, stochastic=True)


def _dpm(config: Mapping[str, Any], steps: int, strength: float, device: torch.device) -> Schedule:
    from diffusers import DPMSolverMultistepScheduler

    scheduler = DPMSolverMultistepScheduler.from_config(
        dict(config), algorithm_type="dpmsolver++", solver_order=2, use_karras_sigmas=True
    )
    scheduler.set_timesteps(steps, device=device)
    begin = steps - max(1, int(steps * strength))
    # Karras timesteps repeat after rounding, so the scheduler must count, not search.
    scheduler.set_begin_index(begin)
    return Schedule(scheduler=scheduler, timesteps=scheduler.timesteps[begin:], stochastic=False)
