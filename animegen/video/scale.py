"""Resamples a frame to the delivery size, with or without a camera. Unaware of time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from animegen.video.camera import View, shrunk, source_of_target

if TYPE_CHECKING:
    from animegen.video.frame import RgbFrame
    from animegen.video.geometry import Fit


def scale(frame: RgbFrame, fit: Fit) -> RgbFrame:
    """Return uint8 (fit.height, fit.width, 3): the seen part of `frame`, (H, W, 3), centred.

    Lanczos where it grows, area averages where it shrinks; a frame of the right size passes
    untouched.
    """
    height, width = frame.shape[:2]
    inner_width, inner_height = int(fit.target.width), int(fit.target.height)
    # Rounded, so that the seen part is whole pixels: at most half a pixel of stretch.
    scaled_width = max(inner_width, round(width * fit.scale))
    scaled_height = max(inner_height, round(height * fit.scale))
    if (scaled_width, scaled_height) != (width, height):
        kind = cv2.INTER_AREA if fit.scale < 1 else cv2.INTER_LANCZOS4
        resized = cv2.resize(frame, (scaled_width, scaled_height), interpolation=kind)
        frame = np.asarray(resized, np.uint8)
    left, top = (scaled_width - inner_width) // 2, (scaled_height - inner_height) // 2
    return _padded(frame[top : top + inner_height, left : left + inner_width], fit)


def film(frame: RgbFrame, fit: Fit, view: View) -> RgbFrame:
    """Return what the camera sees of `frame`, (H, W, 3), as uint8 (fit.height, fit.width, 3).

    Bicubic at sub-pixel positions: nearly as sharp as Lanczos, which costs fifteen times as much
    in an affine transform. Beyond the frame's edge its last pixels continue.
    """
    if fit.scale < 1:
        # Bicubic would alias: average first, then look at the smaller picture at scale 1.
        height, width = frame.shape[:2]
        size = (max(1, round(width * fit.scale)), max(1, round(height * fit.scale)))
        frame = np.asarray(cv2.resize(frame, size, interpolation=cv2.INTER_AREA), np.uint8)
        fit = shrunk(fit, fit.scale)
    seen = cv2.warpAffine(
        frame,
        source_of_target(view, fit),
        (int(fit.target.width), int(fit.target.height)),
        flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return _padded(np.asarray(seen, np.uint8), fit)


def _padded(picture: RgbFrame, fit: Fit) -> RgbFrame:
    """Return the picture at its place in a black frame, unless it fills it."""
    height, width = picture.shape[:2]
    if (width, height) == (fit.width, fit.height):
        return picture
    left, top = int(fit.target.x), int(fit.target.y)
    frame = np.zeros((fit.height, fit.width, 3), np.uint8)
    frame[top : top + height, left : left + width] = picture
    return frame
