"""Compiles what a model repeats, and arranges it for a GPU. Unaware of prompts, files and steps.

Compiled as a whole, SDXL's motion UNet takes minutes; its blocks repeat, and a block is compiled
once for each of its shapes ("regional compilation",
https://docs.pytorch.org/tutorials/recipes/regional_compilation.html). What is compiled is a
module's own call, so its name, its weights and its LoRAs stay reachable. A VAE's decoder is small
enough to be compiled whole, which is faster. Other devices are left as they are: on a CPU the
compiler costs more than a film of ours gains.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

MODES = ("none", "regional", "max-autotune")
"""How models may be compiled: not at all, quickly, or by trying kernels for minutes."""

_REGIONS = frozenset({"BasicTransformerBlock", "ResnetBlock2D", "ClipTransformer", "Decoder"})
"""The repeated blocks of UNets and ControlNets, and a VAE's decoder, by their classes' names."""
_SHAPES = 64
"""Shapes of one kind of block that may be compiled in a process; torch stops after eight."""


def compile_blocks(model: Any, mode: str) -> Any:
    """Let every repeated block of `model` be compiled when it is first called; return the model.

    On anything but a CUDA device nothing happens.
    """
    import torch

    if mode == "none" or model.device.type != "cuda":
        return model
    from animegen.render.channels_last import PictureTransformer, keep_channels_last

    _keep_kernels()
    limits = torch._dynamo.config
    limits.recompile_limit = max(limits.recompile_limit, _SHAPES)
    options = {"mode": "max-autotune-no-cudagraphs"} if mode == "max-autotune" else {}
    model.to(memory_format=torch.channels_last)
    keep_channels_last(model)
    for module in model.modules():
        if isinstance(module, PictureTransformer):
            module.compile_ends(dynamic=False, **options)
    for module in _outermost(model):
        module.compile(dynamic=False, **options)
    return model


def _keep_kernels() -> None:
    """Keep what is compiled for later runs, unless the user keeps it elsewhere."""
    import platformdirs

    kept = platformdirs.user_cache_path("animegen") / "kernels"
    os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", str(kept))


def _outermost(model: torch.nn.Module) -> list[torch.nn.Module]:
    """Return the regions that are in no other region."""
    found: list[torch.nn.Module] = []
    for module in model.children():
        if type(module).__name__ in _REGIONS:
            found.append(module)
        else:
            found += _outermost(module)
    return found
