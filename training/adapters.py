"""Low-rank adapters of a UNet's linear and convolution layers (LoRA), and how they are trained.

As in Hu et al. 2021, https://arxiv.org/abs/2106.09685. While they are trained they are added into
the weights, not beside the layers: one small product per layer costs less than a second branch
through every picture. A motion UNet names the layers of its 2D UNet alike, so the same adapters
act on both. Unaware of losses, of data and of file formats.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torch.func import functional_call

if TYPE_CHECKING:
    from collections.abc import Iterator

Weights = dict[str, torch.Tensor]


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Which layers are adapted, as a pattern that their names match from the start, and how much.

    `rank` is that of linear layers and 1x1 convolutions, `wide` that of 3x3 convolutions.
    """

    pattern: str
    rank: int
    wide: int


# The layers that the public few-step LoRAs of SDXL adapt.
EVERYWHERE = r"(down_blocks|mid_block|up_blocks)\."
ATTENTION = r"(down_blocks|mid_block|up_blocks)\S*\.attentions\."


class Adapters(nn.Module):
    """The pairs of matrices for one UNet; they change nothing until they are trained.

    `down` holds (rank, inputs) and `up` (outputs, rank), by the layer's name with underscores.
    """

    def __init__(self, unet: nn.Module, reach: Reach) -> None:
        super().__init__()
        self.names = {name.replace(".", "_"): name for name, _ in _layers(unet, reach)}
        self.down, self.up = nn.ParameterDict(), nn.ParameterDict()
        for name, weight in _layers(unet, reach):
            outputs, inputs = len(weight), weight[0].numel()
            spread = weight.ndim == 4 and weight.shape[-1] > 1
            rank = min(reach.wide if spread else reach.rank, outputs, inputs)
            slug = name.replace(".", "_")
            # Both are made where the weights are.
            down = torch.empty((rank, inputs), device=weight.device)
            self.down[slug] = nn.Parameter(nn.init.kaiming_uniform_(down, a=math.sqrt(5)))
            self.up[slug] = nn.Parameter(torch.zeros((outputs, rank), device=weight.device))

    def pairs(self) -> Iterator[tuple[str, torch.Tensor, torch.Tensor]]:
        """Yield the name of every adapted layer with its down and up matrix."""
        for slug, name in self.names.items():
            yield name, self.down[slug], self.up[slug]

    def weights(self, unet: nn.Module, scale: float = 1.0) -> Weights:
        """Return the adapted weights of `unet`'s layers by their names, at this LoRA weight."""
        layers = dict(unet.named_parameters())
        changed: Weights = {}
        # Half precision would lose small changes to large weights.
        with torch.autocast(next(self.parameters()).device.type, enabled=False):
            for name, down, up in self.pairs():
                weight = layers[f"{name}.weight"]
                both = torch.addmm(weight.float().flatten(1), up, down, alpha=scale)
                changed[f"{name}.weight"] = both.view(weight.shape)
        return changed


def _layers(unet: nn.Module, reach: Reach) -> Iterator[tuple[str, torch.Tensor]]:
    for name, module in unet.named_modules():
        layer = isinstance(module, nn.Linear | nn.Conv2d)
        if layer and "motion_modules" not in name and re.match(reach.pattern, name):
            yield name, module.weight


def call(unet: nn.Module, weights: Weights | None, *arguments: Any, **named: Any) -> torch.Tensor:
    """Return what `unet` predicts, with some of its weights exchanged."""
    named |= {"return_dict": False}
    if not weights:
        found: tuple[torch.Tensor, ...] = unet(*arguments, **named)
    else:
        found = functional_call(unet, weights, arguments, named)
    return found[0]
