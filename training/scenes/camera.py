"""The camera's movement as a matrix on the frame. Unaware of what it looks at.

Words name what the camera does: when it pans left, the picture moves right; `roll-cw` turns the
picture clockwise. Frame units: half the shorter side of the picture; the centre is the origin.
"""

from __future__ import annotations

from training.scenes.motion import PERIOD
from training.scenes.shape import Affine, rotation, scaling, translation

_PAN = 0.5
_ZOOM = 1.4
_ROLL = 14.0


def camera_at(word: str, t: float, closeness: float) -> Affine:
    """Return where the camera has moved the picture after `t` seconds.

    `closeness` is how fast a layer moves: 1 for what is near, towards 0 for the horizon. Rolling
    ignores it; zooming and moving are parallax.
    """
    share = t / PERIOD
    way, _, direction = word.partition("-")
    if way == "pan":
        return translation(_PAN * share * closeness * (1 if direction == "left" else -1), 0.0)
    if way == "tilt":
        return translation(0.0, _PAN * share * closeness * (1 if direction == "up" else -1))
    if way == "zoom":
        grown = 1 + (_ZOOM - 1) * share * closeness
        return scaling(grown if direction == "in" else 1 / grown)
    if way == "roll":
        return rotation(_ROLL * share * (1 if direction == "cw" else -1))
    return scaling(1.0)
