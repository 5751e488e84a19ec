"""Where a picture of one size goes in a frame of another. Plain numbers; unaware of pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle by its left upper corner and its size."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, kw_only=True)
class Fit:
    """The part of the source that is seen, and the part of the target that it fills."""

    source: Box
    target: Box
    width: int
    height: int
    """Size of the whole target; around `target` it is black."""

    @property
    def scale(self) -> float:
        """Target pixels per source pixel."""
        return self.target.width / self.source.width


def fit(source: tuple[int, int], width: int, height: int, mode: str) -> Fit:
    """Fit a picture of `source` (width, height) into the target without distorting it.

    `crop` fills the target and loses the surplus on two sides; `pad` shows everything and leaves
    two sides black. Both are centred; the picture lies on even pixels, as chroma needs.
    """
    whole = Box(0, 0, *source)
    if mode == "pad":
        scale = min(width / source[0], height / source[1])
        inner = [_even(source[0] * scale, width), _even(source[1] * scale, height)]
        left, top = ((width - inner[0]) // 4 * 2, (height - inner[1]) // 4 * 2)
        return Fit(source=whole, target=Box(left, top, *inner), width=width, height=height)
    scale = max(width / source[0], height / source[1])
    seen = (min(source[0], width / scale), min(source[1], height / scale))
    part = Box((source[0] - seen[0]) / 2, (source[1] - seen[1]) / 2, *seen)
    return Fit(source=part, target=Box(0, 0, width, height), width=width, height=height)


def _even(length: float, limit: int) -> int:
    return min(limit, max(2, round(length / 2) * 2))
