"""Mixes two embeddings: in a straight line, or along an arc. Unaware of prompts and frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

_STRAIGHT = 1e-3
"""Below this sine two directions are the same, or opposite: there is no arc to follow."""


def mix(how: str, before: torch.Tensor, after: torch.Tensor, share: float) -> torch.Tensor:
    """Return what lies between two tensors (..., D), at `share` of the way; `lerp` or `slerp`."""
    import torch

    blend = _arc if how == "slerp" else torch.lerp
    mixed: torch.Tensor = blend(before, after, share)
    return mixed


def _arc(before: torch.Tensor, after: torch.Tensor, share: float) -> torch.Tensor:
    """Turn each vector along the arc between its ends (Shoemake 1985), while its length changes
    evenly: a straight line between two directions passes through shorter vectors.
    """
    import torch

    one, two = before.float(), after.float()
    long, wide = one.norm(dim=-1, keepdim=True), two.norm(dim=-1, keepdim=True)
    cosine = (one * two).sum(dim=-1, keepdim=True) / (long * wide)
    angle = cosine.clamp(-1, 1).acos()
    sine = angle.sin()
    direction = (one / long) * ((1 - share) * angle).sin() + (two / wide) * (share * angle).sin()
    arc = direction / sine * torch.lerp(long, wide, share)
    # Where a vector is zero, the sine is not a number, and neither case has an arc.
    return torch.where(sine > _STRAIGHT, arc, torch.lerp(one, two, share)).to(before.dtype)
