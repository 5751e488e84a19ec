"""The motion modules of the mini model, and the motion UNet that they make of a finished UNet.

Unaware of clips and of losses.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import torch
from diffusers import MotionAdapter, UNet2DConditionModel
from diffusers.models.attention import BasicTransformerBlock
from diffusers.models.resnet import ResnetBlock2D
from diffusers.models.transformers.transformer_2d import Transformer2DModel
from diffusers.models.unets.unet_motion_model import AnimateDiffTransformer3D
from torch import nn

from animegen.render.models import build_motion_unet

if TYPE_CHECKING:
    from collections.abc import Callable

    from diffusers import UNetMotionModel

    from training.recipe import Recipe

_log = logging.getLogger(__name__)

# AnimateDiff's own length: more frames than the 16 of a segment may be tried.
_LONGEST = 32
_STILL_PARTS = (ResnetBlock2D, Transformer2DModel)
_PARTS = (
    (*_STILL_PARTS, AnimateDiffTransformer3D),
    (*_STILL_PARTS, BasicTransformerBlock),
    _STILL_PARTS,
    (),
)
"""What may be compiled, tried in order: not every version of the compiler can do all of it."""
_KINDS = 64
"""Sizes of the parts that may be compiled apart; there are about twenty."""


def build(recipe: Recipe) -> MotionAdapter:
    """Make motion modules that change nothing until they are trained.

    As in AnimateDiff for SDXL there are two in each block on the way down, three in each on the
    way up and none in the middle, which would cost as much as all of the largest level.
    """
    adapter = MotionAdapter(
        block_out_channels=recipe.unet_channels,
        motion_layers_per_block=2,
        motion_num_attention_heads=2 if recipe.tiny else 4,
        motion_norm_num_groups=recipe.unet_norm_groups,
        motion_max_seq_length=_LONGEST,
        use_motion_mid_block=False,
    )
    for module in adapter.modules():
        if isinstance(module, AnimateDiffTransformer3D):
            nn.init.zeros_(module.proj_out.weight)
            nn.init.zeros_(module.proj_out.bias)
    return adapter


def bind(unet: UNet2DConditionModel, adapter: MotionAdapter) -> UNetMotionModel:
    """Return a motion UNet of these very weights: what trains the adapter trains the UNet."""
    motion = build_motion_unet(unet, adapter)
    for mine, theirs in zip(motion.down_blocks, adapter.down_blocks, strict=True):
        mine.motion_modules = theirs.motion_modules
    for mine, theirs in zip(motion.up_blocks, adapter.up_blocks, strict=True):
        mine.motion_modules = theirs.motion_modules
    return motion


def compile_parts(unet: UNetMotionModel, step: Callable[[], None]) -> None:
    """Compile the blocks that the motion UNet is made of; as a whole it can't be.

    `step` runs the UNet forwards and backwards, as often as it takes to find what works.
    """
    torch._dynamo.config.recompile_limit = _KINDS
    for kinds in _PARTS:
        torch._dynamo.reset()
        for module in unet.modules():
            module._compiled_call_impl = None
            if isinstance(module, kinds):
                module.compile(dynamic=False)
        try:
            step()
        except Exception:
            if not kinds:
                raise
            _log.exception("these can't be compiled: %s", [kind.__name__ for kind in kinds])
        else:
            _log.info("compiled: %s", [kind.__name__ for kind in kinds])
            return


def predict(
    unet: UNetMotionModel | UNet2DConditionModel,
    z: torch.Tensor,
    t: torch.Tensor,
    context: torch.Tensor,
    pooled: torch.Tensor,
    sizes: torch.Tensor,
) -> torch.Tensor:
    """Return the velocity of clips `z` (B, C, frames, h, w) at `t` (B,), in float32.

    A clip has one text: `context` (B, 77, D) and `pooled` (B, P); `sizes` (6,) are SDXL's. For a
    UNet of stills the clips have one frame.
    """
    still = isinstance(unet, UNet2DConditionModel)
    kind = unet.dtype
    velocity = unet(
        (z[:, :, 0] if still else z).to(kind),
        t,
        context.to(kind).repeat_interleave(z.shape[2], 0),
        added_cond_kwargs={
            "text_embeds": pooled.to(kind),
            "time_ids": sizes.expand(len(z), -1),
        },
        return_dict=False,
    )[0].float()
    return velocity[:, :, None] if still else velocity
