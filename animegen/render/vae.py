"""Loads what turns latents into pictures, from a folder or a single file. Unaware of the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from animegen.render.explained import explained, whole
from animegen.render.layout import variant_of

if TYPE_CHECKING:
    from pathlib import Path

    import torch

    from animegen.render.bases import Base


def load_vae(place: Path, base: Base) -> Any:
    """Return an AutoencoderKL from a diffusers folder, or from a file in the original layout.

    A file says nothing about its numerics and is read like the base model's own VAE.

    Raises:
        WeightsUnusable: when it is no VAE, or not a whole one.
    """
    from diffusers import AutoencoderKL
    from safetensors.torch import load_file

    with explained(place, f"a VAE of {base.title} in diffusers' layout, or in one file"):
        if place.is_file():
            return vae_from(load_file(place), base)
        return AutoencoderKL.from_pretrained(place, use_safetensors=True, variant=variant_of(place))


def vae_from(tensors: dict[str, torch.Tensor], base: Base) -> Any:
    """Return the AutoencoderKL among tensors with the original names, or with diffusers'."""
    from diffusers import AutoencoderKL

    return whole(
        AutoencoderKL.from_single_file(
            dict(tensors), config=str(base.configs), subfolder="vae", local_files_only=True
        ),
        "VAE",
    )


def vae_dtype(vae: Any, base: Base, dtype: torch.dtype) -> torch.dtype:
    """Return the numerics that the VAE can bear: SDXL's own overflows in float16.

    bfloat16 has float32's range.
    """
    import torch

    upcast = base.heeds_upcast and vae.config.force_upcast and dtype == torch.float16
    return torch.float32 if upcast else dtype
