"""Holds new frames to the keyframe's colours and contrast. Unaware of models and schedulers.

A chain copies copies, and what is a little off in one segment is more so in the next. Mean and
deviation of each latent channel are what AdaIN takes for a picture's style (Huang and Belongie,
arXiv:1703.06868); here they are the keyframe's, as far as is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

    from animegen.render.clean import Change

_PLACES = (-2, -1)
_FLAT = 1e-6


def towards(keyframe: torch.Tensor, drift: float, *, frozen: int) -> Change:
    """Return what draws frames to the statistics of `keyframe` (1, C, h, w), by `drift` (0 to 1).

    Each frame is moved by itself, so that it does not matter which others it is rendered with; the
    first `frozen` frames not at all.
    """
    import torch

    wanted = keyframe[:, :, None]
    mean, deviation = wanted.mean(_PLACES, keepdim=True), wanted.std(_PLACES, keepdim=True)

    def change(clean: torch.Tensor) -> torch.Tensor:
        new = clean[:, :, frozen:]
        own_mean, own = new.mean(_PLACES, keepdim=True), new.std(_PLACES, keepdim=True)
        styled = (new - own_mean) * (deviation / own.clamp(min=_FLAT)) + mean
        return torch.cat([torch.zeros_like(clean[:, :, :frozen]), drift * (styled - new)], dim=2)

    return change
