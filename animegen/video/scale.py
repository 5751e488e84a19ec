"""Resamples a frame: Lanczos where it grows, area averages where it shrinks. Unaware of time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from animegen.video.camera import STILL, View, shrunk, source_of_target

if TYPE_CHECKING:
    from animegen.video.frame import RgbFrame
    from animegen.video.geometry import Fit


def film(frame: RgbFrame, fit: Fit, view: View = STILL) -> RgbFrame:
    """Return uint8 (fit.height, fit.width, 3): what the camera sees of `frame`, (H, W, 3).

    A frame that is delivered as it is passes untouched.
    """
    height, width = frame.shape[:2]
    if view == STILL and fit.source == fit.target == (0, 0, width, height):
        return frame
    if fit.scale < 1:
        # Lanczos would alias: average first, then look at the smaller picture at scale 1.
        size = (max(1, round(width * fit.scale)), max(1, round(height * fit.scale)))
        frame = np.asarray(cv2.resize(frame, size, interpolation=cv2.INTER_AREA), np.uint8)
        fit = shrunk(fit, fit.scale)
    left, top, inner_width, inner_height = (int(side) for side in fit.target)
    seen = cv2.warpAffine(
        frame,
        source_of_target(view, fit),
        (inner_width, inner_height),
        flags=cv2.INTER_LANCZOS4 | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    if (inner_width, inner_height) == (fit.width, fit.height):
        return np.asarray(seen, np.uint8)
    padded = np.zeros((fit.height, fit.width, 3), np.uint8)
    padded[top : top + inner_height, left : left + inner_width] = seen
    return padded
