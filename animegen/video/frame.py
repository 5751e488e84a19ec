"""A decoded frame as its three planes. Unaware of files and films."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

RgbFrame = NDArray[np.uint8]
"""One full-range RGB picture, uint8 (H, W, 3)."""

BLACK_LUMA = 16
NEUTRAL_CHROMA = 128


class YuvFrame(NamedTuple):
    """One yuv420p frame, BT.709, limited range: uint8 planes (H, W), (H/2, W/2), (H/2, W/2)."""

    y: NDArray[np.uint8]
    u: NDArray[np.uint8]
    v: NDArray[np.uint8]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.y.shape[1], self.y.shape[0]


def black(width: int, height: int) -> YuvFrame:
    """Return a black frame; width and height are even."""
    chroma = np.full((height // 2, width // 2), NEUTRAL_CHROMA, np.uint8)
    return YuvFrame(np.full((height, width), BLACK_LUMA, np.uint8), chroma, chroma)
