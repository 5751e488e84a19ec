"""Draws training pictures from our own scenes. Unaware of how they are used.

The only place where the trainer meets `training.scenes`.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import numpy.typing as npt

from training import scenes
from training.held_out import held_out
from training.tokenizer import Words

if TYPE_CHECKING:
    from training.feed import Draw, Record
    from training.recipe import Recipe, Shape
    from training.scenes import Scene

# Seeds below are held out: no stage trains on them, measures are taken on them.
FIRST_SEED = 1_000_000
_STAND_IN = 7_000_000_000
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


def words() -> Words:
    """Return the vocabulary of all captions and of what people write beside them."""
    return Words([*scenes.vocabulary(), _OTHERS])


def scene(seed: int, **wishes: Any) -> Scene:
    """Return the scene of `seed`, or of one that stands in for it if its words are held out.

    `wishes` are those of `training.scenes.sample`. Held-out seeds may be anything.
    """
    found = scenes.sample(seed, **wishes)
    while seed >= FIRST_SEED and held_out(found):
        seed += _STAND_IN
        found = scenes.sample(seed, **wishes)
    return found


def still(words: Words, shape: Shape, captions: int) -> Draw:
    """Return what draws stills of `shape` (width, height) pixels, each at a moment of its own.

    A record has `rgb` (h, w, 3), token `ids` (captions, 77) and the largest `face`: x, y, radius.
    """

    def draw(seed: int) -> Record:
        cv2.setNumThreads(1)
        rng = random.Random(seed)
        drawn = scene(seed)
        picture = scenes.draw(drawn, rng.uniform(0, _SECONDS), shape)
        ids = [words.encode(scenes.caption(drawn, rng)) for _ in range(captions)]
        return {
            "rgb": picture.rgb,
            "ids": np.array(ids, np.int16),
            "face": np.array(face(picture.keypoints), np.float32),
        }

    return draw


def held_out_stills(words: Words, recipe: Recipe) -> dict[str, npt.NDArray[Any]]:
    """Return the records that measure a stage: pictures that none is trained on, stacked."""
    draw = still(words, recipe.native, recipe.captions)
    drawn = [draw(seed) for seed in range(recipe.held_out)]
    return {name: np.stack([one[name] for one in drawn]) for name in drawn[0]}


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
