"""The numerics that models are run in, by the words of `--dtype`. Unaware of models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

    from animegen.render.job import Model

FLOAT8 = "float8"
"""bfloat16, but for the products of large linear layers: see `float8`."""


def torch_dtype(name: str) -> torch.dtype:
    """Return the type of a model's weights."""
    import torch

    dtype: torch.dtype = torch.bfloat16 if name == FLOAT8 else getattr(torch, name)
    return dtype


def ready_for(model: Model, network: Any, device: torch.device) -> None:
    """Give a network the layers that the model's numerics want.

    Raises:
        RenderFailed: when the device cannot compute in them.
    """
    if model.dtype == FLOAT8:
        from animegen.render.float8 import use_float8

        use_float8(network, device)


def follow_weights(model: Model, network: Any, worn: object) -> None:
    """Bring what is derived from a network's weights up to date; `worn` tells weights apart."""
    if model.dtype == FLOAT8:
        from animegen.render.float8 import round_weights

        round_weights(network, worn)
