"""Draws a curve small enough to stand in a line of text, as the points of an SVG."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, HEIGHT = 120, 28
_EDGE = 2


@dataclass(frozen=True, kw_only=True)
class Sparkline:
    """A curve in a box of WIDTH by HEIGHT; y grows downwards, as SVG has it."""

    points: str
    """Of a polyline."""
    marks: tuple[float, ...]
    """Where upright lines stand: at the borders of segments."""
    bound: float | None
    """How high the line lies that the curve should stay on one side of."""
    top: float
    """The value at the upper edge."""


def sparkline(
    values: Sequence[float], *, bound: float | None = None, marks: Sequence[int] = ()
) -> Sparkline:
    """Return the curve of `values` from 0 up, with room for `bound`."""
    top = max([*values, 1.25 * (bound or 0.0)]) or 1.0
    return Sparkline(
        points=" ".join(f"{_x(i, len(values)):.1f},{_y(v, top):.1f}" for i, v in enumerate(values)),
        marks=tuple(round(_x(mark, len(values)), 1) for mark in marks),
        bound=None if bound is None else round(_y(bound, top), 1),
        top=top,
    )


def _x(index: int, count: int) -> float:
    return _EDGE + index * (WIDTH - 2 * _EDGE) / max(1, count - 1)


def _y(value: float, top: float) -> float:
    return HEIGHT - _EDGE - value / top * (HEIGHT - 2 * _EDGE)
