"""Renders a keyframe: one picture from text, through the 2D UNet. Unaware of shots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from animegen.render.decode import decode_frames
from animegen.render.denoise import denoise, predict_with
from animegen.render.latents import save_latents
from animegen.render.loras import dress, outfit_of
from animegen.render.memory import enough_for, with_room
from animegen.render.models import load_checkpoint
from animegen.render.noise import noise_source
from animegen.render.numerics import follow_weights
from animegen.render.schedulers import lay_out
from animegen.render.session import session
from animegen.render.text import encode

if TYPE_CHECKING:
    import torch

    from animegen.render.job import Bench, Picture

PICTURE = "keyframe.png"
LATENT = "keyframe.safetensors"


def render_keyframe(job: Picture, bench: Bench) -> None:
    """Write `keyframe.png` and `keyframe.safetensors`, the scaled latent (1, C, h, w).

    Raises:
        WeightsMissing, WeightsUnusable: when the pack's weights or a LoRA cannot be loaded.
        RenderFailed: when the picture is broken, the settings cannot be sampled, or memory ends.
    """
    from PIL import Image

    with session(bench.device) as device, enough_for((job.width, job.height), bench):
        z = with_room(lambda: _denoise(job, bench, device), bench)
        vae = load_checkpoint(job.model, bench, device).vae
        (picture,) = decode_frames(vae, z, bench, allow_black=job.allow_black)
    Image.fromarray(picture).save(bench.folder / PICTURE)
    save_latents(bench.folder / LATENT, z[:, :, 0])


def _denoise(job: Picture, bench: Bench, device: torch.device) -> torch.Tensor:
    checkpoint = load_checkpoint(job.model, bench, device)
    dress(checkpoint.wearers(checkpoint.unet), job.loras, bench)
    follow_weights(job.model, checkpoint.unet, outfit_of(job.loras))
    texts = encode(job.conditioning, [0], checkpoint)
    return denoise(
        predict_with(
            checkpoint.unet, texts, job.sampler.guidance, width=job.width, height=job.height
        ),
        lay_out(
            job.sampler.scheduler,
            checkpoint.scheduler_config(),
            steps=job.sampler.steps,
            strength=1.0,
        ),
        noise_source(job.seed, [0], checkpoint.latent_size(job.width, job.height), device),
        lambda done, total: bench.progress(done, total, "step"),
    )
