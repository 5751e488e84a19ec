"""Samples clips as the renderer does at its best: DPM++ 2M Karras with guidance. Small and plain.

Unaware of prompts as text, of files and of chaining.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from diffusers import DPMSolverMultistepScheduler, UNet2DConditionModel

from training.base import size_ids
from training.clips import FRAMES
from training.motion_unet import predict
from training.noise import SCHEDULE

if TYPE_CHECKING:
    from diffusers import UNetMotionModel

    from training.recipe import Shape
    from training.text import Encoders


@torch.no_grad()
def sample_clips(
    unet: UNetMotionModel | UNet2DConditionModel,
    text: Encoders,
    ids: torch.Tensor,
    *,
    steps: int,
    guidance: float,
    shape: Shape,
    start: torch.Tensor | None = None,
    strength: float = 1.0,
    seed: int = 0,
) -> torch.Tensor:
    """Return clean latents (N, C, frames, h, w) for token ids (N, 77), clips of one frame from a
    UNet of stills.

    `start` (broadcasts to the result) is noised to `strength`; None begins from pure noise. The
    negative prompt is zeros. Clip n is the same whatever stands beside it.
    """
    scheduler = DPMSolverMultistepScheduler(**SCHEDULE, use_karras_sigmas=True)
    scheduler.set_timesteps(steps, device=ids.device)
    begin = steps - max(1, int(steps * strength)) if start is not None else 0
    # Karras' timesteps repeat after rounding: the scheduler must count.
    scheduler.set_begin_index(begin)
    times = scheduler.timesteps[begin:]
    noise = _noise(unet, len(ids), shape, seed).to(ids.device)
    z = noise if start is None else scheduler.add_noise(start.expand_as(noise), noise, times[:1])
    context, pooled = (told.float() for told in text.embed(ids))
    sizes = size_ids(shape, ids.device)
    for time in times:
        t = time.expand(len(ids))
        # One after the other: the order of clips in a batch may have a meaning.
        without = predict(unet, z, t, 0 * context, 0 * pooled, sizes)
        told = predict(unet, z, t, context, pooled, sizes)
        z = scheduler.step(without + guidance * (told - without), time, z, return_dict=False)[0]
    return z


def _noise(unet: torch.nn.Module, count: int, shape: Shape, seed: int) -> torch.Tensor:
    width, height = shape
    frames = 1 if isinstance(unet, UNet2DConditionModel) else FRAMES
    size = (unet.config.in_channels, frames, height // 8, width // 8)
    return torch.stack(
        [torch.randn(size, generator=torch.Generator().manual_seed(seed + n)) for n in range(count)]
    )
