"""Control maps as ControlNets know them, drawn from joints, depths and edges.

The trainer draws its maps with these functions, so what a network learnt to follow and what it is
shown at run time agree to the pixel. Unaware of models. Maps are RGB, uint8 (h, w, 3), on black.
"""

from __future__ import annotations

from colorsys import hsv_to_rgb
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Map = NDArray[np.uint8]
    Joints = NDArray[np.float32]
    """(people, joints, 3): x and y in pixels, and how sure it is; 0 is not seen."""

# OpenPose's 18 joints: nose, neck, shoulder, elbow and wrist (right, then left), hip, knee and
# ankle (right, then left), eyes and ears (right first). A limb joins two of them.
NOSE, NECK = 0, 1
LIMBS = (
    (1, 2), (1, 5), (2, 3), (3, 4), (5, 6), (6, 7), (1, 8), (8, 9), (9, 10), (1, 11), (11, 12),
    (12, 13), (1, 0), (0, 14), (14, 16), (0, 15), (15, 17),
)  # fmt: skip
_PALE = 0.6
"""A limb's brightness; joints are drawn over limbs at full brightness."""
_THICK = 1 / 52
"""Of limbs, in shorter sides of the picture: a little more than OpenPose's own 8 in 512."""
_SOFT_EDGES = 2
"""By how many pixels OpenCV draws a thick smooth line wider than it is told."""
_SUBPIXEL = 4

# Where COCO's 17 joints stand among OpenPose's 18. COCO has no neck, OpenPose's order is its own.
_COCO = (0, 15, 14, 17, 16, 5, 2, 6, 3, 7, 4, 11, 8, 12, 9, 13, 10)
_SHOULDERS = (2, 5)

_CANNY = (100, 200)
"""The thresholds of the field's own Canny maps."""


COLOURS = tuple(
    tuple(round(255 * level) for level in hsv_to_rgb(index / 18, 1, 1)) for index in range(18)
)
"""OpenPose's: equal steps of hue, from red."""


def draw_pose(people: Joints, width: int, height: int) -> Map:
    """Draw OpenPose skeletons (people, 18, 3); a joint that isn't seen is left out."""
    drawn = np.zeros((height, width, 3), np.uint8)
    thickness = max(3, round(min(width, height) * _THICK))
    for person in people:
        for colour, (start, end) in zip(COLOURS, LIMBS, strict=False):
            if person[start, 2] > 0 and person[end, 2] > 0:
                pale = [int(level * _PALE) for level in colour]
                ends = _fixed(person[start]), _fixed(person[end])
                cv2.line(drawn, *ends, pale, thickness - _SOFT_EDGES, cv2.LINE_AA, _SUBPIXEL)
    radius = round(thickness * 0.6 * 2**_SUBPIXEL)
    for person in people:
        for colour, joint in zip(COLOURS, person, strict=True):
            if joint[2] > 0:
                cv2.circle(drawn, _fixed(joint), radius, colour, -1, cv2.LINE_AA, _SUBPIXEL)
    return drawn


def _fixed(joint: NDArray[np.float32]) -> tuple[int, int]:
    x, y = (round(float(value) * 2**_SUBPIXEL) for value in joint[:2])
    return x, y


def from_coco(people: Joints) -> Joints:
    """Return COCO skeletons (people, 17, 3) as OpenPose's (people, 18, 3)."""
    joints = np.zeros((len(people), 18, 3), np.float32)
    joints[:, _COCO] = people
    return with_neck(joints)


def to_coco(people: Joints) -> Joints:
    """Return OpenPose skeletons (people, 18, 3) as COCO's (people, 17, 3)."""
    return people[:, _COCO]


def with_neck(people: Joints) -> Joints:
    """Return OpenPose skeletons whose neck is the middle of their shoulders."""
    joints = people.copy()
    shoulders = people[:, _SHOULDERS]
    joints[:, NECK, :2] = shoulders[..., :2].mean(axis=1)
    joints[:, NECK, 2] = shoulders[..., 2].min(axis=1)
    return joints


def draw_edges(picture: Map) -> Map:
    """Draw Canny edges of a picture (h, w, 3)."""
    return _grey(np.asarray(cv2.Canny(picture, *_CANNY), np.uint8))


def draw_depth(nearness: NDArray[np.float32]) -> Map:
    """Draw nearness (h, w) of any scale: the nearest is white, the farthest black."""
    low, high = float(nearness.min()), float(nearness.max())
    levels = (nearness - low) * (255 / max(high - low, 1e-6))
    return _grey(np.asarray(np.rint(levels), np.uint8))


def _grey(levels: Map) -> Map:
    return np.repeat(levels[..., None], 3, axis=2)
