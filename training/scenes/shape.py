"""Curves and polygons: where a line goes. Unaware of colours, pixels and what is being drawn.

Points are float arrays (n, 2), x to the right and y down. Curves are uniform Catmull-Rom splines;
the matrix from control points to samples depends only on their number, so it is kept.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Points: TypeAlias = npt.NDArray[np.float64]
Affine: TypeAlias = npt.NDArray[np.float64]
PointsLike: TypeAlias = npt.ArrayLike


@cache
def _basis(count: int, steps: int, closed: bool) -> Points:
    """Return the matrix (samples, count) that turns control points into curve samples."""
    spans = count if closed else count - 1
    t = np.arange(steps) / steps
    weights = 0.5 * np.stack(
        [
            -t + 2 * t**2 - t**3,
            2 - 5 * t**2 + 3 * t**3,
            t + 4 * t**2 - 3 * t**3,
            -(t**2) + t**3,
        ],
        axis=1,
    )
    matrix = np.zeros((spans * steps + (not closed), count))
    for span in range(spans):
        for tap in range(4):
            index = span + tap - 1
            index = index % count if closed else min(max(index, 0), count - 1)
            matrix[span * steps : (span + 1) * steps, index] += weights[:, tap]
    if not closed:
        matrix[-1, -1] = 1
    return matrix


def smooth(points: PointsLike, *, closed: bool = True, steps: int = 6) -> Points:
    """Return samples of the curve through `points`."""
    control = np.asarray(points, dtype=np.float64)
    return _basis(len(control), steps, closed) @ control


def joined(*runs: PointsLike, steps: int = 6) -> Points:
    """Return one polygon of several curves, with a corner wherever a curve ends."""
    return np.concatenate([smooth(run, closed=False, steps=steps) for run in runs])


def polygon(*points: tuple[float, float]) -> Points:
    """Return straight-edged points."""
    return np.array(points, dtype=np.float64)


@cache
def _slope(count: int, steps: int) -> Points:
    """Return the matrix that turns control points into the curve's direction at each sample."""
    return np.gradient(_basis(count, steps, False), axis=0)


_QUARTER = np.array([-1.0, 1.0])


def ribbon(spine: PointsLike, widths: npt.ArrayLike, *, steps: int = 5) -> Points:
    """Return a tube of half-width `widths` around a curve; one width for each control point."""
    control = np.asarray(spine, dtype=np.float64)
    matrix = _basis(len(control), steps, False)
    middle, half = matrix @ control, matrix @ np.asarray(widths, dtype=np.float64)
    along = _slope(len(control), steps) @ control
    length = np.hypot(along[:, 0], along[:, 1]) + 1e-9
    normal = along[:, ::-1] * (half / length)[:, None] * _QUARTER
    return np.concatenate([middle + normal, (middle - normal)[::-1]])


@cache
def _unit_circle(count: int) -> Points:
    angle = np.arange(count) * (2 * math.pi / count)
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


def ellipse(x: float, y: float, rx: float, ry: float, *, count: int = 28) -> Points:
    """Return an axis-aligned ellipse around (x, y)."""
    return _unit_circle(count) * (rx, ry) + (x, y)


def rectangle(left: float, top: float, right: float, bottom: float) -> Points:
    """Return the four corners of a box."""
    return polygon((left, top), (right, top), (right, bottom), (left, bottom))


def mirrored(points: PointsLike) -> Points:
    """Return `points` reflected in the y axis, in reverse order, so that the winding stays."""
    flipped: Points = np.asarray(points, dtype=np.float64)[::-1] * (-1.0, 1.0)
    return flipped


def moved(points: PointsLike, dx: float, dy: float) -> Points:
    """Return `points` shifted."""
    shifted: Points = np.asarray(points, dtype=np.float64) + np.array([dx, dy])
    return shifted


def blended(a: npt.ArrayLike, b: npt.ArrayLike, amount: float) -> Points:
    """Return the points `amount` of the way from `a` to `b`."""
    start = np.asarray(a, dtype=np.float64)
    return start + (np.asarray(b, dtype=np.float64) - start) * amount


def translation(x: float, y: float) -> Affine:
    """Return the 3x3 matrix of a shift."""
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1]], dtype=np.float64)


def scaling(x: float, y: float | None = None) -> Affine:
    """Return the 3x3 matrix of a scaling about the origin."""
    return np.diag([x, x if y is None else y, 1.0])


def rotation(degrees: float, centre: tuple[float, float] = (0, 0)) -> Affine:
    """Return the 3x3 matrix of a turn about `centre`, clockwise on the screen when positive."""
    angle = math.radians(degrees)
    c, s = math.cos(angle), math.sin(angle)
    turn = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]], dtype=np.float64)
    return translation(*centre) @ turn @ translation(-centre[0], -centre[1])


def apply(matrix: Affine, points: PointsLike) -> Points:
    """Return `points` under `matrix`."""
    moved_points: Points = np.asarray(points, dtype=np.float64) @ matrix[:2, :2].T + matrix[:2, 2]
    return moved_points
