"""Arms, hands, legs and feet, bare or in cloth, drawn along a skeleton's joints.

Unaware of poses and of outfits' names.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from training.scenes.shape import (
    Points,
    PointsLike,
    apply,
    ellipse,
    ribbon,
    rotation,
    scaling,
    smooth,
    translation,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.scenes.figure.skeleton import Joint
    from training.scenes.palette import Tone
    from training.scenes.plate import Plate


def along(joints: Sequence[Joint], start: float, end: float, count: int = 5) -> Points:
    """Return points on a two-bone chain from `start` to `end` (0 root, 1 middle, 2 end)."""
    places = np.linspace(start, end, count)
    xs = np.interp(places, [0, 1, 2], [joint.x for joint in joints])
    ys = np.interp(places, [0, 1, 2], [joint.y for joint in joints])
    return np.stack([xs, ys], axis=1)


def draw_limb(
    plate: Plate,
    joints: Sequence[Joint],
    span: tuple[float, float],
    widths: Sequence[float],
    tone: Tone,
    depth: float,
    *,
    weight: float = 1.0,
) -> tuple[int, int]:
    """Draw a tube with its shadow along part of a limb; return the span of its inks."""
    cel = plate.cel(tone, depth)
    tubes = _tubes(joints, span, np.asarray(widths, dtype=np.float64))
    parts = [ribbon(spine, half, steps=3) for spine, half in tubes]
    if len(tubes) == 2:
        elbow, radius = joints[1], float(tubes[0][1][-1])
        parts.append(ellipse(elbow.x, elbow.y, radius, radius, count=14))
    plate.union(parts, cel, weight=weight)
    if len(tubes) == 2:
        # Where two tubes meet, their end lines would show as a notch.
        plate.fill(parts[2] * 0.9 + parts[2].mean(axis=0) * 0.1, cel.base)
    shadows = []
    for spine, half in tubes:
        path = spine[-1] - spine[0]
        normal = np.array([-path[1], path[0]]) / max(1e-6, math.hypot(path[0], path[1]))
        normal = normal if normal[0] + 0.4 * normal[1] > 0 else -normal
        shadows.append(ribbon(spine + normal * half[:, None] * 0.85, half * 0.42, steps=3))
    plate.fill_all(shadows, cel.shade, within=cel.span)
    return cel.span


def _bend(joints: Sequence[Joint]) -> float:
    """Return by how many degrees a limb is seen to bend."""
    root, middle, end = joints
    first = math.atan2(middle.y - root.y, middle.x - root.x)
    second = math.atan2(end.y - middle.y, end.x - middle.x)
    return abs((math.degrees(second - first) + 180) % 360 - 180)


def _tubes(
    joints: Sequence[Joint], span: tuple[float, float], widths: Points
) -> list[tuple[Points, Points]]:
    """Return spines and half widths: one tube for a limb that is straight, two for a bent one."""
    start, end = span
    places = np.linspace(start, end, len(widths))
    chain = np.array([joint[:2] for joint in joints])
    if start < 1 < end and _bend(joints) < 14:
        xs = np.interp(places, [0, 1, 2], chain[:, 0])
        ys = np.interp(places, [0, 1, 2], chain[:, 1])
        return [(np.stack([xs, ys], axis=1), widths)]
    tubes = []
    for index, (low, high) in enumerate(((start, min(end, 1.0)), (max(start, 1.0), end))):
        if high - low > 1e-3:
            share = np.linspace(low, high, 4)[:, None] - index
            spine = chain[index] + (chain[index + 1] - chain[index]) * share
            tubes.append((spine, np.interp(share[:, 0] + index, places, widths)))
    return tubes


_HAND_SHAPES: dict[str, list[tuple[float, float]]] = {
    # The wrist is at the origin, the fingers point down, the thumb is at +x.
    "relaxed": [
        (-0.15, -0.05), (-0.2, 0.16), (-0.17, 0.4), (-0.06, 0.56), (0.06, 0.5),
        (0.12, 0.3), (0.2, 0.36), (0.23, 0.2), (0.14, -0.04),
    ],
    "fist": [
        (-0.15, -0.05), (-0.23, 0.14), (-0.2, 0.34), (0.0, 0.42), (0.2, 0.34), (0.24, 0.14),
        (0.15, -0.05),
    ],
    "flat": [
        (-0.15, -0.05), (-0.19, 0.2), (-0.15, 0.44), (0.0, 0.54), (0.14, 0.44), (0.26, 0.3),
        (0.15, -0.05),
    ],
}  # fmt: skip
_HANDS = {kind: smooth(shape, steps=3) for kind, shape in _HAND_SHAPES.items()}
_PALM = smooth(
    [
        (-0.15, -0.06),
        (-0.22, 0.16),
        (-0.2, 0.32),
        (0.0, 0.36),
        (0.2, 0.3),
        (0.21, 0.12),
        (0.15, -0.06),
    ],
    steps=3,
)
_FINGERS = {
    "open": [(-26, 0.3, 0.42), (-9, 0.32, 0.5), (8, 0.32, 0.5), (24, 0.28, 0.44), (66, 0.08, 0.42)],
    "peace": [(-13, 0.3, 0.56), (13, 0.3, 0.56)],
}


def draw_hand(
    plate: Plate,
    wrist: Joint,
    elbow: Joint,
    kind: str,
    thumb: int,
    skin: Tone,
    depth: float,
    size: float = 1.0,
) -> None:
    """Draw a hand that goes on from the forearm; `thumb` is +1 when the thumb is to its left."""
    angle = math.degrees(math.atan2(wrist.y - elbow.y, wrist.x - elbow.x)) - 90
    place = (
        translation(wrist.x, wrist.y) @ rotation(angle) @ scaling(thumb * 0.92 * size, 0.92 * size)
    )
    cel = plate.cel(skin, depth)
    if kind in _HANDS:
        plate.shape(apply(place, _HANDS[kind]), cel, weight=0.8)
        if kind == "fist":
            for x in (-0.09, 0.03):
                plate.fill(apply(place, ribbon([(x, 0.2), (x, 0.36)], [0.012, 0.012])), cel.line)
        return
    for degrees, start, reach in _FINGERS[kind]:
        s, c = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
        root = (s * 0.2, 0.1 + 0.1 * c) if degrees > 50 else (s * 0.36, start * 0.6)
        tip = (root[0] + s * reach, root[1] + c * reach)
        finger: PointsLike = [root, ((root[0] + tip[0]) / 2, (root[1] + tip[1]) / 2), tip]
        tube = ribbon(finger, [0.075, 0.075, 0.05], steps=3)
        plate.shape(apply(place, tube), cel, weight=0.8)
    plate.shape(apply(place, _PALM), cel, weight=0.8)
    for degrees, start, _ in _FINGERS[kind]:
        s = math.sin(math.radians(degrees))
        at = (s * 0.25, 0.12) if degrees > 50 else (s * 0.4, start * 0.8)
        plate.fill(
            apply(place, ribbon([at, (at[0] * 1.2, at[1] + 0.14)], [0.055, 0.055])), cel.base
        )


def draw_foot(plate: Plate, ankle: Joint, toe: Joint, tone: Tone, sole: Tone, depth: float) -> None:
    """Draw a shoe from the ankle to the toe."""
    dx = toe.x - ankle.x
    reach = dx * 1.15
    cel = plate.cel(tone, depth)
    floor = max(toe.y, ankle.y + 0.28) + 0.06
    shoe = [
        (ankle.x - 0.2, ankle.y - 0.1),
        (ankle.x + 0.2, ankle.y - 0.1),
        (ankle.x + 0.24 + max(0.0, reach), floor - 0.16),
        (ankle.x + 0.2 + max(0.0, reach), floor + 0.02),
        (ankle.x + 0.5 * reach, floor + 0.06),
        (ankle.x - 0.2 + min(0.0, reach), floor + 0.02),
        (ankle.x - 0.24 + min(0.0, reach), floor - 0.16),
    ]
    plate.shape(smooth(shoe, steps=4), cel)
    under = plate.ink(sole.shade, depth)
    low = ribbon(
        [
            (ankle.x - 0.3 + min(0.0, reach), floor + 0.05),
            (ankle.x + 0.3 + max(0.0, reach), floor + 0.05),
        ],
        [0.05, 0.05],
    )
    plate.fill(low, under, within=cel.span)
