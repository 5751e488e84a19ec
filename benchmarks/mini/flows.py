"""Measures movement between frames: the camera's, the background's, people's, and flicker.

Optical flow by Dense Inverse Search (Kroeger et al., ECCV 2016). Unaware of models.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]
    Flow = NDArray[np.float32]

_TEXTURED = 12.0
"""Levels per pixel from which on an edge can be followed."""
_LEAST = 2.0
"""Pixels that a whole clip must move to count as moved at all."""
_SIDES = 0.2
"""Share of the width at either side that counts as background; people stand in the middle."""
_MIDDLE = 0.3
"""Share of the width, left and right of the middle, where people stand."""


def flow(before: Picture, after: Picture) -> Flow:
    """Return where every pixel of `before` went, (h, w, 2) in pixels: x right, y down."""
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    search.setFinestScale(0)
    grey = [cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame in (before, after)]
    return np.asarray(search.calc(*grey, None), np.float32)


def textured(picture: Picture) -> NDArray[np.bool_]:
    """Return where flow can be trusted (h, w): on edges; a flat sky moves as it likes."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    steps = np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)) / 4
    return np.asarray(cv2.dilate((steps > _TEXTURED).astype(np.uint8), np.ones((3, 3)))) > 0


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
    height, width = known.shape
    rows, columns = np.nonzero(known)
    if not len(rows):
        return np.zeros(4)
    x, y = columns - (width - 1) / 2, rows - (height - 1) / 2
    u, v = moved[rows, columns].astype(np.float64).T
    one, none = np.ones(len(x)), np.zeros(len(x))
    left = np.concatenate([np.stack([one, none, x, -y], 1), np.stack([none, one, y, x], 1)])
    right = np.concatenate([u, v])
    fit = _robust(left, right)
    reach = np.sqrt((x**2 + y**2).mean())
    return fit * (1, 1, reach, reach)


def _robust(left: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """Solve least squares twice; the second time what moves on its own (rain, an arm) is left."""
    fit = np.linalg.lstsq(left, right, rcond=None)[0]
    error = np.abs(left @ fit - right)
    near = error <= max(float(np.quantile(error, 0.8)), 0.1)
    return np.asarray(np.linalg.lstsq(left[near], right[near], rcond=None)[0])


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
    height, width = frames[0].shape[:2]
    grid = np.dstack(np.meshgrid(np.arange(width), np.arange(height))).astype(np.float32)
    rest = []
    for before, after in pairwise(frames):
        x, y = cv2.split(grid + flow(before, after))
        back = cv2.remap(after, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        rest.append(float(np.abs(back.astype(np.float32) - before).mean()))
    return float(np.mean(rest))


def change(before: Picture, after: Picture) -> float:
    """Return the mean difference of two frames in levels (0-255)."""
    return float(np.abs(after.astype(np.float32) - before).mean())
