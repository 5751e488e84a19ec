"""A virtual camera: zoom, pan, tilt and roll over finished frames, as one affine transform.

Unaware of files and of moviepy. The camera looks at the part of the source that is delivered, so
its move and the scaling to the delivery size are one resampling, at sub-pixel precision: slow moves
do not jitter.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from animegen.video.geometry import Box, Fit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ends = tuple[float, float]


class Move(Protocol):
    """Start and end values of a camera move; units as in the storyboard's `camera`."""

    @property
    def zoom(self) -> Ends:
        """Magnification, 1 or more."""

    @property
    def pan(self) -> Ends:
        """Across the free margin: -1 left, 1 right."""

    @property
    def tilt(self) -> Ends:
        """Across the free margin: -1 bottom, 1 top."""

    @property
    def roll(self) -> Ends:
        """Degrees, clockwise, by which the camera turns the picture."""

    @property
    def ease(self) -> str:
        """`linear`, or `smooth`: slow at both ends (smoothstep)."""


@dataclass(frozen=True, kw_only=True)
class View:
    """Where the camera looks at one moment."""

    zoom: float
    pan: float
    tilt: float
    roll: float


def view_at(move: Move, progress: float) -> View:
    """Return the view at `progress`: 0 is the first screen frame, 1 the last.

    Outside (in the handles) the camera rests where it started or ended.
    """
    p = min(1.0, max(0.0, progress))
    if move.ease == "smooth":
        p = p * p * (3 - 2 * p)

    def at(ends: Ends) -> float:
        return ends[0] + (ends[1] - ends[0]) * p

    return View(zoom=at(move.zoom), pan=at(move.pan), tilt=at(move.tilt), roll=at(move.roll))


def source_of_target(view: View, fit: Fit) -> NDArray[np.float64]:
    """Return the (2, 3) matrix from the filled target's pixel centres to the source's.

    Both count from the upper left pixel's centre, as OpenCV does.
    """
    part, target = fit.source, fit.target
    margin_x, margin_y = (side / 2 * (1 - 1 / view.zoom) for side in part[2:])
    centre_x = part.x + part.width / 2 + view.pan * margin_x
    centre_y = part.y + part.height / 2 - view.tilt * margin_y
    # To turn the picture clockwise, look it up turned counter-clockwise.
    angle = math.radians(-view.roll)
    cos, sin = math.cos(angle), math.sin(angle)
    step_x = part.width / target.width / view.zoom
    step_y = part.height / target.height / view.zoom
    turn = np.array([[cos * step_x, -sin * step_y], [sin * step_x, cos * step_y]])
    middle = np.array([target.width / 2, target.height / 2]) - 0.5
    shift = np.array([centre_x, centre_y]) - 0.5 - turn @ middle
    return np.column_stack([turn, shift])


def shrunk(fit: Fit, scale: float) -> Fit:
    """Return the fit for a source that was itself scaled by `scale`."""
    part = Box(*(side * scale for side in fit.source))
    return Fit(source=part, target=fit.target, width=fit.width, height=fit.height)
