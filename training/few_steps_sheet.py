"""Contact sheets of the few-step LoRA: the teacher above, LCM with its stock scheduler below.

Unaware of how it is trained.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from diffusers import LCMScheduler

from training import finished, sheet, vae
from training.base import size_ids
from training.few_steps import Way, from_picture, sample, timesteps
from training.noise import SCHEDULE, STEPS
from training.practice import FRAMES
from training.prompts import PROMPTS
from training.teacher import Teacher, predict

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from training.few_steps import Student
    from training.job import Job
    from training.practice import Captions
    from training.teacher import Told

_GUIDANCE = 5.0
_ROWS = ((4, 1.0), (4, 1.5), (6, 1.0))
_COLUMNS = 8
_MOST = 16  # prompts
_CLIPS = 5
_STRENGTH = 0.8


def show_stills(job: Job, student: Student, captions: Captions) -> None:
    """Draw the first prompts: the teacher, then 4 steps at guidance 1 and 1.5, then 6 steps."""
    z, told = stills_of(job, captions, min(job.recipe.sheet_prompts, _MOST))
    teacher = teacher_like(job, student)
    with job.mixed:
        rows = [teacher.solve(z, STEPS - 1, told)]
    rows += [sample_lcm(student, told, z, steps=n, guidance=w) for n, w in _ROWS]
    bands = torch.stack(rows).split(_COLUMNS, 1)
    latents = torch.cat([band.flatten(0, 1) for band in bands])
    sheet.write(job.work / "lcm.png", pictures(job, latents), columns=min(_COLUMNS, len(z)))


def teacher_like(job: Job, student: Student) -> Teacher:
    """Return what `high` does: many steps, full guidance, no adapters."""
    steps = job.recipe.sheet_steps
    return Teacher(unet=student.unet, noise=student.noise, guidance=_GUIDANCE, steps=steps)


def stills_of(job: Job, captions: Captions, count: int) -> tuple[torch.Tensor, Told]:
    """Return noise, the same every time, and the embedded texts of the first prompts."""
    width, height = (side // vae.FACTOR for side in job.recipe.native)
    shape = (count, job.recipe.latent_channels, height, width)
    z = torch.randn(shape, generator=torch.Generator().manual_seed(0)).to(job.device)
    ids = torch.tensor([job.words.encode(text) for text in PROMPTS[:count]], device=job.device)
    sizes = size_ids(job.recipe.native, job.device).repeat(count, 1)
    rows = {"ids": ids, "sizes": sizes, "kept": torch.ones(count, device=job.device)}
    with torch.no_grad():
        return z, captions.told(rows)


@torch.no_grad()
def sample_lcm(
    student: Student, told: Told, z: torch.Tensor, *, steps: int, guidance: float
) -> torch.Tensor:
    """Return what diffusers' LCMScheduler makes of pure noise `z`."""
    scheduler = LCMScheduler(**SCHEDULE)
    scheduler.set_timesteps(steps, device=z.device)
    noise = torch.Generator().manual_seed(1)
    weights, both = student.weights(), told.beside_nothing()
    clean = z
    for timestep in scheduler.timesteps:
        t = timestep.expand(2 * len(z))
        with student.job.mixed:
            twice = predict(student.unet, torch.cat([z, z]), t, both, weights)
        without, with_text = twice.chunk(2)
        velocity = without + guidance * (with_text - without)
        z, clean = scheduler.step(velocity, timestep, z, generator=noise, return_dict=False)
    return clean


@torch.no_grad()
def pictures(job: Job, latents: torch.Tensor) -> list[npt.NDArray[np.uint8]]:
    """Decode latents (N, C, h, w) into pictures (h, w, 3)."""
    autoencoder = finished.autoencoder(job)
    found = [autoencoder.decode(part, return_dict=False)[0] for part in latents.split(16)]
    rgb = ((torch.cat(found).clamp(-1, 1) + 1) * 127.5).round().byte()
    return list(rgb.permute(0, 2, 3, 1).cpu().numpy())


@torch.no_grad()
def show_clips(job: Job, still: Student, moving: Student, captions: Captions) -> None:
    """Draw clips from the student's keyframes: the teacher's above the student's in four steps."""
    recipe = job.recipe
    z, told = stills_of(job, captions, min(recipe.sheet_prompts, _CLIPS))
    keyframe = sample_lcm(still, told, z, steps=4, guidance=1.0)
    start = keyframe[:, :, None].repeat(1, 1, FRAMES, 1, 1)
    ahead = timesteps(4, _STRENGTH)
    torch.manual_seed(2)
    noisy = from_picture(start, ahead, still.noise)
    way = Way(texts={}, told=told, z=noisy, ahead=tuple(ahead))
    student = sample(way, moving, moving.weights())
    teacher = teacher_like(job, moving)
    with job.mixed:
        right = teacher.solve(noisy, ahead[0], told)
    seen = torch.stack([right, student], 1)[:, :, :, :: FRAMES // _COLUMNS]  # N, 2, C, 8, h, w
    latents = seen.transpose(2, 3).flatten(0, 2)
    sheet.write(job.work / "lcm_motion.png", pictures(job, latents), columns=_COLUMNS)
