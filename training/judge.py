"""The judge: a small network that says what it sees on a picture of 256x256.

It is trained on drawn scenes only and measures what other models draw. Unaware of training.
"""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import nn

from training.labels import HIDDEN, MOST, QUESTIONS

if TYPE_CHECKING:
    from pathlib import Path

_WIDTHS = (24, 48, 96, 128)
_DEPTHS = (2, 4, 4)
_FEATURES = _WIDTHS[2] + _WIDTHS[3]


class _Block(nn.Module):
    """A residual block that looks around at half its width."""

    def __init__(self, width: int) -> None:
        super().__init__()
        half = width // 2
        self.norm = nn.GroupNorm(4, width)
        self.narrow = nn.Conv2d(width, half, 1)
        self.around = nn.Conv2d(half, half, 3, padding=1)
        self.wide = nn.Conv2d(half, width, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Map (B, C, h, w) to the same shape."""
        return x + self.wide(F.gelu(self.around(F.gelu(self.narrow(self.norm(x))))))


class Judge(nn.Module):
    """Looks at the whole picture; each question then pays attention to places of its own."""

    def __init__(self) -> None:
        super().__init__()
        first, *widths = _WIDTHS
        self.stem = nn.Sequential(
            nn.Conv2d(3, first, 3, stride=2, padding=1),
            nn.GELU(),
            nn.Conv2d(first, widths[0], 3, stride=2, padding=1),
        )
        self.levels = nn.ModuleList(
            nn.Sequential(*(_Block(width) for _ in range(depth)))
            for width, depth in zip(widths, _DEPTHS, strict=True)
        )
        self.shrink = nn.ModuleList(
            nn.Sequential(nn.GroupNorm(4, before), nn.Conv2d(before, after, 2, stride=2))
            for before, after in itertools.pairwise(widths)
        )
        self.norm = nn.GroupNorm(4, _FEATURES)
        self.where = nn.Conv2d(_FEATURES, len(QUESTIONS), 1)
        self.what = nn.Parameter(torch.randn(len(QUESTIONS), _FEATURES, MOST) * _FEATURES**-0.5)
        self.bias = nn.Parameter(torch.zeros(len(QUESTIONS), MOST))
        # No question has more answers than it has words.
        spare = [[0.0] * len(w) + [-1e4] * (MOST - len(w)) for w in QUESTIONS.values()]
        self.register_buffer("spare", torch.tensor(spare), persistent=False)

    def features(self, pictures: torch.Tensor) -> torch.Tensor:
        """Return what is seen where, (B, C, h/8, w/8), on pictures (B, 3, h, w) from -1 to 1."""
        x = self.levels[0](self.stem(pictures))
        fine = self.levels[1](self.shrink[0](x))
        coarse = self.levels[2](self.shrink[1](fine))
        return self.norm(torch.cat([fine, F.interpolate(coarse, scale_factor=2.0)], 1))

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Return a score (B, question, word) of every answer; missing words score very low."""
        seen = self.features(pictures)
        weight = self.where(seen).flatten(2).float().softmax(-1)
        gathered = torch.einsum("bqn,bcn->bqc", weight, seen.flatten(2).float())
        return torch.einsum("bqc,qcw->bqw", gathered, self.what) + self.bias + self.spare

    def summary(self, pictures: torch.Tensor) -> torch.Tensor:
        """Return the mean of the features (B, C): the space of the Frechet distance."""
        return self.features(pictures).mean((2, 3))


def loss(scores: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
    """Return the mean cross-entropy of scores (B, Q, W) for class numbers (B, Q)."""
    # Scores of words that don't exist are finite, so smoothing would see them: none is used.
    return F.cross_entropy(scores.flatten(0, 1), truth.flatten(), ignore_index=HIDDEN)


def save(judge: Judge, path: Path, accuracy: dict[str, dict[str, float]]) -> None:
    """Write the weights in fp16, and beside them its words and its own accuracy as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    tensors = {name: tensor.half().contiguous() for name, tensor in judge.state_dict().items()}
    save_file(tensors, path)
    card = {"questions": QUESTIONS, "accuracy": accuracy}
    path.with_suffix(".json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


def load(path: Path) -> tuple[Judge, dict[str, dict[str, float]]]:
    """Return the judge of `save` with fp32 weights, and its accuracy by kind of picture.

    Raises ValueError when it was trained for other questions.
    """
    card = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    if card["questions"] != {question: list(words) for question, words in QUESTIONS.items()}:
        raise ValueError(f"{path} was trained for other words: train the stage judge anew")
    judge = Judge()
    judge.load_state_dict({name: tensor.float() for name, tensor in load_file(path).items()})
    return judge.eval().requires_grad_(False), card["accuracy"]
