"""The face: its contour, ears, nose, mouth, brows and blush. Unaware of hair and eyes' insides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from training.scenes.figure.eyes import draw_eye
from training.scenes.palette import Rgb, Tone, mix, rgb
from training.scenes.shape import (
    Points,
    PointsLike,
    ellipse,
    joined,
    moved,
    polygon,
    ribbon,
    smooth,
    translation,
)

if TYPE_CHECKING:
    from training.scenes.figure.look import Look
    from training.scenes.plate import Cel, Plate

_FRONT_RIGHT = [
    (0.6, -0.78), (0.87, -0.3), (0.895, 0.1), (0.87, 0.38),
    (0.77, 0.66), (0.52, 0.92), (0.2, 1.11),
]  # fmt: skip
_FRONT = np.array(
    [(0.0, -0.95), *_FRONT_RIGHT, (0.0, 1.165), *[(-x, y) for x, y in _FRONT_RIGHT[::-1]]]
)
_TURNED = np.array([
    (0.1, -0.95), (0.68, -0.75), (0.88, -0.3), (0.83, 0.08), (0.875, 0.38), (0.81, 0.68),
    (0.66, 0.93), (0.46, 1.12), (0.32, 1.165), (0.12, 1.09), (-0.26, 0.9), (-0.56, 0.66),
    (-0.7, 0.38), (-0.78, 0.1), (-0.8, -0.3), (-0.55, -0.78),
])  # fmt: skip
_PROFILE = np.array([
    (0.1, -0.95), (0.66, -0.76), (0.9, -0.28), (0.855, 0.1), (0.955, 0.46), (0.865, 0.57),
    (0.88, 0.74), (0.8, 1.0), (0.66, 1.15), (0.4, 1.1), (0.02, 0.92), (-0.24, 0.62),
    (-0.3, 0.3), (-0.4, 0.0), (-0.5, -0.3), (-0.4, -0.78),
])  # fmt: skip

_MOUTH_INSIDE = rgb("a8434f")
_TONGUE = rgb("f08d90")
_BLUSH = rgb("ff8f8f")


def contour(look: Look) -> Points:
    """Return the outline of the face."""
    return smooth(look.keyed(_FRONT, _TURNED, _PROFILE), steps=4)


def eye_places(look: Look) -> tuple[tuple[float, float, float], ...]:
    """Return (x, y, relative width) of the eyes: the viewer's left one, then the right one."""
    front = [(-0.43, 1.0), (0.43, 1.0)]
    turned = [(-0.05, 0.97), (0.645, 0.66)]
    profile = [(0.56, 0.56), (0.95, 0.0)]
    amount = min(abs(look.yaw), 85.0)
    a, b, u = (
        (front, turned, amount / 40) if amount <= 40 else (turned, profile, (amount - 40) / 45)
    )
    places = [
        (p[0] + (q[0] - p[0]) * u, 0.2, p[1] + (q[1] - p[1]) * u) for p, q in zip(a, b, strict=True)
    ]
    if look.yaw < 0:
        places = [(-x, y, w) for x, y, w in places[::-1]]
    return tuple(places)


def mouth_place(look: Look) -> tuple[float, float, float]:
    """Return (x, y, relative width) of the mouth."""
    x, width = look.keyed([(0, 1)], [(0.37, 0.82)], [(0.76, 0.5)])[0]
    return (x, 0.77, abs(width))


def nose_place(look: Look) -> tuple[float, float]:
    """Return the tip of the nose."""
    x, y = look.keyed([(0, 0.5)], [(0.54, 0.5)], [(0.94, 0.45)])[0]
    return (x, y)


def ear_places(look: Look) -> tuple[tuple[float, float, bool], ...]:
    """Return (x, y, seen) of the ears: the viewer's left one, then the right one."""
    near = look.keyed([(0.91, 0.24)], [(0.9, 0.24)], [(0.9, 0.24)])[0][0]
    far = look.keyed([(-0.91, 0.24)], [(-0.62, 0.26)], [(-0.16, 0.28)])[0][0]
    turned = look.yaw > 18
    away = look.yaw < -18
    left, right = (far, near) if look.yaw >= 0 else (near, far)
    return ((left, 0.26, not away), (right, 0.26, not turned))


