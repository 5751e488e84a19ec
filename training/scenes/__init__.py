"""Scenes for our own anime model: a seed becomes a scene, pictures, captions and ground truth.

scene = sample(seed)                   what is to be seen, as plain values
picture = draw(scene)                  colour, depth, lines, key points: pixel for pixel
text = caption(scene, rng)             one of many ways to say it
pictures = clip(scene)                 16 frames at 8 per second; the first is `draw(scene)`
"""

from __future__ import annotations

from training.scenes.caption import caption, tags, vocabulary
from training.scenes.sampling import CHARACTERS, sample
from training.scenes.stage import Picture, clip, draw
from training.scenes.traits import Person, Scene

__all__ = [
    "CHARACTERS",
    "Person",
    "Picture",
    "Scene",
    "caption",
    "clip",
    "draw",
    "sample",
    "tags",
    "vocabulary",
]
