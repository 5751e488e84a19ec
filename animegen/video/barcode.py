"""A barcode along a frame's bottom edge: which shot, which frame. Unaware of what else is drawn.

32 cells across the whole width, black or white, most significant bit first: 16 bits of the shot's
digest, 12 bits of the frame index, 4 bits of checksum. It survives scaling and lossy coding.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from animegen.video.frame import RgbFrame

CELLS = 32
_LEAST_HEIGHT = 4


class Barcode(NamedTuple):
    """What a strip says."""

    shot: int
    """`shot_code` of the shot's id."""
    frame: int
    """Index modulo 4096."""


def shot_code(shot: str) -> int:
    """Return 16 bits of the digest of a shot's id."""
    return int.from_bytes(hashlib.sha256(shot.encode()).digest()[:2], "big")


def strip_height(height: int) -> int:
    """Return the strip's height in a frame of `height` rows."""
    return max(_LEAST_HEIGHT, round(height / CELLS))


def draw_barcode(frame: RgbFrame, shot: str, index: int) -> None:
    """Draw the strip into `frame`, uint8 (H, W, 3), in place.

    Raises:
        ValueError: when the frame is narrower than the 32 cells.
    """
    height, width = frame.shape[:2]
    if width < CELLS:
        raise ValueError(f"a barcode needs {CELLS} columns, not {width}")
    payload = shot_code(shot) << 12 | index % 4096
    word = payload << 4 | _checksum(payload)
    cell = np.arange(width) * CELLS // width
    bits = word >> (CELLS - 1 - cell) & 1
    frame[height - strip_height(height) :] = (bits * 255).astype(np.uint8)[:, None]


def read_barcode(frame: NDArray[np.uint8]) -> Barcode | None:
    """Read the strip of an RGB frame (H, W, 3) or a luma plane (H, W); None where there is none."""
    height, width = frame.shape[:2]
    strip = height / CELLS
    top = int(height - 0.75 * strip)
    bottom = max(top + 1, int(height - 0.25 * strip))
    luma = frame[top:bottom].reshape(bottom - top, width, -1).mean(axis=(0, 2))
    middles = (np.arange(CELLS) + 0.5) * width / CELLS
    word = 0
    for bit in luma[middles.astype(int)] >= 128:
        word = word << 1 | int(bit)
    payload, checksum = word >> 4, word & 15
    if checksum != _checksum(payload):
        return None
    return Barcode(shot=payload >> 12, frame=payload & 4095)


def _checksum(payload: int) -> int:
    """Return 4 bits that differ when any one cell does; an all-black strip is no barcode."""
    folded = 0b1001
    while payload:
        folded ^= payload & 15
        payload >>= 4
    return folded
