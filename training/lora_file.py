"""Writes adapters as LoRA files that diffusers, A1111 and kohya's tools read. Deterministic.

Unaware of how adapters are trained and of what they mean.
"""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING

import torch
from safetensors.torch import save

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from torch import nn

    from training.adapters import Adapters

_ALIGNED = 8  # bytes that a safetensors header is filled up to


def kohya(adapters: Adapters, unet: nn.Module) -> dict[str, torch.Tensor]:
    """Return fp16 tensors named as kohya's scripts do, with diffusers' block names."""
    found = {}
    for name, down, up in _shaped(adapters, unet):
        slug = f"lora_unet_{name.replace('.', '_')}"
        found[f"{slug}.lora_down.weight"] = down
        found[f"{slug}.lora_up.weight"] = up
        found[f"{slug}.alpha"] = torch.tensor(float(len(down)), dtype=torch.float16)
    return found


def peft(adapters: Adapters, unet: nn.Module) -> dict[str, torch.Tensor]:
    """Return fp16 tensors named as diffusers saves them."""
    found = {}
    for name, down, up in _shaped(adapters, unet):
        found[f"unet.{name}.lora_A.weight"] = down
        found[f"unet.{name}.lora_B.weight"] = up
    return found


def _shaped(adapters: Adapters, unet: nn.Module) -> list[tuple[str, torch.Tensor, torch.Tensor]]:
    """Give the matrices of convolutions their kernel: it stands in the first of the two."""
    shapes = {name: weight.shape for name, weight in unet.named_parameters()}
    found = []
    for name, down, up in adapters.pairs():
        _, *inputs = shapes[f"{name}.weight"]
        kernel = (1,) * (len(inputs) - 1)
        down, up = (m.detach().cpu().half().contiguous() for m in (down, up))
        found.append((name, down.view(-1, *inputs), up.view(*up.shape, *kernel)))
    return found


def write(
    path: Path, tensors: Mapping[str, torch.Tensor], about: Mapping[str, str] | None = None
) -> None:
    """Write a safetensors file; equal tensors and metadata `about` give equal bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = save(dict(tensors))
    if about:
        # The library writes metadata in an order that differs from run to run.
        (length,) = struct.unpack("<Q", whole[:8])
        header = json.loads(whole[8 : 8 + length])
        text = json.dumps({"__metadata__": dict(sorted(about.items()))} | header).encode()
        text += b" " * (-len(text) % _ALIGNED)
        whole = struct.pack("<Q", len(text)) + text + whole[8 + length :]
    path.write_bytes(whole)


def about_style(title: str, *, trigger: str, rank: int, base: str) -> dict[str, str]:
    """Return the metadata that kohya's scripts and the model specification ask for.

    See https://github.com/Stability-AI/ModelSpec. There is no date in it: it would make each
    export another file.
    """
    size = str(rank)
    return {
        "ss_base_model_version": "sdxl_base_v1-0",
        "ss_network_module": "networks.lora",
        "ss_network_dim": size,
        "ss_network_alpha": size,
        "ss_network_args": json.dumps({"conv_dim": size, "conv_alpha": size}),
        "ss_output_name": title,
        "ss_sd_model_name": base,
        "ss_resolution": "(256, 256)",
        "ss_v2": "False",
        "modelspec.sai_model_spec": "1.0.0",
        "modelspec.architecture": "stable-diffusion-xl-v1-base/lora",
        "modelspec.implementation": "diffusers",
        "modelspec.title": title,
        "modelspec.resolution": "256x256",
        "modelspec.prediction_type": "v",
        "modelspec.license": "Apache-2.0",
        "modelspec.trigger_phrase": trigger,
    }
