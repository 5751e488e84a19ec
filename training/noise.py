"""The noise schedule of SDXL, and the velocity that the model predicts. Unaware of models.

Velocity prediction as in Salimans & Ho 2022, https://arxiv.org/abs/2202.00512.
"""

from __future__ import annotations

import torch

STEPS = 1000
SCHEDULE = {
    "num_train_timesteps": STEPS,
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "prediction_type": "v_prediction",
}
# Errors count for the clean picture as they do at this ratio of signal to noise, at most
# (Hang et al. 2023, https://arxiv.org/abs/2303.09556, moved by one to suit velocities).
_MOST = 5.0


class Noise:
    """The cumulated schedule on a device. `t` are timesteps (B,), `z` latents (B, C, ..., h, w).

    Random numbers follow torch's default generator of the device, which CUDA graphs know.
    """

    def __init__(self, device: torch.device) -> None:
        betas = torch.linspace(0.00085**0.5, 0.012**0.5, STEPS, dtype=torch.float64) ** 2
        kept = torch.cumprod(1 - betas, 0)
        self._signal = kept.sqrt().float().to(device)
        self._noise = (1 - kept).sqrt().float().to(device)

    def timesteps(self, size: int) -> torch.Tensor:
        """Draw `size` timesteps, one in each of as many equal parts of the schedule."""
        device = self._signal.device
        within = torch.rand(size, device=device)
        return ((torch.arange(size, device=device) + within) / size * STEPS).long()

    def _at(self, t: torch.Tensor, z: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        shape = (-1, *(1,) * (z.ndim - 1))
        return self._signal[t].view(shape), self._noise[t].view(shape)

    def noisy(self, z: torch.Tensor, noise: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        """Return the latents as they are at `t`."""
        signal, sigma = self._at(t, z)
        return signal * z + sigma * noise

    def velocity(self, z: torch.Tensor, noise: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        """Return what the model should predict at `t`."""
        signal, sigma = self._at(t, z)
        return signal * noise - sigma * z

    def weight(self, t: torch.Tensor) -> torch.Tensor:
        """Return how much the squared velocity error at `t` (B,) counts."""
        ratio = (self._signal[t] / self._noise[t]) ** 2 + 1
        return ratio.clamp(max=_MOST) / ratio
