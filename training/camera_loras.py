"""Eight motion LoRAs, one for each word of the camera, side by side in one batch of clips.

They sit on the projections of the motion modules' attention, as those of AnimateDiff do (Guo et
al. 2023, https://arxiv.org/abs/2307.04725). In a batch, the clips of a still camera come first
and wear none; those of the words follow in order, as many of each. So all eight are trained, and
shown, at once. Unaware of losses and of files.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import nn

from training.clips import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diffusers import MotionAdapter

RANK = 4
"""Keeps a file at 0.3 MB."""
_PROJECTIONS = ("to_q", "to_k", "to_v", "to_out.0")


@dataclass
class Layout:
    """How a batch is dealt: clips that wear no LoRA, and clips of each word."""

    still: int
    moving: int


class CameraLoras(nn.Module):
    """`down` (words, rank, inputs) and `up` (words, outputs, rank), by the layer's name.

    Names have underscores for dots. They change nothing until they are trained.
    """

    def __init__(self, adapter: MotionAdapter, layout: Layout) -> None:
        super().__init__()
        self.layout = layout
        self.names = {name.replace(".", "_"): name for name in _projections(adapter)}
        self.down, self.up = nn.ParameterDict(), nn.ParameterDict()
        for slug, name in self.names.items():
            outputs, inputs = adapter.get_submodule(name).weight.shape
            down = torch.randn(len(WORDS), RANK, inputs) / inputs**0.5
            self.down[slug] = nn.Parameter(down)
            self.up[slug] = nn.Parameter(torch.zeros(len(WORDS), outputs, RANK))

    def put_on(self, adapter: MotionAdapter) -> None:
        """Let the adapter's projections wear these; the names of its weights stay as they are."""
        for slug, name in self.names.items():
            parent, _, last = name.rpartition(".")
            worn = _Worn(adapter.get_submodule(name), self.down[slug], self.up[slug], self.layout)
            setattr(adapter.get_submodule(parent), last, worn)

    @contextmanager
    def dealt(self, *, still: int, moving: int) -> Iterator[None]:
        """Take batches of another layout for a while."""
        before = self.layout.still, self.layout.moving
        self.layout.still, self.layout.moving = still, moving
        try:
            yield
        finally:
            self.layout.still, self.layout.moving = before

    def pairs(self, word: str) -> Iterator[tuple[str, torch.Tensor, torch.Tensor]]:
        """Yield each layer's name with the down and up matrix of this word's LoRA."""
        number = WORDS.index(word)
        for slug, name in self.names.items():
            yield name, self.down[slug][number], self.up[slug][number]


class _Worn(nn.Linear):
    """A linear layer on which the clips of a batch wear LoRAs."""

    def __init__(
        self, linear: nn.Linear, down: nn.Parameter, up: nn.Parameter, layout: Layout
    ) -> None:
        nn.Module.__init__(self)
        self.in_features, self.out_features = linear.in_features, linear.out_features
        self.weight, self.bias = linear.weight, linear.bias
        # In a tuple they don't count as this layer's own weights.
        self.pair = down, up
        self.layout = layout

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """Map `tokens` (clips * places, frames, inputs)."""
        plain = F.linear(tokens, self.weight, self.bias)
        still, moving = self.layout.still, self.layout.moving * len(WORDS)
        if not moving:
            return plain
        first = len(tokens) * still // (still + moving)
        down, up = self.pair
        worn = tokens[first:].reshape(len(WORDS), -1, self.in_features)
        change = torch.bmm(torch.bmm(worn, down.mT), up.mT)
        moved = plain[first:] + change.view_as(plain[first:])
        return torch.cat([plain[:first], moved]) if first else moved


def _projections(adapter: MotionAdapter) -> list[str]:
    return [
        name
        for name, module in adapter.named_modules()
        if isinstance(module, nn.Linear) and name.endswith(_PROJECTIONS)
    ]
