"""Puts LoRAs on models and takes them off. Unaware of prompts and of what a LoRA means.

LoRAs are added into the weights: beside them, as peft's adapters, they cost every layer a second
branch, and a compiled model another compilation for each set of them. Taking them off puts the
checkpoint's own numbers back; nothing is ever subtracted, so nothing drifts. On a CPU the own
tensors are kept, up to a limit of memory; on other devices their numbers go to the CPU's memory,
and the sum, made in float32, is rounded once to the weights' type.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from animegen.errors import WeightsUnusable
from animegen.render.explained import gist

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import torch

    from animegen.render.job import Bench, Lora


_SCALE = ".alpha"
"""What a file holds besides matrices; anything else (DoRA's scales, say) must not get lost."""
_UNET = "unet"
_BARE = ("down_blocks.", "mid_block.", "up_blocks.")
"""How names begin in files that hold a LoRA of the UNet alone, as motion LoRAs do."""
_OWN = "animegen_own"
"""Where a model keeps, by layer, the weights that its LoRAs were added to a copy of."""
_COPIES = ("cpu",)
"""Kinds of devices on which the sum is a copy; elsewhere it takes the place of the weights."""
_COPIED = 1 << 30
"""Bytes of weights that may be held twice, so that a model's LoRAs can be added into a copy."""


@dataclass(frozen=True)
class Outfit:
    """The LoRAs that a model wears, as digests with their weights."""

    loras: tuple[tuple[str, float], ...] = ()

    @classmethod
    def of(cls, loras: Sequence[Lora]) -> Outfit:
        """Return the outfit of a step: the same file twice adds up, weight 0 is left off."""
        weights: dict[str, float] = {}
        for lora in loras:
            weights[lora.weights] = weights.get(lora.weights, 0.0) + lora.weight
        return cls(tuple((digest, weight) for digest, weight in weights.items() if weight))


def dress(
    wearers: Mapping[str, Any], loras: Sequence[Lora], bench: Bench, *, sharing: Sequence[Any] = ()
) -> None:
    """Put exactly these LoRAs on the models, at their weights.

    `sharing` are other models made of the same tensors as a wearer: what one of them wears in its
    weights is taken off, or, if it is the same, left on.

    Raises:
        WeightsMissing: when a LoRA is not on this machine.
        WeightsUnusable: when not every matrix of a file found its place.
    """
    outfit = Outfit.of(loras)
    for other in sharing:
        _hand_over(other, wearers[_UNET], outfit)
    if all(_outfit_of(model) == outfit for model in wearers.values()):
        return
    for model in wearers.values():
        undress(model)
        _label(model, None)  # until every LoRA is on
    for digest, _ in outfit.loras:
        _put_on(wearers, _adapter_name(digest), bench.weights(digest))
    for model in wearers.values():
        _set_weights(model, outfit)
        _sew_in(model)
        _label(model, outfit)


def undress(model: Any) -> None:
    """Take every LoRA off; the model's weights are the checkpoint's own again."""
    from torch.nn import Parameter

    _take_adapters_off(model)
    for layer, own in model.__dict__.pop(_OWN, ()):
        if isinstance(own, Parameter):
            layer.weight = own
        else:
            layer.weight.data.copy_(own)
    _label(model, Outfit())


def _hand_over(other: Any, model: Any, outfit: Outfit) -> None:
    """Free the tensors of `model` from what `other` wears in them."""
    if model is other or not _in_place(other):
        return
    if _outfit_of(other) != outfit:
        undress(other)
        return
    setattr(model, _OWN, other.__dict__.pop(_OWN))
    _label(model, outfit)
    _label(other, Outfit())


def _in_place(model: Any) -> bool:
    from torch.nn import Parameter

    return any(not isinstance(own, Parameter) for _, own in model.__dict__.get(_OWN, ()))


def _label(model: Any, outfit: Outfit | None) -> None:
    model.animegen_outfit = outfit


def _outfit_of(model: Any) -> Outfit | None:
    outfit: Outfit | None = getattr(model, "animegen_outfit", Outfit())
    return outfit


def _adapter_name(digest: str) -> str:
    return f"lora_{digest[:16]}"


def _take_adapters_off(model: Any) -> None:
    from diffusers.utils.peft_utils import recurse_remove_peft_layers

    recurse_remove_peft_layers(model)
    model.__dict__.pop("peft_config", None)
    model._hf_peft_config_loaded = False


def _sew_in(model: Any) -> None:
    """Add the adapters into the weights; on a CPU into a copy, where that is affordable."""
    import torch
    from peft.tuners.lora import LoraLayer

    worn: list[Any] = [module for module in model.modules() if isinstance(module, LoraLayer)]
    if model.device.type not in _COPIES:
        _sew_in_place(model, worn)
        return
    own = [(module.get_base_layer(), module.get_base_layer().weight) for module in worn]
    size = sum(weight.nbytes for _, weight in own)
    if size > _COPIED or any(weight.dtype != torch.float32 for _, weight in own):
        return
    setattr(model, _OWN, own)  # first: memory may end on the way
    for module, (layer, weight) in zip(worn, own, strict=True):
        changes = [module.get_delta_weight(name) for name in module.lora_A]
        layer.weight = torch.nn.Parameter(sum(changes, weight), requires_grad=False)
    _take_adapters_off(model)


def _sew_in_place(model: Any, worn: Sequence[Any]) -> None:
    """Change the weights themselves: compiled code and graphs keep reading the same memory."""
    layers = [module.get_base_layer() for module in worn]
    # First, and on the CPU: the device's memory is for the work.
    setattr(model, _OWN, [(layer, layer.weight.detach().to("cpu", copy=True)) for layer in layers])
    for module, layer in zip(worn, layers, strict=True):
        changes = (module.get_delta_weight(name).float() for name in module.lora_A)
        layer.weight.data.copy_(sum(changes, layer.weight.float()))
    _take_adapters_off(model)


def _set_weights(model: Any, outfit: Outfit) -> None:
    from diffusers.utils.peft_utils import set_weights_and_activate_adapters

    names = [_adapter_name(digest) for digest, _ in outfit.loras]
    set_weights_and_activate_adapters(model, names, [weight for _, weight in outfit.loras])


def _put_on(wearers: Mapping[str, Any], name: str, path: Path) -> None:
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        tensors = load_file(path)
        # A new mapping: the conversion empties what it is given.
        _inject(wearers, name, {_prefixed(key): value for key, value in tensors.items()})
    except torch.OutOfMemoryError:  # a RuntimeError, too, but not the file's fault
        raise
    except (SafetensorError, ValueError, RuntimeError, KeyError, OSError) as error:
        raise WeightsUnusable(
            f"the LoRA {path.name} does not fit this model: {gist(error)}",
            remedy="use a LoRA that was made for the pack's base model",
        ) from error
    expected = sum(not key.endswith(_SCALE) for key in tensors)
    found = sum(_matrices(model, name) for model in wearers.values())
    if not expected or found != expected:
        raise WeightsUnusable(
            f"the LoRA {path.name} holds {expected} matrices, where the model took {found}",
            remedy="the file is damaged, mixes formats, or was made for another base model",
        )


def _prefixed(key: str) -> str:
    return f"{_UNET}.{key}" if key.startswith(_BARE) else key


def _inject(wearers: Mapping[str, Any], name: str, tensors: dict[str, torch.Tensor]) -> None:
    from diffusers import StableDiffusionXLPipeline

    unet = wearers[_UNET]
    # kohya's and A1111's names become diffusers' here.
    state, alphas = StableDiffusionXLPipeline.lora_state_dict(tensors, unet_config=unet.config)
    for prefix, model in wearers.items():
        if not any(key.startswith(f"{prefix}.") for key in state):
            continue
        if prefix == _UNET:
            model.load_lora_adapter(state, prefix=prefix, network_alphas=alphas, adapter_name=name)
        else:
            StableDiffusionXLPipeline.load_lora_into_text_encoder(
                state, network_alphas=alphas, text_encoder=model, prefix=prefix, adapter_name=name
            )


def _matrices(model: Any, name: str) -> int:
    """Count the down and up matrices that the adapter `name` brought to the model."""
    return sum(
        module_name.endswith((f".lora_A.{name}", f".lora_B.{name}"))
        for module_name, _ in model.named_modules()
    )
