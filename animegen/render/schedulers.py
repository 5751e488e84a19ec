"""The samplers of the language, as diffusers schedulers. Unaware of UNets and prompts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from animegen.errors import RenderFailed

if TYPE_CHECKING:
    from collections.abc import Mapping

    import torch

LCM = "lcm"
TCD = "tcd"
DPM = "dpmpp-2m-karras"
ETA = 0.3
"""TCD's gamma: how much of a step goes through fresh noise, 0 to 1. The value of the paper's own
scheduler (Zheng et al., arXiv:2402.19159) and of diffusers; more is smoother and loses detail."""


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """A scheduler with its steps laid out."""

    scheduler: Any
    timesteps: torch.Tensor
    """(S,), from the noisiest to the cleanest. On the CPU: samplers read them as numbers, and to
    ask another device for one is to wait until it has done all that it was given."""
    signals: tuple[float, ...]
    """How much of the clean picture the input of each step holds; with the noise's share, their
    squares sum to 1."""
    stochastic: bool
    """Whether every step but the last adds fresh noise."""
    eta: float | None = None
    """The share of a step's noise that is fresh; None where all of it is."""

    def add_noise(self, clean: torch.Tensor, noise: torch.Tensor, index: int) -> torch.Tensor:
        """Return `clean` as noisy as the input of step `index` must be.

        DPM++ looks at its own step counter instead of the timestep: call this between the steps
        `index - 1` and `index` only.
        """
        noised: torch.Tensor = self.scheduler.add_noise(
            clean, noise, self.timesteps[index : index + 1]
        )
        return noised

    def renoise(self, z: torch.Tensor, noise: torch.Tensor, index: int) -> torch.Tensor:
        """Return what a stochastic step left, `z`, as noisy as the input of step `index` must be.

        LCM leaves a clean latent. TCD leaves one at timestep (1 - eta) t, and the noise that t
        has more than that is fresh.
        """
        if self.eta is None:
            return self.add_noise(z, noise, index)
        timestep = self.timesteps[index]
        alphas = self.scheduler.alphas_cumprod
        kept = alphas[timestep] / alphas[((1 - self.eta) * timestep).floor().long()]
        return kept.sqrt() * z + (1 - kept).sqrt() * noise


def lay_out(name: str, config: Mapping[str, Any], *, steps: int, strength: float) -> Schedule:
    """Return the schedule of `steps` steps that begins at `strength` (1: pure noise).

    `config` is the checkpoint's scheduler configuration (betas, prediction type).

    Raises:
        RenderFailed: when the scheduler cannot do it.
    """
    builders = {LCM: _lcm, TCD: _tcd, DPM: _dpm}
    if name not in builders:
        raise RenderFailed(f"unknown scheduler '{name}'", remedy=f"use {' or '.join(builders)}")
    return builders[name](config, steps, strength)


def _lcm(config: Mapping[str, Any], steps: int, strength: float) -> Schedule:
    from diffusers import LCMScheduler

    return _learnt("LCM", LCMScheduler.from_config(dict(config)), steps, strength)


def _tcd(config: Mapping[str, Any], steps: int, strength: float) -> Schedule:
    from diffusers import TCDScheduler

    # Its own step() takes this eta, too, unless it is told another one.
    return _learnt("TCD", TCDScheduler.from_config(dict(config)), steps, strength, eta=ETA)


def _learnt(
    name: str, scheduler: Any, steps: int, strength: float, *, eta: float | None = None
) -> Schedule:
    """Let a scheduler choose from the timesteps that its models learnt: nothing is sliced off."""
    try:
        scheduler.set_timesteps(steps, device="cpu", strength=strength)
    except ValueError as error:
        raise RenderFailed(
            f"{name} cannot take {steps} steps from strength {strength}: {error}",
            remedy="use 4 to 6 steps, or quality high",
        ) from error
    alphas = scheduler.alphas_cumprod[scheduler.timesteps.long()]
    return Schedule(
        scheduler=scheduler,
        timesteps=scheduler.timesteps,
        signals=tuple(float(alpha) ** 0.5 for alpha in alphas),
        stochastic=True,
        eta=eta,
    )


def _dpm(config: Mapping[str, Any], steps: int, strength: float) -> Schedule:
    from diffusers import DPMSolverMultistepScheduler

    scheduler = DPMSolverMultistepScheduler.from_config(
        dict(config), algorithm_type="dpmsolver++", solver_order=2, use_karras_sigmas=True
    )
    scheduler.set_timesteps(steps, device="cpu")
    begin = steps - max(1, int(steps * strength))
    # Karras timesteps repeat after rounding, so the scheduler must count, not search.
    scheduler.set_begin_index(begin)
    return Schedule(
        scheduler=scheduler,
        timesteps=scheduler.timesteps[begin:],
        # Karras' steps lie between the training's timesteps.
        signals=tuple((1 + float(ratio) ** 2) ** -0.5 for ratio in scheduler.sigmas[begin:-1]),
        stochastic=False,
    )
