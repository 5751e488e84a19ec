"""Measures how one frame became the next: the flow, the camera in it, what it leaves unexplained.

Optical flow by Dense Inverse Search (Kroeger et al., ECCV 2016). Unaware of shots and of files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from animegen.video.frame import RgbFrame

    Flow = NDArray[np.float32]
    """(H, W, 2) in pixels: x right, y down."""

_TEXTURED = 12.0
"""Levels per pixel from which on an edge can be followed."""


def flow(before: RgbFrame, after: RgbFrame) -> Flow:
    """Return where every pixel of `before` went."""
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    search.setFinestScale(0)
    left, right = (cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame in (before, after))
    guess = np.zeros((*before.shape[:2], 2), np.float32)
    return np.asarray(search.calc(left, right, guess), np.float32)


def textured(picture: RgbFrame) -> NDArray[np.bool_]:
    """Return where flow can be trusted (H, W): on edges; a flat sky moves as it likes."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    steps = np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)) / 4
    return np.asarray(cv2.dilate((steps > _TEXTURED).astype(np.uint8), np.ones((3, 3)))) > 0


def similarity(moved: Flow, known: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return what the camera did: translation x and y, growth and turn, in shares of a pixel.

    The similarity that fits the flow best where it is `known`, about the middle of the picture.
    """
    rows, columns = np.nonzero(known)
    if not len(rows):
        return np.zeros(4)
    x, y = _from_middle(rows, columns, known.shape)
    u, v = moved[rows, columns].astype(np.float64).T
    one, none = np.ones(len(x)), np.zeros(len(x))
    left = np.concatenate([np.stack([one, none, x, -y], 1), np.stack([none, one, y, x], 1)])
    return _robust(left, np.concatenate([u, v]))


def reach(known: NDArray[np.bool_]) -> float:
    """Return how far the typical known point is from the middle, in pixels."""
    rows, columns = np.nonzero(known)
    x, y = _from_middle(rows, columns, known.shape)
    return float(np.sqrt((x**2 + y**2).mean())) if len(x) else 0.0


def without_camera(moved: Flow, camera: NDArray[np.float64]) -> Flow:
    """Return a flow less the camera's part of it, as `similarity` gives it."""
    height, width = moved.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width]
    x, y = _from_middle(rows, columns, (height, width))
    across, down, growth, turn = camera
    theirs = np.dstack([across + growth * x - turn * y, down + growth * y + turn * x])
    return np.asarray(moved - theirs, np.float32)


def followed(values: NDArray[Any], moved: Flow) -> NDArray[np.float32]:
    """Return what stands in `values` (H, W, n) at the place to which each pixel went."""
    height, width = moved.shape[:2]
    grid = np.dstack(np.meshgrid(np.arange(width), np.arange(height))).astype(np.float32)
    x, y = cv2.split(grid + moved)
    there = cv2.remap(values, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(there, np.float32)


def unexplained(before: RgbFrame, after: RgbFrame, moved: Flow) -> NDArray[np.float32]:
    """Return by how many levels (0 to 255) each pixel differs that the flow does not explain."""
    return np.asarray(np.abs(followed(after, moved) - before).mean(axis=2), np.float32)


def change(before: RgbFrame, after: RgbFrame) -> float:
    """Return the mean difference of two frames in levels (0 to 255)."""
    return float(np.abs(after.astype(np.float32) - before).mean())


def _from_middle(
    rows: NDArray[Any], columns: NDArray[Any], shape: tuple[int, ...]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    height, width = shape
    x, y = columns - (width - 1) / 2, rows - (height - 1) / 2
    return np.asarray(x, np.float64), np.asarray(y, np.float64)


def _robust(left: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """Solve least squares twice; the second time what moves on its own (rain, an arm) is left."""
    fit = _solved(left, right)
    error = np.abs(left @ fit - right)
    near = error <= max(float(np.quantile(error, 0.8)), 0.1)
    return _solved(left[near], right[near])


def _solved(left: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    # By the four normal equations: many times faster than taking tens of thousands apart.
    return np.asarray(np.linalg.lstsq(left.T @ left, left.T @ right, rcond=None)[0])
