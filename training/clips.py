"""Draws clips: 16 frames of a scene, with captions. Unaware of models and of latents.

A clip begins anywhere in its scene's period, as a segment begins wherever the one before ended.
"""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from training import scenery, scenes
from training.scenes.motion import PERIOD
from training.scenes.traits import CAMERAS

if TYPE_CHECKING:
    from training.feed import Draw, Record
    from training.recipe import Shape
    from training.tokenizer import Words

FRAMES = 16
FPS = 8
WORDS = CAMERAS[1:]
"""The words of a moving camera, in the order of their numbers."""
STILL = -1
"""The number of a camera that stands still."""

# A moving camera is not back in its place after a period. Its clips begin before, at and after
# the moment when it is there, so that what a chain of segments continues from has been seen.
_EARLIEST, _LATEST = -0.6, 1.0
# The mean difference, of 255, below which nobody sees a jump.
_SAME = 0.1


def clips(words: Words, shape: Shape, captions: int, *, moving: float) -> Draw:
    """Return what draws clips of `shape` (width, height) pixels; the camera moves in a share.

    A record has `rgb` (frames, h, w, 3), token `ids` (captions, 77), the number of the camera's
    word and whether the clip `loops`. Captions don't tell how the camera moves.
    """

    def draw(seed: int) -> Record:
        cv2.setNumThreads(1)
        rng = random.Random(seed)
        # In turn, so that no word waits long for its first clip.
        number = seed % len(WORDS) if rng.random() < moving else STILL
        camera = "static" if number == STILL else WORDS[number]
        scene = scenery.scene(seed, camera=camera)
        start = rng.uniform(0, PERIOD) if number == STILL else rng.uniform(_EARLIEST, _LATEST)
        frames = [scenes.draw(scene, start + i / FPS, shape).rgb for i in range(FRAMES)]
        loops = False
        if number == STILL:
            again = scenes.draw(scene, start + FRAMES / FPS, shape).rgb
            loops = bool(np.abs(again.astype(np.int16) - frames[0]).mean() < _SAME)
        told = replace(scene, camera="static")
        ids = [words.encode(scenes.caption(told, rng)) for _ in range(captions)]
        return {
            "rgb": np.stack(frames),
            "ids": np.array(ids, np.int16),
            "camera": np.array(number, np.int8),
            "loops": np.array(loops),
        }

    return draw
