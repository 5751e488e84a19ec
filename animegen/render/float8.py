"""Linear layers whose products are made in float8: faster, and other pictures. Unaware of prompts.

Weights are rounded to e4m3 once, with a scale for every output channel, and inputs as they come,
with a scale for every row: torch calls it row-wise scaling. Convolutions, attention and what reads
the text stay in the model's own type, and so do the weights that LoRAs are added to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import torch
from diffusers.models.activations import GEGLU
from diffusers.models.attention import FeedForward
from torch.nn import functional

from animegen.errors import RenderFailed

if TYPE_CHECKING:
    from torch.nn import Module

_TYPE = torch.float8_e4m3fn
_MOST = torch.finfo(_TYPE).max
_LEAST = 1e-12
_UNIT = 16
"""Sides of a product must be multiples of it."""
_OLDEST = (8, 9)
"""CUDA's compute capability from which on there is float8."""
_DONE = "animegen_rounded"


class Float8Linear(torch.nn.Linear):
    """A linear layer that multiplies in float8; `round_weights` must have seen its weights."""

    rounded: torch.Tensor
    scale: torch.Tensor

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        """Return (..., out) for (..., in)."""
        rows = input.flatten(0, -2)
        product = self.multiply(*_round_rows(rows), rows.dtype)
        return product.unflatten(0, input.shape[:-1])

    def multiply(self, rows: torch.Tensor, scale: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
        """Return (N, out) for rows (N, in) in float8 with their scales (N, 1)."""
        return torch._scaled_mm(
            rows, self.rounded.t(), scale_a=scale, scale_b=self.scale, bias=self.bias,
            out_dtype=dtype, use_fast_accum=True,
        )  # fmt: skip


class Float8FeedForward(FeedForward):
    """A feed-forward of gated GELU whose middle is rounded while it is made."""

    def forward(self, hidden_states: torch.Tensor, *_: Any, **__: Any) -> torch.Tensor:
        """Return (..., C) for as much."""
        first, last = cast("GEGLU", self.net[0]), cast("Float8Linear", self.net[2])
        rows = first.proj(hidden_states).flatten(0, -2)
        middle, scale = gate(rows)
        product = last.multiply(middle, scale, rows.dtype)
        return product.unflatten(0, hidden_states.shape[:-1])


def use_float8(model: Module, device: torch.device) -> None:
    """Let the large linear layers of every transformer block multiply in float8, on `device`.

    Raises:
        RenderFailed: when the device has no float8.
    """
    _require_float8(device)
    for name, module in model.named_modules():
        if _is_wide(name, module):
            module.__class__ = Float8Linear
    for module in model.modules():
        if type(module) is FeedForward and type(module.net[0]) is GEGLU:
            module.__class__ = Float8FeedForward


def round_weights(model: Module, worn: object) -> None:
    """Round the weights of every float8 layer, unless they were with the same LoRAs `worn`."""
    if getattr(model, _DONE, None) == (worn,):
        return
    for module in model.modules():
        if isinstance(module, Float8Linear):
            rounded, scale = _round_rows(module.weight.detach())
            _keep(module, "rounded", rounded)
            _keep(module, "scale", scale.t().contiguous())
    setattr(model, _DONE, (worn,))


def _require_float8(device: torch.device) -> None:
    """Raise RenderFailed for a device without float8."""
    if device.type == "mps":
        raise RenderFailed("MPS has no float8", remedy="render with --dtype float16")
    if device.type == "cuda" and torch.cuda.get_device_capability(device) < _OLDEST:
        raise RenderFailed(
            "this GPU has no float8: that begins with compute capability 8.9 (Ada, Hopper)",
            remedy="render with --dtype bfloat16 or float16",
        )


def _is_wide(name: str, module: Module) -> bool:
    if type(module) is not torch.nn.Linear or "transformer_blocks" not in name:
        return False
    reads_text = name.endswith(("attn2.to_k", "attn2.to_v")) and "motion_modules" not in name
    return not reads_text and not any(side % _UNIT for side in module.weight.shape)


def _round_rows(rows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return (N, K) in float8 and the scale of every row, (N, 1) float32."""
    scale = rows.abs().amax(1, keepdim=True).float().clamp(min=_LEAST) / _MOST
    return (rows.float() / scale).to(_TYPE), scale


def gate(rows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return a * gelu(b) for rows (N, 2 K) of a and b, rounded: (N, K) and scales (N, 1)."""
    if rows.device.type == "cuda":
        from animegen.render.gated_rows import gate_rows

        return gate_rows(rows)
    value, door = rows.chunk(2, dim=-1)
    return _round_rows(value * functional.gelu(door))


def _keep(module: Module, name: str, tensor: torch.Tensor) -> None:
    """Keep a tensor in the memory that compiled code reads, if it is there already."""
    known = module._buffers.get(name)
    if known is None:
        module.register_buffer(name, tensor, persistent=False)
    else:
        known.copy_(tensor)
