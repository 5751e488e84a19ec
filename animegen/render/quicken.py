"""Arranges models so that a device computes them faster. Unaware of prompts, files and steps.

What is computed stays the same: results differ from diffusers' own by rounding alone.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    import torch

_ROWS = 2048
"""Tokens that go through a motion module's block at once: what it makes of them fits the cache."""


def quicken_vae(vae: Any, device: torch.device) -> Any:
    """Keep a pixel's channels side by side: a CPU's convolutions of wide pictures gain from it."""
    import torch

    return vae.to(memory_format=torch.channels_last) if device.type == "cpu" else vae


def quicken_motion(unet: Any, device: torch.device) -> Any:
    """Make a motion UNet's temporal attention fast: a thousand short sequences, not a long one."""
    if device.type == "cuda" and find_spec("triton"):  # it isn't part of every torch
        from animegen.render.short_attention import KernelAttention

        _attend_with(KernelAttention(), unet)
    elif device.type == "cpu":
        _attend_with(ShortAttention(), unet)
        for module in _motion_modules(unet):
            module.proj_in.register_forward_pre_hook(_compact, with_kwargs=True)
            for block in module.transformer_blocks:
                block.forward = _tiled(block.forward)
    return unet


def _attend_with(processor: Any, unet: Any) -> None:
    for module in _motion_modules(unet):
        for block in module.transformer_blocks:
            block.attn1.set_processor(processor)
            block.attn2.set_processor(processor)


def _motion_modules(unet: Any) -> list[Any]:
    from diffusers.models.unets.unet_motion_model import AnimateDiffTransformer3D

    return [module for module in unet.modules() if isinstance(module, AnimateDiffTransformer3D)]


class ShortAttention:
    """An attention processor for self-attention along few frames, at many places.

    Torch's fused kernel is made for long sequences; for 16 frames a product of small matrices takes
    half its time. Masks and the processors' other options do not occur in motion modules.
    """

    def __call__(
        self, attn: Any, hidden_states: torch.Tensor, *_args: Any, **_kwargs: Any
    ) -> torch.Tensor:
        """Return (N, F, C) for N places of F frames."""
        import torch

        places, frames, channels = hidden_states.shape
        heads = attn.heads

        def split(projection: Any) -> torch.Tensor:
            whole: torch.Tensor = projection(hidden_states).view(places, frames, heads, -1)
            return whole.transpose(1, 2).reshape(places * heads, frames, -1)

        query, key, value = split(attn.to_q), split(attn.to_k), split(attn.to_v)
        nothing = query.new_zeros(1)
        scores = torch.baddbmm(nothing, query, key.transpose(1, 2), beta=0, alpha=attn.scale)
        mixed = torch.bmm(scores.softmax(dim=-1), value).view(places, heads, frames, -1)
        out: torch.Tensor = attn.to_out[0](mixed.transpose(1, 2).reshape(places, frames, channels))
        return out


def _compact(_module: Any, args: Any, kwargs: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    # Of a transposed input torch makes a thousand small products, each with a copy of the weights.
    return args, {name: value.contiguous() for name, value in kwargs.items()}


def _tiled(forward: Callable[..., torch.Tensor]) -> Callable[..., torch.Tensor]:
    """Return a block's `forward` (N, F, C) that takes few of the N places at a time."""
    import torch

    def tiled(hidden_states: torch.Tensor, **others: Any) -> torch.Tensor:
        size = max(1, _ROWS // hidden_states.shape[1])
        return torch.cat([forward(part, **others) for part in hidden_states.split(size)])

    return tiled
