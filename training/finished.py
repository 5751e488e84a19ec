"""The parts that earlier stages made: frozen, rounded as they are shipped. Unaware of training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from training import base as base_model
from training import checkpoint, text, vae
from training.checkpoint import CheckpointError
from training.job import find

if TYPE_CHECKING:
    from diffusers import AutoencoderKL, MotionAdapter, UNet2DConditionModel
    from torch import nn

    from training.job import Job
    from training.text import Encoders


@dataclass(frozen=True, kw_only=True)
class Base:
    """The base model: its UNet and the two text encoders."""

    unet: UNet2DConditionModel
    text: Encoders


def autoencoder(job: Job) -> AutoencoderKL:
    """Return the finished autoencoder.

    Raises CheckpointError when its stage was not trained to the end.
    """
    models, state = job.read("vae")
    if not state.finished:
        raise CheckpointError("the autoencoder must be finished before anything is trained on it")
    model = vae.build(job.recipe)
    model.load_state_dict(models["vae"])
    # The same latents, decoded better.
    if checkpoint.exists(find(job.folders, "sharpen"), "sharpen"):
        model.load_state_dict(job.read("sharpen")[0]["vae"], strict=False)
    return _frozen(model, job).to(memory_format=torch.channels_last)


@torch.no_grad()
def encode(model: AutoencoderKL, rgb: torch.Tensor) -> torch.Tensor:
    """Return the latents (N, C, h/8, w/8) of pictures (N, h, w, 3) of bytes, as float32."""
    dtype = next(model.parameters()).dtype
    moments = model.quant_conv(model.encoder(vae.signal(rgb).to(dtype)))
    return moments.chunk(2, 1)[0].float()


def base(job: Job) -> Base:
    """Return the base model of the stage's last checkpoint."""
    models, _ = job.read("base")
    unet = base_model.build_unet(job.recipe)
    encoders = text.build(job.recipe, job.words)
    unet.load_state_dict(models["unet"])
    for name, module in zip(("text_encoder", "text_encoder_2"), encoders.modules, strict=True):
        module.load_state_dict(models[name])
        _frozen(module, job)
    return Base(unet=_frozen(unet, job), text=encoders)


def motion(job: Job) -> MotionAdapter:
    """Return the motion adapter of the stage's last checkpoint."""
    from training import motion_stage

    adapter = motion_stage.build(job.recipe)
    adapter.load_state_dict(job.read(motion_stage.STAGE)[0]["motion"])
    return _frozen(adapter, job)


def _frozen(module: nn.Module, job: Job) -> nn.Module:
    return module.to(job.device).eval().requires_grad_(False)
