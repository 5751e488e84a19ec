"""Control maps of drawn scenes, as the product would take them from a picture it has generated.

Pose and depth come from the scene's truth, roughened as a detector's answer is rough; edges and
lines come from the picture. Unaware of models.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from animegen.render.maps import draw_depth, draw_edges, draw_pose, with_neck

if TYPE_CHECKING:
    import random

    import numpy.typing as npt

    from animegen.render.maps import Joints, Map
    from training.scenes import Picture

KINDS = ("openpose", "depth", "canny", "lineart")

# What follows is in pixels of a picture whose shorter side is this, and grows with it.
_SIDE = 256
_SHAKE = 1.2
_OVERLOOKED = 0.04  # share of joints
_NO_FACE = 0.06  # share of people whose eyes and ears are overlooked, every one
_FACE = (14, 15, 16, 17)
_SOFT_DEPTH = 2.5
_GAMMA = (0.75, 1.35)
_SOFT = 0.9  # generated pictures are softer than drawn ones
_TRUE_LINES = 0.3  # share of line art from the scene's own lines

# controlnet-aux' standard line art: how much darker than its surroundings a point is.
_DRAWN_AT = 512
_SURROUNDINGS = 6.0
_FAINT = 8
_LEAST = 16


def control_map(kind: str, picture: Picture, rng: random.Random) -> Map:
    """Return the map of `kind` (one of `KINDS`) of `picture`, RGB, uint8 (h, w, 3)."""
    if kind == "openpose":
        height, width = picture.rgb.shape[:2]
        return draw_pose(_roughened(picture.keypoints, min(width, height), rng), width, height)
    if kind == "depth":
        gamma = rng.uniform(*_GAMMA)
        return draw_depth(_softened(picture.depth, _SOFT_DEPTH, rng) ** np.float32(gamma))
    if kind == "canny":
        return draw_edges(_softened(picture.rgb, _SOFT, rng))
    if rng.random() < _TRUE_LINES:
        return np.repeat(picture.lineart[..., None], 3, axis=2)
    return lineart(_softened(picture.rgb, _SOFT, rng))


def _softened(plane: npt.NDArray[np.generic], most: float, rng: random.Random) -> npt.NDArray:
    deviation = rng.uniform(0, most) * min(plane.shape[:2]) / _SIDE
    if deviation < 0.25:
        return plane
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), deviation), plane.dtype)


def _roughened(people: Joints, side: int, rng: random.Random) -> Joints:
    """Return the joints as a detector might have seen them."""
    dice = np.random.default_rng(rng.getrandbits(32))
    joints = with_neck(people)
    shake = dice.uniform(0, _SHAKE) * side / _SIDE
    joints[..., :2] += dice.normal(0, shake, joints[..., :2].shape)
    joints[..., 2] *= dice.random(joints.shape[:2]) >= _OVERLOOKED
    faceless = dice.random(len(joints)) < _NO_FACE
    joints[np.ix_(faceless, _FACE, [2])] = 0
    return joints


def lineart(picture: Map) -> Map:
    """Return the line art that controlnet-aux' standard detector draws, white on black.

    The product calls the package; the machines that train don't have it.
    """
    height, width = picture.shape[:2]
    scale = _DRAWN_AT / min(height, width)
    size = [round(side * scale / 64) * 64 for side in (width, height)]
    way = cv2.INTER_LANCZOS4 if scale > 1 else cv2.INTER_AREA
    x = cv2.resize(picture, size, interpolation=way).astype(np.float32)
    darker = np.clip((cv2.GaussianBlur(x, (0, 0), _SURROUNDINGS) - x).min(axis=2), 0, 255)
    strong = darker[darker > _FAINT]
    usual = max(_LEAST, float(np.median(strong))) if len(strong) else _LEAST
    lines = np.clip(darker * np.float32(127 / usual), 0, 255).astype(np.uint8)
    lines = cv2.resize(lines, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.repeat(lines[..., None], 3, axis=2)
