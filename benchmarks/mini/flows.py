"""Measures movement between frames: the camera's, the background's, people's, and flicker.

The product measures its own films by the same flow (`animegen.video.motion`). Unaware of models.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from animegen.video.motion import flow, reach, similarity, textured, unexplained

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]
    Flow = NDArray[np.float32]

_LEAST = 2.0
"""Pixels that a whole clip must move to count as moved at all."""
_SIDES = 0.2
"""Share of the width at either side that counts as background; people stand in the middle."""
_MIDDLE = 0.3
"""Share of the width, left and right of the middle, where people stand."""


@dataclass(frozen=True, kw_only=True)
class Camera:
    """How the picture moved as a whole over a clip, each in pixels (of the typical point)."""

    pan: float
    """Positive: the camera pans left, the picture moves right."""
    tilt: float
    """Positive: the camera tilts up, the picture moves down."""
    zoom: float
    """Positive: in."""
    roll: float
    """Positive: the picture turns clockwise."""

    def points(self, word: str) -> bool:
        """Whether the strongest movement is the one that a motion word names."""
        kind, _, direction = word.partition("-")
        moved = getattr(self, kind)
        strongest = max(abs(self.pan), abs(self.tilt), abs(self.zoom), abs(self.roll))
        forwards = direction in ("left", "up", "in", "cw")
        return bool(abs(moved) == strongest > _LEAST and (moved > 0) == forwards)


def camera(frames: Sequence[Picture]) -> Camera:
    """Return the similarity that fits the flow best, summed over the clip's frames."""
    total = np.sum([_similarity(flow(a, b), textured(a)) for a, b in pairwise(frames)], axis=0)
    pan, tilt, zoom, roll = (float(value) for value in total)
    return Camera(pan=pan, tilt=tilt, zoom=zoom, roll=roll)


def _similarity(moved: Flow, known: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return translation x and y, growth and turn of a flow, in pixels of the typical point."""
    far = reach(known)
    return similarity(moved, known) * (1, 1, far, far)


def background(frames: Sequence[Picture]) -> float:
    """Return the median speed of edges beside the people, in pixels a frame."""
    return _speed(frames, outside=True, share=0.5)


def people(frames: Sequence[Picture]) -> float:
    """Return the speed that a tenth of the edges in the middle exceed, in pixels a frame."""
    return _speed(frames, outside=False, share=0.9)


def _speed(frames: Sequence[Picture], *, outside: bool, share: float) -> float:
    width = frames[0].shape[1]
    away = np.abs(np.arange(width) / (width - 1) - 0.5)
    columns = away > 0.5 - _SIDES if outside else away < _MIDDLE
    speeds = []
    for before, after in pairwise(frames):
        known = textured(before) & columns
        if known.any():
            fast = np.hypot(*np.moveaxis(flow(before, after), 2, 0))
            speeds.append(float(np.quantile(fast[known], share)))
    return float(np.mean(speeds)) if speeds else 0.0


def flicker(frames: Sequence[Picture]) -> float:
    """Return the levels (0-255) by which frames differ that the flow does not explain."""
    rest = [
        float(unexplained(before, after, flow(before, after)).mean())
        for before, after in pairwise(frames)
    ]
    return float(np.mean(rest))
