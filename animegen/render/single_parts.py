"""Loads ControlNets and motion adapters, from diffusers folders or from single files.

A file holds tensors only, with diffusers' names or the original ones. What shape its network has
follows from the UNet that it guides, or from its tensors, so that nothing is ever fetched; original
names are translated by diffusers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from animegen.render.layout import variant_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import torch

_HEADS, _GROUPS = 8, 32
"""Attention heads and norm groups of all published motion modules: their tensors do not tell."""
_MODULE = re.compile(r"down_blocks\.(?P<block>\d+)\.motion_modules\.(?P<layer>\d+)\.norm\.weight")
_POSITIONS = ("attention_blocks.0.pos_encoder", "pos_embed")
"""What the tables of positions are called: in original files each attention has one, all alike."""


def load_controlnet(place: Path, unet: Any) -> Any:
    """Return the ControlNetModel in a folder or a file; a file's has the shape of `unet`.

    Raises:
        OSError, ValueError, KeyError, RuntimeError: when it is no such network, or not a whole one.
    """
    import torch
    from diffusers import ControlNetModel
    from diffusers.loaders.single_file_utils import convert_controlnet_checkpoint
    from safetensors.torch import load_file

    if place.is_dir():
        return ControlNetModel.from_pretrained(
            place, use_safetensors=True, torch_dtype=unet.dtype, variant=variant_of(place)
        )
    named = convert_controlnet_checkpoint(load_file(place), unet.config)
    tensors = {name: tensor for name, tensor in named.items() if tensor is not None}
    if not _seeing(tensors):
        raise ValueError("it holds no ControlNet")
    with torch.device("meta"):
        network = ControlNetModel.from_unet(
            unet,
            load_weights_from_unet=False,
            conditioning_embedding_out_channels=_seeing(tensors),
        )
    network.load_state_dict(tensors, assign=True)
    return network.to(unet.dtype)


def load_adapter(place: Path) -> Any:
    """Return the MotionAdapter in a folder or a file.

    Raises:
        OSError, ValueError, KeyError, RuntimeError: when it is no such adapter, or not a whole one.
    """
    import torch
    from diffusers import MotionAdapter
    from diffusers.loaders.single_file_utils import convert_animatediff_checkpoint_to_diffusers
    from safetensors.torch import load_file

    if place.is_dir():
        return MotionAdapter.from_pretrained(place, use_safetensors=True, variant=variant_of(place))
    # diffusers leaves out the positions, which it would compute anew.
    own = {name.replace(*_POSITIONS): value for name, value in load_file(place).items()}
    tensors = convert_animatediff_checkpoint_to_diffusers(own)
    with torch.device("meta"):
        adapter: Any = MotionAdapter(**_shape_of(tensors))
    adapter.load_state_dict(tensors, assign=True)
    return adapter


def _seeing(tensors: Mapping[str, torch.Tensor]) -> tuple[int, ...]:
    """Return the widths of what reads the maps."""
    layers = ["conv_in", *(f"blocks.{2 * index + 1}" for index in range(len(tensors)))]
    weights = [tensors.get(f"controlnet_cond_embedding.{layer}.weight") for layer in layers]
    return tuple(len(weight) for weight in weights if weight is not None)


def _shape_of(tensors: Mapping[str, torch.Tensor]) -> dict[str, Any]:
    """Return the settings that a motion adapter's tensors imply."""
    found = (_MODULE.fullmatch(name) for name in tensors)
    modules = [(int(match["block"]), int(match["layer"]), match[0]) for match in found if match]
    widths = {block: len(tensors[name]) for block, _, name in modules}
    places = [tensor for name, tensor in tensors.items() if name.endswith("pos_embed.pe")]
    if not widths or not places:
        raise ValueError("it holds no motion modules")
    return {
        "block_out_channels": tuple(widths[block] for block in sorted(widths)),
        "motion_layers_per_block": 1 + max(layer for _, layer, _ in modules),
        "motion_num_attention_heads": _HEADS,
        "motion_norm_num_groups": _GROUPS,
        "motion_max_seq_length": places[0].shape[1],
        "use_motion_mid_block": any(name.startswith("mid_block.") for name in tensors),
    }
