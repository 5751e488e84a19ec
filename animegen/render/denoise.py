"""The denoising loop: one for stills and clips, for both samplers, with frozen frames.

Unaware of prompts, weights and files. Latents are z (1, C, F, h, w), float32; a still has F = 1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from animegen.render.clean import change_clean
from animegen.render.guidance import residuals
from animegen.render.noise import INITIAL, step_stream

if TYPE_CHECKING:
    from collections.abc import Sequence

    import torch

    from animegen.render.clean import Change
    from animegen.render.guidance import Guidance
    from animegen.render.schedulers import Schedule
    from animegen.render.text import Encoded

Predict = Callable[["torch.Tensor", "torch.Tensor", float], "torch.Tensor"]
"""(z, timestep, share) to the UNet's guided output, shaped as z; `share` is where the middle of the
step lies among all steps, 0 to 1."""
DrawNoise = Callable[[str], "torch.Tensor"]
"""A stream's name to noise, shaped as z."""
OnStep = Callable[[int, int], None]
"""Called with the steps done and their number; may raise to stop."""


def denoise(
    predict: Predict,
    schedule: Schedule,
    draw_noise: DrawNoise,
    on_step: OnStep,
    *,
    start: torch.Tensor | None = None,
    frozen: torch.Tensor | None = None,
    changes: Sequence[Change] = (),
) -> torch.Tensor:
    """Return clean latents.

    `start` (broadcasts to z) is the clean latent to begin from, noised to the schedule's first
    step; None begins from pure noise. `frozen` (1, C, k, h, w) are the clean first k frames of
    the result: they are held at the noise level of every step, so that the rest grows out of
    them, and they come back bit for bit. `changes` act on what the model takes for the clean
    picture, one after the other, in every step.
    """
    import torch

    noise = draw_noise(INITIAL)
    if start is None:
        z = noise * schedule.scheduler.init_noise_sigma
    else:
        z = schedule.add_noise(start, noise, 0)
    total = len(schedule.timesteps)
    scratch = torch.Generator(noise.device).manual_seed(0)
    on_step(0, total)
    for index, timestep in enumerate(schedule.timesteps):
        if frozen is not None:
            held = schedule.add_noise(frozen, noise[:, :, : frozen.shape[2]], index)
            z = torch.cat([held, z[:, :, frozen.shape[2] :]], dim=2)
        output = predict(z, timestep, middle_of(index, total))
        for change in changes:
            output = change_clean(output, z, schedule, index, change)
        if schedule.stochastic:
            # The scheduler would draw its noise for all frames at once; only x0 is taken from it.
            _, clean = schedule.scheduler.step(
                output, timestep, z, generator=scratch, return_dict=False
            )
            last = index + 1 == total
            z = (
                clean
                if last
                else schedule.renoise(clean, draw_noise(step_stream(index)), index + 1)
            )
        else:
            z = schedule.scheduler.step(output, timestep, z, return_dict=False)[0]
        on_step(index + 1, total)
    return z if frozen is None else torch.cat([frozen, z[:, :, frozen.shape[2] :]], dim=2)


def middle_of(step: int, total: int) -> float:
    """Return the share of all steps at which the middle of a step lies."""
    return (step + 0.5) / total


def predict_with(
    unet: Any,
    texts: tuple[Encoded, Encoded],
    guidance: float,
    *,
    width: int,
    height: int,
    guides: Sequence[Guidance] = (),
) -> Predict:
    """Return the guided prediction of a 2D or a motion UNet for (positive, negative) prompts.

    Both halves of classifier-free guidance (Ho and Salimans, arXiv:2207.12598) go through the
    UNet as one batch, negative first; at guidance 1 the negative half is skipped. `guides` are
    ControlNets that act on a motion UNet.
    """
    import torch
    from diffusers import UNet2DConditionModel

    positive, negative = texts
    used = [positive] if guidance == 1 else [negative, positive]
    tokens = torch.cat([text.tokens for text in used])
    added = _added(used, width, height)
    still = isinstance(unet, UNet2DConditionModel)

    def predict(z: torch.Tensor, timestep: torch.Tensor, share: float) -> torch.Tensor:
        batch = z.to(unet.dtype).repeat(len(used), 1, 1, 1, 1)
        acting = [guide for guide in guides if guide.acts(share)]
        output = unet(
            batch[:, :, 0] if still else batch,
            timestep,
            encoder_hidden_states=tokens,
            added_cond_kwargs=added,
            return_dict=False,
            **residuals(acting, batch, timestep, tokens, added),
        )[0].float()
        output = output[:, :, None] if still else output
        if len(used) == 1:
            return output
        without, with_prompt = output.chunk(2)
        return without + guidance * (with_prompt - without)

    return predict


def _added(used: Sequence[Encoded], width: int, height: int) -> dict[str, torch.Tensor] | None:
    """Return what conditions SDXL's UNet besides the tokens: pooled texts and sizes, (B, ...).

    None for a base model that reads no pooled text.
    """
    import torch

    pooled = [text.pooled for text in used if text.pooled is not None]
    if not pooled:
        return None
    # Original size, crop and target size: the frame as it is.
    size = torch.tensor([[height, width, 0, 0, height, width]], device=pooled[0].device)
    return {
        "text_embeds": torch.cat(pooled),
        "time_ids": size.to(pooled[0].dtype).repeat(len(pooled), 1),
    }
