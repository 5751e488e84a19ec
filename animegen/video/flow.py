"""Frames between two frames, along the optical flow. Unaware of rates and files.

Flow by Dense Inverse Search (Kroeger et al., ECCV 2016) in both directions; the flows from the
moment between are approximated as in Super SloMo (Jiang et al., CVPR 2018, equation 4).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from animegen.video.frame import RgbFrame

_TRUSTED = 20.0
"""Levels by which the two warped frames may differ and still be mixed without doubt."""
_DOUBTED = 60.0
"""Levels from which on the nearest frame is shown instead."""
_LOST = 0.5
"""Share of pixels in doubt from which on the two frames are taken for different scenes."""


def flow_between(left: RgbFrame, right: RgbFrame) -> Callable[[float], RgbFrame]:
    """Return what lies a share of the way from `left` to `right`, both uint8 (H, W, 3).

    Where the flow does not explain the change (occlusion, a cut inside the shot), the nearer frame
    is shown rather than a smear of both.
    """
    flows = _Flows(left, right)
    if flows.lost:
        return lambda share: left if share < 0.5 else right
    return flows.at


class _Flows:
    """The motion between two frames, in pixels, (H, W, 2), both ways."""

    def __init__(self, left: RgbFrame, right: RgbFrame) -> None:
        search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
        grey_left, grey_right = (cv2.cvtColor(f, cv2.COLOR_RGB2GRAY) for f in (left, right))
        self._left, self._right = left, right
        height, width = left.shape[:2]
        guess = np.zeros((height, width, 2), np.float32)
        self._forward = search.calc(grey_left, grey_right, guess.copy())
        self._backward = search.calc(grey_right, grey_left, guess)
        x, y = np.meshgrid(np.arange(width), np.arange(height))
        self._grid = np.dstack([x, y]).astype(np.float32)
        self.lost = bool((self._doubt(*self._warped(0.5)) > 0).mean() > _LOST)

    def at(self, share: float) -> RgbFrame:
        """Return the frame at `share`."""
        from_left, from_right = self._warped(share)
        doubt = self._doubt(from_left, from_right)[..., None]
        both = from_left * np.float32(1 - share) + from_right * np.float32(share)
        nearest = self._left if share < 0.5 else self._right
        frame = both * (1 - doubt) + nearest * doubt
        return np.asarray(np.rint(frame), np.uint8)

    def _warped(self, share: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return both frames moved to `share`, float32 (H, W, 3), 0 to 255."""
        t, rest = np.float32(share), np.float32(1 - share)
        to_left = t * t * self._backward - rest * t * self._forward
        to_right = rest * rest * self._forward - rest * t * self._backward
        return self._sample(self._left, to_left), self._sample(self._right, to_right)

    def _sample(self, frame: RgbFrame, flow: NDArray[np.float32]) -> NDArray[np.float32]:
        x, y = cv2.split(self._grid + flow)
        sampled = cv2.remap(frame, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(sampled, np.float32)

    @staticmethod
    def _doubt(first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return 0 where both warped frames agree, 1 where they cannot both be right, (H, W)."""
        apart = cv2.blur(np.abs(first - second).max(axis=2), (5, 5))
        return np.clip((apart - _TRUSTED) / (_DOUBTED - _TRUSTED), 0, 1)
