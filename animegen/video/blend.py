"""Mixes two frames. Unaware of transitions and films.

Integer arithmetic with 16-bit weights: the same result on every processor, rounded half up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from animegen.video.frame import YuvFrame

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ONE = 1 << 16


def mix(first: YuvFrame, second: YuvFrame, share: float) -> YuvFrame:
    """Return `first * (1 - share) + second * share`, plane by plane; `share` is 0 to 1."""
    return YuvFrame(*(mix_planes(a, b, share) for a, b in zip(first, second, strict=True)))


def mix_planes(
    first: NDArray[np.uint8], second: NDArray[np.uint8], share: float
) -> NDArray[np.uint8]:
    """Mix two uint8 arrays of the same shape."""
    weight = round(share * _ONE)
    total = first.astype(np.uint32)
    total *= np.uint32(_ONE - weight)
    total += second.astype(np.uint32) * np.uint32(weight)
    total += np.uint32(_ONE // 2)
    total >>= np.uint32(16)
    return total.astype(np.uint8)
