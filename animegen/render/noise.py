"""Draws noise per frame on the CPU, so that it is the same on every device and for every length.

Unaware of schedulers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from animegen.digest import seed_from

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import torch

INITIAL = "initial"
"""The stream of the noise that denoising starts from."""


def step_stream(step: int) -> str:
    """Return the stream of the noise that a stochastic sampler adds after `step`."""
    return f"step-{step}"


def noise_source(
    seed: int, frames: Sequence[int], size: tuple[int, int, int], device: torch.device
) -> Callable[[str], torch.Tensor]:
    """Return a function from a stream's name to its noise for `frames` of the shot.

    The noise is standard normal, float32, (1, C, F, h, w) for `size` (C, h, w). Each frame has
    its own generator, seeded by (seed, frame, stream): one draw of all frames would change every
    frame when their number does.
    """
    import torch

    def draw(stream: str) -> torch.Tensor:
        generators = [
            torch.Generator().manual_seed(seed_from(seed, frame, stream)) for frame in frames
        ]
        draws = [torch.randn(size, generator=generator) for generator in generators]
        noise = torch.stack(draws, dim=1)[None]
        if device.type != "cuda":
            return noise.to(device)
        # A copy from memory that is not pinned waits until the device has done all its work.
        return noise.pin_memory().to(device, non_blocking=True)

    return draw
