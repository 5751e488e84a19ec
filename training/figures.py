"""Figures that say how near two sets of pictures are. Unaware of where they come from."""

from __future__ import annotations

import torch
import torch.nn.functional as F


def psnr(got: torch.Tensor, want: torch.Tensor) -> float:
    """Return the mean peak signal to noise, in dB, of pictures (B, 3, h, w) from -1 to 1."""
    error = ((got.clamp(-1, 1) - want) ** 2).mean((1, 2, 3)).clamp(min=1e-10)
    return float((10 * torch.log10(4 / error)).mean())


@torch.no_grad()
def feature_distance(got: torch.Tensor, want: torch.Tensor, levels: int = 4) -> float:
    """Return a perceptual distance of pictures (B, 3, h, w) from -1 to 1: 0 is the same.

    LPIPS's form (Zhang et al. 2018, https://arxiv.org/abs/1801.03924) on a fixed random network,
    since none trained elsewhere is allowed here: compare it with itself only.
    """
    noise = torch.Generator().manual_seed(0)
    total = 0.0
    a, b = got.clamp(-1, 1).float(), want.float()
    for level in range(levels):
        before, after = (3 if level == 0 else 32 * 2 ** (level - 1)), 32 * 2**level
        kernel = torch.randn((after, before, 3, 3), generator=noise) / (9 * before) ** 0.5
        kernel = kernel.to(a.device)
        if level:
            a, b = F.avg_pool2d(a, 2), F.avg_pool2d(b, 2)
        a, b = (F.leaky_relu(F.conv2d(x, kernel, padding=1), 0.1) for x in (a, b))
        difference = F.normalize(a, dim=1) - F.normalize(b, dim=1)
        total += float((difference**2).sum(1).mean())
    return total / levels
