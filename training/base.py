"""The base model: an SDXL-shaped UNet with its two text encoders, and one training step of them.

Unaware of where latents come from and of the schedule of a training.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from diffusers import UNet2DConditionModel
from torch import nn

from training import text
from training.noise import Noise

if TYPE_CHECKING:
    from training.job import Job
    from training.pool import Rows
    from training.recipe import Recipe, Shape

# Half of what a size id of SDXL's micro-conditioning is embedded in is sine, half cosine.
_TIME_WIDTH = 32
_DROPPED = 0.10  # share of captions whose embeddings are zero: SDXL's default negative
_EMPTY = 0.05  # share of empty captions


def build_unet(recipe: Recipe) -> UNet2DConditionModel:
    """Make a UNet of SDXL's kind: no attention at full size, text, time and size conditioning."""
    down = len(recipe.unet_channels) - 1
    unet = UNet2DConditionModel(
        sample_size=recipe.native[0] // 8,
        in_channels=recipe.latent_channels,
        out_channels=recipe.latent_channels,
        layers_per_block=2,
        block_out_channels=recipe.unet_channels,
        down_block_types=("DownBlock2D",) + ("CrossAttnDownBlock2D",) * down,
        up_block_types=("CrossAttnUpBlock2D",) * down + ("UpBlock2D",),
        transformer_layers_per_block=recipe.unet_depth,
        cross_attention_dim=2 * recipe.text_width,
        attention_head_dim=recipe.unet_heads,
        norm_num_groups=recipe.unet_norm_groups,
        use_linear_projection=True,
        addition_embed_type="text_time",
        addition_time_embed_dim=_TIME_WIDTH,
        projection_class_embeddings_input_dim=6 * _TIME_WIDTH + recipe.text_width,
    )
    for name, module in unet.named_modules():
        # Every residual branch starts as nothing, which lets the rate be high from the start.
        if name.endswith(("conv2", "proj_out", "conv_out")):
            nn.init.zeros_(module.weight)
            nn.init.zeros_(module.bias)
    return unet


def size_ids(shape: Shape, device: torch.device) -> torch.Tensor:
    """Return SDXL's micro-conditioning (6,) of an uncropped picture: original, corner, target."""
    width, height = shape
    return torch.tensor([height, width, 0, 0, height, width], dtype=torch.float32, device=device)


class Model:
    """The UNet and the text encoders on the job's device, and their loss."""

    def __init__(self, job: Job) -> None:
        torch.manual_seed(3)
        self._job = job
        self.unet = build_unet(job.recipe).to(job.device, memory_format=torch.channels_last)
        self.text = text.build(job.recipe, job.words)
        for encoder in self.text.modules:
            encoder.to(job.device)
        self._native = job.faster(self.unet)
        self._noise = Noise(job.device)
        self._empty = torch.tensor(job.words.encode(""), device=job.device)
        self._sizes = {shape: size_ids(shape, job.device) for shape in job.recipe.shapes}

    @property
    def modules(self) -> dict[str, nn.Module]:
        """The trained modules, by their names in the SDXL layout."""
        first, second = self.text.modules
        return {"unet": self.unet, "text_encoder": first, "text_encoder_2": second}

    def loss(self, rows: Rows) -> torch.Tensor:
        """Return the weighted mean squared velocity error.

        `rows` hold `latents` (B, C, h, w) of pictures of one of the recipe's shapes and token
        `ids` (B, 77).
        """
        z, device = rows["latents"].float(), self._job.device
        size = len(z)
        chance, noise = torch.rand(size, device=device), torch.randn_like(z)
        t = self._noise.timesteps(size)
        ids = torch.where((chance > 1 - _EMPTY)[:, None], self._empty, rows["ids"])
        kept = (chance > _DROPPED).float()
        shape = (8 * z.shape[3], 8 * z.shape[2])
        # Only the native size is worth the minutes of compiling.
        unet = self._native if shape == self._job.recipe.native else self.unet
        with self._job.mixed:
            context, pooled = self.text.embed(ids)
            conditions = {
                "text_embeds": pooled * kept[:, None],
                "time_ids": self._sizes[shape].expand(size, 6),
            }
            got = unet(
                self._noise.noisy(z, noise, t).contiguous(memory_format=torch.channels_last),
                t,
                context * kept[:, None, None],
                added_cond_kwargs=conditions,
                return_dict=False,
            )[0]
        error = ((got.float() - self._noise.velocity(z, noise, t)) ** 2).mean((1, 2, 3))
        return (error * self._noise.weight(t)).mean()
