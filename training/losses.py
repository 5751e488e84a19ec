"""What makes a reconstruction good: colours, edges, structure, and a critic. Unaware of models.

No network trained elsewhere is used: everything here is arithmetic or starts from noise.
"""

from __future__ import annotations

import itertools

import torch
import torch.nn.functional as F
from torch import nn

# A face as large as a third of the picture is three times heavier, a small one up to 14 times.
_FACE = 0.5
_EXTRA = (2.0, 13.0)


def reconstruction(got: torch.Tensor, want: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """Return L1 and L2 of values, L1 of edges and structure, for (B, 3, h, w) from -1 to 1.

    `weight` (B, 1, h, w), of mean 1, says what matters more.
    """
    error = got - want
    across = error[..., 1:] - error[..., :-1]
    down = error[..., 1:, :] - error[..., :-1, :]
    edges = (across.abs() * weight[..., 1:]).mean() + (down.abs() * weight[..., 1:, :]).mean()
    square = (error**2 * weight).mean()
    plain = (error.abs() * weight).mean()
    return plain + square + 0.5 * edges + 0.1 * (1 - similarity(got, want))


def similarity(got: torch.Tensor, want: torch.Tensor, scales: int = 3) -> torch.Tensor:
    """Return the mean structural similarity over some halvings of (B, 3, h, w) from -1 to 1.

    SSIM (Wang et al. 2004) with a 7 x 7 box for the window.
    """
    total = got.new_zeros(())
    for scale in range(scales):
        if scale:
            got, want = F.avg_pool2d(got, 2), F.avg_pool2d(want, 2)
        total = total + _ssim(got, want)
    return total / scales


def _ssim(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    def box(x: torch.Tensor) -> torch.Tensor:
        return F.avg_pool2d(x, 7, stride=1)

    # The usual constants, for values that span 2.
    c1, c2 = (0.01 * 2) ** 2, (0.03 * 2) ** 2
    mean_a, mean_b = box(a), box(b)
    var_a = box(a * a) - mean_a**2
    var_b = box(b * b) - mean_b**2
    both = box(a * b) - mean_a * mean_b
    top = (2 * mean_a * mean_b + c1) * (2 * both + c2)
    return (top / ((mean_a**2 + mean_b**2 + c1) * (var_a + var_b + c2))).mean()


def divergence(mean: torch.Tensor, log_variance: torch.Tensor) -> torch.Tensor:
    """Return the mean Kullback-Leibler divergence from a unit normal, per element."""
    return 0.5 * (mean**2 + log_variance.exp() - 1 - log_variance).mean()


def face_weight(face: torch.Tensor, height: int, width: int) -> torch.Tensor:
    """Return weights (B, 1, height, width) of mean 1, heavier on the faces, most on small ones.

    `face` (B, 3) holds x, y and radius in pixels; radius 0 is no face.
    """
    y = torch.arange(height, device=face.device).view(1, -1, 1)
    x = torch.arange(width, device=face.device).view(1, 1, -1)
    at_x, at_y, radius = (part.view(-1, 1, 1) for part in face.unbind(1))
    inside = (x - at_x) ** 2 + (y - at_y) ** 2 < radius**2
    extra = (_FACE * height / radius.clamp(min=1)).clamp(*_EXTRA)
    weight = 1 + (extra * inside)[:, None]
    return weight / weight.mean()


class Critic(nn.Sequential):
    """A patch discriminator: says of each 8x8-pixel place whether it looks drawn.

    As in Isola et al. 2017, https://arxiv.org/abs/1611.07004, smaller.
    """

    def __init__(self, width: int = 48) -> None:
        sizes = (3, width, 2 * width, 4 * width)
        layers: list[nn.Module] = []
        for before, after in itertools.pairwise(sizes):
            layers += [nn.Conv2d(before, after, 4, 2, 1), nn.LeakyReLU(0.2)]
        layers += [nn.Conv2d(sizes[-1], sizes[-1], 3, 1, 1), nn.LeakyReLU(0.2)]
        super().__init__(*layers, nn.Conv2d(sizes[-1], 1, 3, 1, 1))

    def loss(self, fake: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
        """Return the hinge loss of telling `fake` from `real`."""
        return F.relu(1 + self(fake).float()).mean() + F.relu(1 - self(real).float()).mean()
