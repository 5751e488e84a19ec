"""A decoded frame as its three planes. Unaware of files and films."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class YuvFrame(NamedTuple):
    """One yuv420p frame, BT.709, limited range: uint8 planes (H, W), (H/2, W/2), (H/2, W/2)."""

    y: NDArray[np.uint8]
    u: NDArray[np.uint8]
    v: NDArray[np.uint8]
