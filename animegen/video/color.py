"""Between full-range RGB and BT.709 limited-range YUV. Unaware of files.

swscale guesses BT.601 unless every side is named, and its default flags are off by up to 4/255;
full chroma with accurate rounding stays within half a step of ITU-R BT.709-6, item 3.
"""

from __future__ import annotations

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, Interpolation

from animegen.video.frame import RgbFrame, YuvFrame

_EXACT = (
    Interpolation.AREA
    | Interpolation.FULL_CHR_H_INT
    | Interpolation.FULL_CHR_H_INP
    | Interpolation.ACCURATE_RND
    | Interpolation.BITEXACT
)


def rgb_to_yuv(rgb: RgbFrame) -> YuvFrame:
    """Convert uint8 (H, W, 3), full range, to yuv420p; H and W are even."""
    picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), "rgb24")
    return planes_of(
        picture.reformat(
            format="yuv420p",
            src_colorspace=Colorspace.ITU709,
            dst_colorspace=Colorspace.ITU709,
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.MPEG,
            interpolation=_EXACT,
        )
    )


def yuv_to_rgb(frame: YuvFrame) -> RgbFrame:
    """Convert yuv420p to uint8 (H, W, 3), full range."""
    picture = picture_of(frame).reformat(
        format="rgb24",
        src_colorspace=Colorspace.ITU709,
        dst_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.MPEG,
        dst_color_range=ColorRange.JPEG,
        interpolation=_EXACT,
    )
    return np.asarray(picture.to_ndarray(), np.uint8)


def planes_of(picture: av.VideoFrame) -> YuvFrame:
    """Return the planes of a decoded yuv420p picture."""
    width, height = picture.width, picture.height
    flat = np.asarray(picture.to_ndarray(), np.uint8).reshape(-1)
    luma, chroma = width * height, width * height // 4
    half = (height // 2, width // 2)
    return YuvFrame(
        flat[:luma].reshape(height, width),
        flat[luma : luma + chroma].reshape(half),
        flat[luma + chroma :].reshape(half),
    )


def picture_of(frame: YuvFrame) -> av.VideoFrame:
    """Return the frame as PyAV holds it.

    Plane by plane: PyAV's own conversion from an array counts its rows in sixes and cuts off two
    where the height is not a multiple of four (av 18.1).
    """
    width, height = frame.size
    picture = av.VideoFrame(width, height, "yuv420p")
    for plane, samples in zip(picture.planes, frame, strict=True):
        rows, columns = samples.shape
        padded = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
        padded[:rows, :columns] = samples
    return picture