def draw_ears(plate: Plate, look: Look, skin: Tone, depth: float) -> None:
    """Draw the ears that can be seen."""
    for side, (x, y, seen) in zip((-1, 1), ear_places(look), strict=True):
        if not seen:
            continue
        cel = plate.cel(skin, depth)
        outer = [(0.0, -0.2), (0.13, -0.26), (0.19, -0.1), (0.13, 0.12), (0.03, 0.24), (-0.06, 0.1)]
        ear = smooth(np.array(outer) * (side, 1) + (x, y), steps=4)
        plate.shape(ear, cel, weight=0.8)
        inner = ribbon(
            np.array([(0.03, -0.12), (0.11, -0.12), (0.06, 0.06)]) * (side, 1) + (x, y),
            [0.01, 0.035, 0.01],
        )
        plate.fill(inner, cel.shade)


def draw_face(plate: Plate, look: Look, skin: Tone, depth: float, bangs: Points) -> Cel:
    """Draw the bare face with the shadow that the hair (`bangs`) casts; return its cel."""
    cel = plate.cel(skin, depth)
    outline = contour(look)
    plate.shape(outline, cel)
    plate.fill(moved(bangs, 0.02, 0.1), cel.shade, within=cel.span)
    if look.blush:
        _draw_blush(plate, look, skin, cel, depth)
    return cel


def _draw_blush(plate: Plate, look: Look, skin: Tone, cel: Cel, depth: float) -> None:
    glow = plate.ink(mix(skin.base, _BLUSH, 0.38), depth)
    dash = plate.ink(mix(skin.base, rgb("e2505c"), 0.6), depth)
    for x, y, width in eye_places(look):
        if width < 0.3:
            continue
        outward = 0.12 * width * (1 if x > look.yaw / 80 else -1)
        plate.fill(
            ellipse(x + outward, y + 0.36, 0.21 * width, 0.1, count=18), glow, within=cel.span
        )
        for step in (-1, 0, 1):
            at = x + outward + step * 0.085 * width
            plate.fill(
                ribbon([(at + 0.025, y + 0.31), (at - 0.025, y + 0.41)], [0.012, 0.012]), dash
            )


def draw_features(
    plate: Plate, look: Look, skin: Tone, eye: Rgb, lash: Rgb, cel: Cel, depth: float
) -> None:
    """Draw eyes, nose and mouth."""
    for index, (x, y, width) in enumerate(eye_places(look)):
        if width < 0.3:
            continue
        side = (-1, 1)[index]
        winking = look.expression.mouth == "laugh" and look.expression.happy and side > 0
        draw_eye(plate, (x, y), width, side, look, eye, lash, 0.0 if winking else look.lids, depth)
    _draw_nose(plate, look, skin, depth)
    x, y, width = mouth_place(look)
    with plate.placed(translation(x, y)):
        _draw_mouth(plate, look.expression.mouth, width, skin, cel, depth)
    if look.expression.tears:
        _draw_tears(plate, look, depth)


def _draw_nose(plate: Plate, look: Look, skin: Tone, depth: float) -> None:
    if abs(look.yaw) > 65:
        return
    x, y = nose_place(look)
    ink = plate.ink(mix(skin.line, skin.shade, 0.35), depth, line=True)
    turn = 1 if look.yaw >= 0 else -1
    plate.fill(
        ribbon(
            [(x - 0.015 * turn, y - 0.05), (x + 0.02 * turn, y), (x - 0.02 * turn, y + 0.03)],
            [0.006, 0.022, 0.006],
        ),
        ink,
    )


