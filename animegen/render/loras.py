"""Puts LoRAs on models and takes them off. Unaware of prompts and of what a LoRA means.

LoRAs are added into the weights: beside them, as peft's adapters, they would cost every layer a
second branch, and a compiled model another compilation for each set of them. The weights stay where
they are in memory, since compiled code reads them there. Taking LoRAs off puts the checkpoint's own
numbers back, which wait in the CPU's memory; nothing is ever subtracted, so nothing drifts.

Each weight knows what it wears. So only what changes is written, once for all LoRAs, and models
that share tensors (a motion UNet, and the UNet that it was built on) need not know of each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from animegen.render.lora_file import UNET, layer_name, read_pairs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import torch

    from animegen.render.job import Bench, Lora
    from animegen.render.lora_file import Pair


Outfit = tuple[tuple[str, float], ...]
"""LoRAs as digests with their weights, in the order in which they are added."""
_WORN = "animegen_worn"
"""Where a weight, and a model, keeps what it wears."""


@dataclass(kw_only=True)
class _Worn:
    """What a weight wears over its own numbers."""

    own: torch.Tensor
    """On the CPU: the device's memory is for the work."""
    outfit: Outfit | None
    """None while it is written: memory may end on the way."""


def outfit_of(loras: Sequence[Lora]) -> Outfit:
    """Return the outfit of a step: the same file twice adds up, weight 0 is left off."""
    weights: dict[str, float] = {}
    for lora in loras:
        weights[lora.weights] = weights.get(lora.weights, 0.0) + lora.weight
    return tuple((digest, weight) for digest, weight in weights.items() if weight)


def dress(wearers: Mapping[str, Any], loras: Sequence[Lora], bench: Bench) -> None:
    """Put exactly these LoRAs on the models, at their weights.

    The sums are made in float32 on the bench's device, wherever the models wait meanwhile, and
    rounded once to the weights' type: where a model waits does not show in a picture.

    Raises:
        WeightsMissing: when a LoRA is not on this machine.
        WeightsUnusable: when not every matrix of a file found its place.
    """
    outfit = outfit_of(loras)
    if all(_wears(model, outfit) for model in wearers.values()):
        return
    layers = {prefix: _layers(model) for prefix, model in wearers.items()}
    config = wearers[UNET].config
    read = [(one, read_pairs(bench.weights(one[0]), layers, config)) for one in outfit]
    for prefix, model in wearers.items():
        worn = []
        for name, weight in layers[prefix].items():
            parts = [(one, pairs[prefix][name]) for one, pairs in read if name in pairs[prefix]]
            _change(weight, parts, bench.device)
            worn.append((weight, tuple(one for one, _ in parts)))
        setattr(model, _WORN, (outfit, worn))


def _wears(model: Any, outfit: Outfit) -> bool:
    """Whether each weight still wears what it got when the model was last given this outfit."""
    last, worn = getattr(model, _WORN, (None, ()))
    return last == outfit and all(_outfit_of(weight) == parts for weight, parts in worn)


def _outfit_of(weight: torch.Tensor) -> Outfit | None:
    worn: _Worn | None = getattr(weight, _WORN, None)
    return worn.outfit if worn else ()


def _layers(model: Any) -> dict[str, torch.Tensor]:
    """Return the weights that LoRAs act on, by their layers' names."""
    from torch.nn import Conv2d, Linear

    modules = model.named_modules()
    return {
        layer_name(name): module.weight
        for name, module in modules
        if isinstance(module, Linear | Conv2d)
    }


def _change(
    weight: torch.Tensor, parts: Sequence[tuple[tuple[str, float], Pair]], device: str
) -> None:
    """Let a weight wear exactly these LoRAs: each as (digest, weight), with its matrices."""
    outfit = tuple(one for one, _ in parts)
    if _outfit_of(weight) == outfit:
        return
    worn: _Worn | None = getattr(weight, _WORN, None)
    own = weight.detach() if worn is None else worn.own
    if worn is None:
        worn = _Worn(own=own.to("cpu", copy=True), outfit=())
        setattr(weight, _WORN, worn)
    worn.outfit = None
    if not outfit:
        weight.data.copy_(own)
        delattr(weight, _WORN)
        return
    total = own.to(device).float()
    for (_, strength), pair in parts:
        total = total + _difference(pair, strength, device).view(total.shape)
    weight.data.copy_(total)
    worn.outfit = outfit


def _difference(pair: Pair, strength: float, device: str) -> torch.Tensor:
    """Return what a LoRA adds to a weight (out, in, ...), as (out, in * ...)."""
    up, down = (matrix.to(device).float().flatten(1) for matrix in (pair.up, pair.down))
    return (up @ down) * (pair.scale * strength)
