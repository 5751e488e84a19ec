"""The contact sheet of the LoRAs: a row for each, prompts at growing weights. Knows no training."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from training import sheet, vae
from training.base import size_ids
from training.few_steps_sheet import pictures
from training.noise import STEPS, Noise
from training.scenes import CHARACTERS
from training.teacher import Teacher, Told

if TYPE_CHECKING:
    from training.adapters import Adapters
    from training.finished import Base
    from training.job import Job

_PROMPTS = (
    "1girl, {}, smile, upper body, city, sunset",
    "1girl, {}, full body, standing, meadow, day",
    "1girl, {}, portrait, river, night",
)
_LOOK = "long purple hair, blue eyes, kimono"
_WEIGHTS = (0.0, 0.5, 1.0)
_GUIDANCE = 5.0


@torch.no_grad()
def show_loras(job: Job, base: Base, models: dict[str, Adapters]) -> None:
    """Draw every prompt without the LoRA, at half and at full weight."""
    prompts = _PROMPTS[: job.recipe.sheet_prompts]
    width, height = (side // vae.FACTOR for side in job.recipe.native)
    shape = (len(prompts), job.recipe.latent_channels, height, width)
    z = torch.randn(shape, generator=torch.Generator().manual_seed(3)).to(job.device)
    found = []
    for name, adapters in models.items():
        look = name if name in CHARACTERS else _LOOK
        told = _told(job, base, [prompt.format(look) for prompt in prompts])
        by_weight = [_solve(job, base, adapters, scale, z, told) for scale in _WEIGHTS]
        found.append(torch.stack(by_weight, 1).flatten(0, 1))
    drawn = pictures(job, torch.cat(found))
    sheet.write(job.work / "loras.png", drawn, columns=len(prompts) * len(_WEIGHTS))


def _told(job: Job, base: Base, prompts: list[str]) -> Told:
    ids = torch.tensor([job.words.encode(text) for text in prompts], device=job.device)
    with job.mixed:
        context, pooled = base.text.embed(ids)
    sizes = size_ids(job.recipe.native, job.device).repeat(len(ids), 1)
    return Told(context=context.float(), pooled=pooled.float(), sizes=sizes)


def _solve(
    job: Job, base: Base, adapters: Adapters, scale: float, z: torch.Tensor, told: Told
) -> torch.Tensor:
    teacher = Teacher(
        unet=base.unet,
        noise=Noise(job.device),
        guidance=_GUIDANCE,
        steps=job.recipe.sheet_steps,
        weights=adapters.weights(base.unet, scale),
    )
    with job.mixed:
        return teacher.solve(z, STEPS - 1, told)
