"""The look of the aesthetic LoRA: how a picture is lit and graded after it is drawn.

Far things drift into the air's colour and out of focus, a soft light comes from above, edges catch
it, highlights bloom, shadows turn cool, corners fall off. Arithmetic on pixels; unaware of scenes.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Rgb = tuple[float, float, float]


@dataclass(frozen=True, kw_only=True)
class Mood:
    """The light of a time of day: colours from 0 to 1."""

    light: Rgb
    air: Rgb
    shade: Rgb
    glow: float  # strength of the light from above
    tint: float  # and of the colours on everything


MOODS = {
    "day": Mood(
        light=(1.0, 0.86, 0.6),
        air=(0.72, 0.86, 1.0),
        shade=(0.34, 0.36, 0.62),
        glow=0.2,
        tint=0.7,
    ),
    "sunset": Mood(
        light=(1.0, 0.66, 0.4),
        air=(1.0, 0.70, 0.60),
        shade=(0.44, 0.26, 0.54),
        glow=0.36,
        tint=0.75,
    ),
    "night": Mood(
        light=(0.62, 0.74, 1.0),
        air=(0.30, 0.34, 0.70),
        shade=(0.38, 0.30, 0.60),
        glow=0.26,
        tint=0.45,
    ),
}


def graded(rgb: Bytes, people: Bytes, depth: Floats, mood: Mood) -> Bytes:
    """Return the picture (h, w, 3) in this mood, lit from the upper left as the scenes are.

    `people` (h, w) is 255 where somebody is, `depth` (h, w) from 0, far, to 1.
    """
    picture = rgb.astype(np.float32) / 255
    who = _soft(people.astype(np.float32) / 255, 0.003)[..., None]
    picture = _distant(picture, who, depth, mood)
    light = _beam(rgb.shape[:2])[..., None]
    picture = _lit(picture, light, who, mood)
    picture = _edged(picture, people, mood)
    picture = _bloomed(picture)
    return np.asarray((_toned(picture) * 255).round(), np.uint8)


def _soft(picture: Floats, share: float) -> Floats:
    """Blur by a share of the picture's height."""
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), share * len(picture)), np.float32)


def _screen(picture: Floats, light: Floats) -> Floats:
    return np.asarray(1 - (1 - picture) * (1 - light), np.float32)


def _distant(picture: Floats, who: Floats, depth: Floats, mood: Mood) -> Floats:
    """Blur a little and fade what lies behind the people."""
    # The people's colours must not bleed into what is behind them.
    share = _soft(1 - who[..., 0], 0.006)[..., None]
    behind = _soft(picture * (1 - who), 0.006) / np.maximum(share, 0.05)
    far = np.clip(1 - depth, 0, 1)[..., None] * (1 - who)
    # A landscape stays sharp.
    picture = picture + (behind - picture) * far * (0.6 if who.mean() > 0.05 else 0.0)
    return np.asarray(picture + (np.array(mood.air, np.float32) - picture) * far * 0.12, np.float32)


def _beam(size: tuple[int, ...]) -> Floats:
    """Return where light falls: most in the upper left corner."""
    height, width = size
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = x / width, y / height
    away = np.hypot(x - 0.08, (y + 0.05) * 0.9)
    return np.asarray(np.clip(1 - away / 1.15, 0, 1) ** 1.6, np.float32)


def _lit(picture: Floats, light: Floats, who: Floats, mood: Mood) -> Floats:
    """Let everything pass from the light's colour to the shade's, and lay the beam over it."""
    warm, cool = np.array(mood.light, np.float32), np.array(mood.shade, np.float32)
    tint = cool + (warm - cool) * np.clip(0.28 + 0.9 * light, 0, 1)
    picture = picture + (_soft_light(picture, tint) - picture) * mood.tint * (1 - 0.45 * who)
    strength = light**2 * mood.glow * (1 - 0.6 * who)
    return _screen(picture, np.asarray(strength * warm, np.float32))


def _soft_light(picture: Floats, tint: Floats) -> Floats:
    return np.asarray((1 - 2 * tint) * picture**2 + 2 * tint * picture, np.float32)


def _edged(picture: Floats, people: Bytes, mood: Mood) -> Floats:
    """Let the people's edges catch the light."""
    step = max(1, round(len(people) / 110))
    inside = people.astype(np.float32) / 255
    moved = np.zeros_like(inside)
    moved[step:, step:] = inside[:-step, :-step]
    edge = _soft(np.asarray(np.clip(inside - moved, 0, 1), np.float32), 0.003) * inside
    return _screen(picture, edge[..., None] * 0.75 * np.array(mood.light, np.float32))


def _bloomed(picture: Floats) -> Floats:
    """Let what is bright shine over its edges."""
    luma = picture.mean(2, keepdims=True)
    bright = picture * np.clip((luma - 0.74) / 0.26, 0, 1)
    halo = 0.55 * _soft(bright, 0.016) + 0.45 * _soft(bright, 0.06)
    return _screen(picture, np.asarray(0.26 * halo, np.float32))


def _toned(picture: Floats) -> Floats:
    """Deepen the colours, most where they are dull, bend the contrast, darken the corners."""
    luma = picture.mean(2, keepdims=True)
    spread = picture.max(2, keepdims=True) - picture.min(2, keepdims=True)
    picture = luma + (picture - luma) * (1.28 - 0.2 * spread)
    picture = np.clip(picture, 0, 1)
    picture = picture + 0.25 * (picture * picture * (3 - 2 * picture) - picture)
    height, width = picture.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    away = np.hypot(x / width - 0.5, y / height - 0.5)
    corner = 1 - 0.5 * np.clip(away - 0.4, 0, 1)[..., None]
    return np.asarray(np.clip(picture * corner, 0, 1), np.float32)
