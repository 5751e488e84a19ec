"""What the judge says of pictures, beside what was wanted. Unaware of who drew them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from training import vae
from training.judge import load
from training.labels import QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from training.judge import Judge

    Picture = NDArray[np.uint8]

JUDGE = Path(__file__).parents[1] / "judge.safetensors"
ASKED = (
    "hair colour", "hair style", "eye colour", "outfit", "setting", "time", "framing", "weather",
)  # fmt: skip
"""The eight attributes of the issue's mean; the judge also tells outfit colour and expression."""
_BATCH = 16


@dataclass(frozen=True, kw_only=True)
class Panel:
    """The judge, with the accuracy on held-out drawn and decoded scenes that it came with."""

    judge: Judge
    accuracy: dict[str, dict[str, float]]

    @classmethod
    def of(cls, path: Path = JUDGE) -> Panel:
        """Return the judge of a file."""
        judge, accuracy = load(path)
        return cls(judge=judge, accuracy=accuracy)

    @torch.no_grad()
    def chosen(self, pictures: Sequence[Picture]) -> list[dict[str, str]]:
        """Return the word that each question is answered with, for each picture."""
        words = list(QUESTIONS.items())
        numbers = torch.cat([self.judge(part).argmax(-1) for part in _parts(pictures)]).tolist()
        return [
            {question: choices[n] for (question, choices), n in zip(words, row, strict=True)}
            for row in numbers
        ]

    @torch.no_grad()
    def chance(self, pictures: Sequence[Picture], question: str, word: str) -> float:
        """Return the mean probability that `question` is answered with `word`."""
        row = list(QUESTIONS).index(question)
        column = QUESTIONS[question].index(word)
        scores = torch.cat([self.judge(part)[:, row] for part in _parts(pictures)])
        return float(scores.softmax(-1)[:, column].mean())

    @torch.no_grad()
    def summaries(self, pictures: Sequence[Picture]) -> NDArray[np.float64]:
        """Return the judge's mean features (N, C)."""
        seen = torch.cat([self.judge.summary(part) for part in _parts(pictures)])
        return np.asarray(seen.double().numpy())


def _parts(pictures: Sequence[Picture]) -> list[torch.Tensor]:
    whole = torch.from_numpy(np.stack(pictures))
    return [vae.signal(part) for part in whole.split(_BATCH)]


Tally = dict[str, tuple[int, int]]
"""By question: how many answers were right, and of how many."""


def tally(got: Sequence[dict[str, str]], want: Sequence[dict[str, str]]) -> Tally:
    """Count the right answers by question; what isn't wanted does not count."""
    counts = {question: [0, 0] for question in QUESTIONS}
    for answer, wish in zip(got, want, strict=True):
        for question, word in wish.items():
            counts[question][0] += answer[question] == word
            counts[question][1] += 1
    return {question: (right, of) for question, (right, of) in counts.items() if of}


def mean(counts: Tally, questions: Sequence[str] = ASKED) -> float:
    """Return the mean over `questions` of the share of right answers, of those that were asked."""
    shares = [counts[q][0] / counts[q][1] for q in questions if q in counts]
    return sum(shares) / len(shares) if shares else float("nan")


def frechet(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Return the Frechet distance of two sets of features (N, C), taken for normal distributions.

    As in Heusel et al. 2017, https://arxiv.org/abs/1706.08500, on our judge's features.
    """
    gap = ((a.mean(0) - b.mean(0)) ** 2).sum()
    one, other = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    # The root's trace is the sum of the roots of the product's eigenvalues.
    values = np.linalg.eigvals(one @ other)
    root = np.sqrt(np.clip(values.real, 0, None)).sum()
    return float(gap + np.trace(one) + np.trace(other) - 2 * root)