def _draw_tears(plate: Plate, look: Look, depth: float) -> None:
    water = plate.ink(rgb("c4ecff"), depth)
    for x, y, width in eye_places(look):
        if width > 0.3:
            side = 1 if x > look.yaw / 80 else -1
            at = x + 0.2 * side * width
            drop = [(at, y + 0.24), (at + 0.06, y + 0.4), (at, y + 0.47), (at - 0.06, y + 0.4)]
            plate.fill(smooth(drop, steps=4), water)


def _bow(width: float, droop: float, y: float = 0.0) -> PointsLike:
    return [
        (-width, y - droop),
        (-width * 0.5, y),
        (0, y + droop * 0.35),
        (width * 0.5, y),
        (width, y - droop),
    ]


def _draw_mouth(plate: Plate, kind: str, width: float, skin: Tone, cel: Cel, depth: float) -> None:
    line = plate.ink(mix(skin.line, rgb("6a2430"), 0.4), depth, line=True)
    thin = [0.008, 0.02, 0.024, 0.02, 0.008]
    if kind in _OPEN:
        top, bottom = _OPEN[kind]
        sides = [[(x * width, y) for x, y in run] for run in (top, bottom)]
        lips = smooth(sides[0][:2] + sides[1][:2]) if kind == "o" else joined(*sides, steps=5)
        mark = plate.next_ink
        inside = plate.ink(_MOUTH_INSIDE, depth)
        tongue = plate.ink(_TONGUE, depth)
        plate.fill(lips, inside)
        low = bottom[1][1]
        plate.fill(
            ellipse(0, low + 0.02, 0.11 * width, 0.075, count=16), tongue, within=(mark, tongue + 1)
        )
        if kind in ("laugh", "shout"):
            teeth = plate.ink(rgb("fffafa"), depth)
            plate.fill(
                polygon(
                    (-0.16 * width, -0.08),
                    (0.16 * width, -0.08),
                    (0.13 * width, 0.03),
                    (-0.13 * width, 0.03),
                ),
                teeth,
                within=(mark, teeth + 1),
            )
        plate.stroke(lips, line, weight=0.55, closed=True)
        return
    bow = {
        "smile": (0.17, 0.055),
        "line": (0.1, 0.012),
        "frown": (0.14, -0.06),
        "pout": (0.075, -0.03),
    }[kind]
    plate.fill(ribbon(_bow(bow[0] * width, bow[1]), thin), line)
    if kind != "line":
        plate.fill(ribbon([(-0.05 * width, 0.12), (0.05 * width, 0.12)], [0.012, 0.012]), cel.shade)


_OPEN: dict[str, tuple[list[tuple[float, float]], list[tuple[float, float]]]] = {
    "laugh": (
        [(-0.2, -0.05), (0.0, -0.01), (0.2, -0.05)],
        [(0.2, -0.05), (0.0, 0.17), (-0.2, -0.05)],
    ),
    "shout": (
        [(-0.15, 0.02), (0.0, -0.05), (0.15, 0.02)],
        [(0.15, 0.02), (0.0, 0.14), (-0.15, 0.02)],
    ),
    "o": (
        [(-0.085, 0.03), (0.0, -0.07), (0.085, 0.03)],
        [(0.085, 0.03), (0.0, 0.14), (-0.085, 0.03)],
    ),
}


def draw_brows(plate: Plate, look: Look, hair: Tone, depth: float) -> None:
    """Draw the brows; by the custom of the craft they show through the bangs."""
    ink = plate.ink(mix(hair.line, hair.shade, 0.4), depth, line=True)
    mood = look.expression
    for index, (x, y, width) in enumerate(eye_places(look)):
        if width < 0.3:
            continue
        side = (-1, 1)[index]
        height = y - 0.46 - mood.raised
        inner, outer = height + mood.frown, height + 0.06 - mood.frown * 0.4
        brow = [
            (x - 0.22 * side * width, inner),
            (x + 0.04 * side * width, min(inner, outer) - 0.05 + mood.frown * 0.25),
            (x + 0.28 * side * width, outer),
        ]
        plate.fill(ribbon(brow, [0.016, 0.026, 0.005]), ink)
