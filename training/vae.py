"""The autoencoder's shape and the normalisation of its latents. Unaware of how it is trained."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from diffusers import AutoencoderKL

if TYPE_CHECKING:
    from training.recipe import Recipe

FACTOR = 8


def build(recipe: Recipe) -> AutoencoderKL:
    """Make an autoencoder with random weights: 8 times smaller latents of a few channels.

    Narrow where the picture is large: the last two levels are most of a decoder's work.
    """
    levels = len(recipe.vae_channels)
    return AutoencoderKL(
        in_channels=3,
        out_channels=3,
        down_block_types=("DownEncoderBlock2D",) * levels,
        up_block_types=("UpDecoderBlock2D",) * levels,
        block_out_channels=recipe.vae_channels,
        layers_per_block=1,
        latent_channels=recipe.latent_channels,
        norm_num_groups=8,
        sample_size=recipe.native[0],
        scaling_factor=1.0,
        force_upcast=False,
        mid_block_add_attention=False,
    )


def signal(pictures: torch.Tensor) -> torch.Tensor:
    """Return pictures (B, h, w, 3) of bytes as (B, 3, h, w) from -1 to 1, channels last."""
    moved = pictures.permute(0, 3, 1, 2).float() / 127.5 - 1
    return moved.contiguous(memory_format=torch.channels_last)


@torch.no_grad()
def normalise(vae: AutoencoderKL, mean: torch.Tensor, deviation: torch.Tensor) -> None:
    """Make latents whose channels had this mean and deviation (C,) have mean 0 and deviation 1.

    The affine map is folded into the two 1x1 convolutions, so the model needs no scaling factor,
    which not every diffusers pipeline honours for anything but 4 channels.
    """
    channels = len(mean)
    quant, post = vae.quant_conv, vae.post_quant_conv
    quant.weight[:channels] /= deviation.view(-1, 1, 1, 1)
    quant.bias[:channels] = (quant.bias[:channels] - mean) / deviation
    # The upper half are log variances.
    quant.bias[channels:] -= 2 * deviation.log()
    post.bias += post.weight[:, :, 0, 0] @ mean
    post.weight *= deviation.view(1, -1, 1, 1)
