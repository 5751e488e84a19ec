"""Reads a LoRA's file, in whichever of the field's formats, as a pair of matrices for each layer.

kohya's and A1111's names, diffusers' old ones and PEFT's become one. Unaware of devices and of the
strength that a LoRA acts at.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from animegen.errors import WeightsUnusable
from animegen.render.explained import gist

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import torch

UNET = "unet"
_SCALE = ".alpha"
"""What a file holds besides matrices; anything else (DoRA's scales, say) must not get lost."""
_BARE = ("down_blocks.", "mid_block.", "up_blocks.")
"""How names begin in files that hold a LoRA of the UNet alone, as motion LoRAs do."""
_MATRIX = re.compile(r"(?P<layer>.+)\.lora_(?P<side>[AB])\.weight")
_TOLD = "lora_adapter_metadata"
"""Where diffusers' trainers write what peft calls a LoRA's configuration, as JSON."""
_Layers = dict[str, dict[str, Any]]
"""By layer: its matrices `A` and `B`, and its `alpha`."""


@dataclass(frozen=True, kw_only=True)
class Pair:
    """What a LoRA adds to a layer's weight (out, in, ...): `up @ down`, scaled."""

    down: torch.Tensor
    """(rank, in, ...): a convolution's kernel is here."""
    up: torch.Tensor
    """(out, rank), for convolutions with a kernel of one."""
    scale: float


def read_pairs(
    path: Path, layers: Mapping[str, Mapping[str, torch.Tensor]], unet_config: Any
) -> dict[str, dict[str, Pair]]:
    """Return the pairs of a file by model (`unet`, `text_encoder`, ...) and layer.

    `layers` holds the models' weights that a LoRA may change, named in the same way.

    Raises:
        WeightsUnusable: when not every matrix of the file finds its place in them.
    """
    import torch
    from safetensors import SafetensorError

    try:
        tensors, told = _load(path)
        named = _named(tensors, unet_config)
        pairs = {
            prefix: _placed(_layers(named, prefix), prefix, told, weights)
            for prefix, weights in layers.items()
        }
    except torch.OutOfMemoryError:  # a RuntimeError, too, but not the file's fault
        raise
    except (SafetensorError, ValueError, RuntimeError, KeyError, OSError) as error:
        raise WeightsUnusable(
            f"the LoRA {path.name} does not fit this model: {gist(error)}",
            remedy="use a LoRA that was made for the pack's base model",
        ) from error
    expected = sum(not key.endswith(_SCALE) for key in tensors)
    found = 2 * sum(len(placed) for placed in pairs.values())
    if not expected or found != expected:
        raise WeightsUnusable(
            f"the LoRA {path.name} holds {expected} matrices, where the model took {found}",
            remedy="the file is damaged, mixes formats, or was made for another base model",
        )
    return pairs


def layer_name(name: str) -> str:
    """Return a layer's name as it is the same in all files and versions of a text encoder."""
    return name.removeprefix("text_model.")


def _load(path: Path) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
    from safetensors import safe_open

    with safe_open(path, "pt") as file:
        tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 - no mapping
        return tensors, json.loads((file.metadata() or {}).get(_TOLD, "{}"))


def _named(tensors: Mapping[str, torch.Tensor], unet_config: Any) -> dict[str, Any]:
    """Return matrices and alphas with diffusers' names where the file has kohya's or A1111's."""
    from diffusers import StableDiffusionXLPipeline

    # A new mapping: the conversion empties what it is given.
    own = {f"{UNET}.{key}" if key.startswith(_BARE) else key: tensors[key] for key in tensors}
    state, alphas = StableDiffusionXLPipeline.lora_state_dict(own, unet_config=unet_config)
    return {**state, **(alphas or {})}


def _layers(named: Mapping[str, Any], prefix: str) -> _Layers:
    """Return what the file has for the model that it calls `prefix`."""
    from diffusers.utils import state_dict_utils as names

    own = {
        key.removeprefix(f"{prefix}."): value
        for key, value in named.items()
        if key.startswith(f"{prefix}.")
    }
    table = names.UNET_TO_DIFFUSERS
    if prefix != UNET:
        table = table | names.DIFFUSERS_TO_PEFT | names.DIFFUSERS_OLD_TO_PEFT
    layers: _Layers = {}
    for key, value in names.convert_state_dict(own, table).items():
        if key.endswith(_SCALE):
            # diffusers names some after the layer, and some after its first matrix.
            layer, side = key.removesuffix(_SCALE).partition(".lora_A")[0], "alpha"
        elif match := _MATRIX.fullmatch(key):
            layer, side = match["layer"], match["side"]
        else:
            continue  # it will be missed in the count
        layers.setdefault(layer_name(layer), {})[side] = value
    return layers


def _placed(
    layers: _Layers, prefix: str, told: Mapping[str, Any], weights: Mapping[str, torch.Tensor]
) -> dict[str, Pair]:
    """Return the whole pairs of those layers that the model has.

    Raises:
        ValueError: when one has another shape than its layer.
    """
    pairs = {}
    for name, found in layers.items():
        if name not in weights or not {"A", "B"} <= found.keys():
            continue
        down, up, weight = found["A"], found["B"], weights[name]
        if not _fits(down, up, weight):
            raise ValueError(
                f"its matrices for {name} are {list(down.shape)} and {list(up.shape)}, "
                f"the layer is {list(weight.shape)}"
            )
        scale = _scale(name, len(down), prefix, told)
        if "alpha" in found:
            scale = float(found["alpha"]) / len(down)
        pairs[name] = Pair(down=down, up=up, scale=scale)
    return pairs


def _fits(down: torch.Tensor, up: torch.Tensor, weight: torch.Tensor) -> bool:
    if min(down.ndim, up.ndim) < 2:
        return False
    kernels = [math.prod(matrix.shape[2:]) for matrix in (down, weight)]
    same = down.shape[2:] == weight.shape[2:] or kernels == [1, 1]
    outer = down.shape[1] == weight.shape[1] and up.shape[0] == weight.shape[0]
    return same and outer and up.numel() == up.shape[0] * down.shape[0]


def _scale(name: str, rank: int, prefix: str, told: Mapping[str, Any]) -> float:
    """Return alpha / rank as peft's configuration says it, where the file holds one."""
    patterns: Mapping[str, float] = told.get(f"{prefix}.alpha_pattern") or {}
    usual = told.get(f"{prefix}.lora_alpha", rank)
    matching = (alpha for key, alpha in patterns.items() if re.match(rf"(.*\.)?({key})$", name))
    alpha = next(matching, usual)
    return float(alpha / (rank**0.5 if told.get(f"{prefix}.use_rslora") else rank))
