"""The 18 joints of OpenPose, from a posture. Unaware of pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from training.scenes.figure.face import ear_places, eye_places, nose_place
from training.scenes.shape import Points, apply

if TYPE_CHECKING:
    from training.scenes.figure.person import Posture

NAMES = (
    "nose", "neck", "right shoulder", "right elbow", "right wrist", "left shoulder", "left elbow",
    "left wrist", "right hip", "right knee", "right ankle", "left hip", "left knee", "left ankle",
    "right eye", "left eye", "right ear", "left ear",
)  # fmt: skip
"""OpenPose's order; right and left are the person's own."""


def keypoints(held: Posture) -> Points:
    """Return (18, 3): x and y in head units, and 1 for a joint that faces the viewer or 0.

    The skeleton's index 0 is the person's right: the viewer's left, unless seen from behind.
    """
    bones = held.skeleton
    joints = np.zeros((18, 3))
    joints[1] = (bones.neck.x, bones.neck.y + 0.25, 1)
    for row, pair in (
        (2, bones.shoulders),
        (3, bones.elbows),
        (4, bones.wrists),
        (8, bones.hips),
        (9, bones.knees),
        (10, bones.ankles),
    ):
        for side in (0, 1):
            joints[row + 3 * side] = (pair[side].x, pair[side].y, 1)
    if not held.look.behind:
        _face(joints, held)
    joints[:, 1] -= bones.pose.rise
    return joints


def _face(joints: Points, held: Posture) -> None:
    look = held.look
    eyes, ears = eye_places(look), ear_places(look)
    places = [nose_place(look), eyes[0][:2], eyes[1][:2], ears[0][:2], ears[1][:2]]
    seen = [True, eyes[0][2] > 0.3, eyes[1][2] > 0.3, ears[0][2], ears[1][2]]
    moved = apply(held.head, np.array(places))
    for row, point, shows in zip((0, 14, 15, 16, 17), moved, seen, strict=True):
        joints[row] = (*point, shows)
