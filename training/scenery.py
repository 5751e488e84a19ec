"""Draws training pictures from our own scenes. Unaware of how they are used.

The only place where the trainer meets `training.scenes`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from training import scenes
from training.tokenizer import Words

if TYPE_CHECKING:
    from training.recipe import Shape

# Seeds below are held out: no stage trains on them, measures are taken on them.
FIRST_SEED = 1_000_000
_SECONDS = 2.0
_HEAD = (0, 14, 15, 16, 17)  # nose, eyes and ears of OpenPose's 18 points
_NOSE, _NECK = 0, 1

# What people and templates write beside the words of the scenes: one token each, untrained.
_OTHERS = """
masterpiece anime clean cel shading detailed eyes vivid colors colours dramatic lighting bad low
anatomy extra limbs two heads blurry detail watermark text distorted face unstable harsh outlines
neon photo 3d render daylight washed out flat soft dynamic pose flowing background view camera
shot scene the a an of on in at by to and with from her his their is are very style picture
looking up down left right walking running standing sitting morning evening spring summer autumn
winter wind fog moon sun light dark warm cold bridge river rooftop lantern lights street sky
"""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One training picture; see `training.feed.Drawn`."""

    rgb: npt.NDArray[np.uint8]
    captions: tuple[str, ...]
    face: tuple[float, float, float]


def words() -> Words:
    """Return the vocabulary of all captions and of what people write beside them."""
    return Words([*scenes.vocabulary(), _OTHERS])


def draw(seed: int, shape: Shape, captions: int) -> Sample:
    """Draw the scene of `seed` at a moment of its own, at `shape` (width, height) pixels."""
    cv2.setNumThreads(1)
    rng = random.Random(seed)
    scene = scenes.sample(seed)
    picture = scenes.draw(scene, rng.uniform(0, _SECONDS), shape)
    return Sample(
        rgb=picture.rgb,
        captions=tuple(scenes.caption(scene, rng) for _ in range(captions)),
        face=face(picture.keypoints),
    )


def face(keypoints: npt.NDArray[np.float32]) -> tuple[float, float, float]:
    """Return x, y and radius in pixels of the largest face, radius 0 when none is seen.

    `keypoints` (people, 18, 3) are OpenPose's points: x, y, visible.
    """
    circles = [_circle(person) for person in keypoints]
    return max(circles, key=lambda circle: circle[2], default=(0.0, 0.0, 0.0))


def _circle(person: npt.NDArray[np.float32]) -> tuple[float, float, float]:
    seen = [point for point in person[list(_HEAD)] if point[2] > 0]
    if not seen:
        return 0.0, 0.0, 0.0
    x, y = np.mean([point[:2] for point in seen], axis=0)
    radius = float(np.hypot(*(person[_NOSE, :2] - person[_NECK, :2])))
    return float(x), float(y), radius
