"""What falls or floats before the lens: rain, snow, petals, fireflies. Unaware of the place.

Particles are drawn on the finished picture, in pixels; each returns to its place after a period.
"""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING

import cv2
import numpy as np

from training.scenes.motion import PERIOD, swing
from training.scenes.palette import Rgb, rgb
from training.scenes.shape import ellipse

if TYPE_CHECKING:
    from collections.abc import Callable

    from training.scenes.plate import Bytes

_SHIFT = 4
_ONE = 1 << _SHIFT
_PETALS = tuple(rgb(colour) for colour in ("fbc4d6", "f7a9c4", "ffe0ea"))


def _veil(picture: Bytes, mask: Bytes, colour: Rgb, strength: float) -> None:
    """Blend `colour` into `picture` in place, where `mask` says."""
    share = mask.astype(np.float32)[..., None] * (strength / 255)
    picture[:] = (picture + (np.array(colour, np.float32) - picture) * share).astype(np.uint8)


def _fall(rng: random.Random, t: float, height: int, laps: int) -> float:
    """Return the height of a particle that falls `laps` pictures a period, a margin included."""
    span = height * 1.2
    return (rng.random() * span + laps * span * t / PERIOD) % span - 0.1 * height


def _rain(picture: Bytes, rng: random.Random, t: float, night: bool) -> None:
    height, width = picture.shape[:2]
    scale = min(height, width) / 256
    mask = np.zeros((height, width), np.uint8)
    slant = rng.uniform(-0.22, -0.08)
    for index in range(round(95 * height * width / (65536 * scale * scale))):
        near = index % 3
        length = (9, 14, 22)[near] * scale * rng.uniform(0.8, 1.2)
        y = _fall(rng, t, height, 3 + near)
        x = (rng.random() * 1.3 - 0.15) * width + slant * y
        line = np.array([(x, y), (x + slant * length, y + length)]) * _ONE
        cv2.polylines(
            mask,
            [line.astype(np.int32)],
            False,
            (110, 170, 235)[near],
            1 if near < 2 else max(1, round(scale)),
            cv2.LINE_AA,
            _SHIFT,
        )
    _veil(picture, mask, rgb("b9c8ea" if night else "f2f8ff"), 0.62)


def _snow(picture: Bytes, rng: random.Random, t: float, night: bool) -> None:
    height, width = picture.shape[:2]
    scale = min(height, width) / 256
    mask = np.zeros((height, width), np.uint8)
    for index in range(round(110 * height * width / (65536 * scale * scale))):
        radius = (0.9, 1.5, 2.6)[index % 3] * scale * rng.uniform(0.8, 1.25)
        y = _fall(rng, t, height, 1)
        x = rng.random() * width * 1.1 + 5 * scale * swing(t, rng.random())
        flake = ellipse(x, y, radius, radius, count=10) * _ONE
        cv2.fillPoly(mask, [flake.astype(np.int32)], 255, cv2.LINE_AA, _SHIFT)
    _veil(picture, mask, rgb("e4eafc" if night else "ffffff"), 0.95)


def _petals(picture: Bytes, rng: random.Random, t: float, night: bool) -> None:
    height, width = picture.shape[:2]
    scale = min(height, width) / 256
    for _ in range(round(34 * height * width / (65536 * scale * scale))):
        size = scale * rng.uniform(1.6, 4.2)
        y = _fall(rng, t, height, 1)
        x = (rng.random() * 1.2 - 0.1) * width - 0.12 * y + 9 * scale * swing(t, rng.random())
        angle = math.tau * (rng.random() + t / PERIOD)
        fold = 0.35 + 0.4 * abs(swing(t, rng.random()))
        shape = ellipse(0, 0, size, size * fold, count=12)
        shape[0] *= 0.62
        c, s = math.cos(angle), math.sin(angle)
        points = (shape @ np.array([[c, s], [-s, c]]) + (x, y)) * _ONE
        colour = rng.choice(_PETALS)
        paint = tuple(v * (0.72 if night else 1.0) for v in colour)
        cv2.fillPoly(picture, [points.astype(np.int32)], paint, cv2.LINE_AA, _SHIFT)


def _fireflies(picture: Bytes, rng: random.Random, t: float, _: bool) -> None:
    height, width = picture.shape[:2]
    scale = min(height, width) / 256
    glow = np.zeros((height, width), np.uint8)
    for _fly in range(round(26 * height * width / (65536 * scale * scale))):
        x = rng.random() * width + 7 * scale * swing(t, rng.random())
        y = (0.15 + 0.85 * rng.random()) * height + 6 * scale * swing(t, rng.random())
        light = 0.55 + 0.45 * swing(t, rng.random())
        size = scale * rng.uniform(1.1, 2.2)
        points = ellipse(x, y, size, size, count=10) * _ONE
        cv2.fillPoly(glow, [points.astype(np.int32)], int(255 * light), cv2.LINE_AA, _SHIFT)
    halo = np.asarray(cv2.GaussianBlur(glow, (0, 0), 3.2 * scale), np.uint8)
    _veil(picture, np.asarray(cv2.convertScaleAbs(halo, alpha=3.0), np.uint8), rgb("e9f07a"), 0.75)
    _veil(picture, glow, rgb("fffbd0"), 1.0)


_FALLING: dict[str, Callable[[Bytes, random.Random, float, bool], None]] = {
    "rain": _rain,
    "snow": _snow,
    "petals": _petals,
    "fireflies": _fireflies,
}


def draw_weather(picture: Bytes, weather: str, seed: int, t: float, *, night: bool) -> None:
    """Draw what falls or floats onto `picture` (height, width, 3), in place."""
    draw = _FALLING.get(weather)
    if draw is not None:
        draw(picture, random.Random(seed ^ 0x5EED), t, night)
