"""The trunk and the neck: outlines that turn with the body. Unaware of outfits' names."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from training.scenes.shape import Points, moved, ribbon, smooth

if TYPE_CHECKING:
    from training.scenes.figure.skeleton import Skeleton
    from training.scenes.palette import Tone
    from training.scenes.plate import Plate

# Rows: height, half width from the front, reach to the front and to the back from the side.
_GIRL = np.array([
    (1.70, 0.26, 0.20, 0.26), (1.94, 0.56, 0.30, 0.42), (2.10, 0.88, 0.40, 0.52),
    (2.45, 0.97, 0.52, 0.58), (2.95, 0.82, 0.66, 0.56), (3.40, 0.76, 0.60, 0.50),
    (4.20, 0.62, 0.42, 0.42), (4.70, 0.78, 0.46, 0.54), (5.30, 0.92, 0.50, 0.66),
    (5.80, 0.90, 0.48, 0.62),
])  # fmt: skip
_BOY = np.array([
    (1.70, 0.32, 0.24, 0.30), (1.94, 0.72, 0.36, 0.46), (2.10, 1.12, 0.46, 0.58),
    (2.45, 1.20, 0.54, 0.64), (2.95, 1.02, 0.58, 0.62), (3.40, 0.96, 0.56, 0.58),
    (4.20, 0.82, 0.50, 0.50), (4.70, 0.82, 0.50, 0.54), (5.30, 0.88, 0.50, 0.62),
    (5.80, 0.88, 0.50, 0.60),
])  # fmt: skip


@cache
def _rows(girl: bool, top: float, bottom: float) -> tuple[Points, ...]:
    """Return heights from `top` to `bottom`, then for each the body's measures and three weights.

    The measures are half the breadth, the reach ahead and the reach back; the weights say how far
    a height is below the neck, below the waist, and above the chest.
    """
    rows = _GIRL if girl else _BOY
    within = (rows[:, 0] > top) & (rows[:, 0] < bottom)
    heights = np.concatenate([[top], rows[within, 0], [bottom]])
    measures = (np.interp(heights, rows[:, 0], rows[:, column]) for column in (1, 2, 3))
    weights = ((heights - 1.8) / 0.5, (heights - 3.2) / 2.4, (3.0 - heights) / 1.2)
    return (heights, *measures, *(np.clip(weight, 0.0, 1.0) for weight in weights))


def trunk(
    skeleton: Skeleton,
    *,
    girl: bool,
    top: float,
    bottom: float,
    ease: float = 0.0,
    hem: float = 0.0,
) -> Points:
    """Return the outline of the trunk between two heights, `ease` wider than the body.

    `hem` widens the lower end more. Heights and widths are head units.
    """
    heights, front, ahead, back, below, waist, chest = _rows(girl, top, bottom)
    side = abs(skeleton.profile)
    broad = front * math.sqrt(1 - side * side)
    widen = ease * below + hem * waist
    # The outline of an ellipse that turns: half its breadth and its reach add up as squares.
    forward = np.hypot(broad, ahead * side) + widen
    backward = np.hypot(broad, back * side) + widen
    right, left = (forward, backward) if skeleton.profile >= 0 else (backward, forward)
    ys = heights + (skeleton.neck.y - 1.72) * chest
    edge_right = smooth(np.stack([right, ys], axis=1), closed=False, steps=3)
    edge_left = smooth(np.stack([-left, ys], axis=1), closed=False, steps=3)
    return np.concatenate([edge_right, edge_left[::-1]])


def draw_trunk(plate: Plate, outline: Points, tone: Tone, depth: float) -> tuple[int, int]:
    """Draw a garment's body with the shadow on the side away from the light; return its span."""
    cel = plate.cel(tone, depth)
    plate.shape(outline, cel)
    width = float(np.ptp(outline[:, 0]))
    plate.fill(moved(outline, width * 0.74, 0.1), cel.shade, within=cel.span)
    return cel.span


def draw_neck(
    plate: Plate, skeleton: Skeleton, skin: Tone, depth: float, face: Points, *, girl: bool
) -> None:
    """Draw the neck and the shadow that the head casts on it."""
    cel = plate.cel(skin, depth)
    lean = 0.12 * skeleton.profile
    half = 0.25 if girl else 0.34
    base = skeleton.neck.y
    plate.shape(
        ribbon(
            [(lean, 0.7), (lean * 0.6, 1.2), (0, base), (0, base + 0.7)],
            [half, half, half * 1.05, half * 1.7],
        ),
        cel,
    )
    plate.fill(moved(face, 0.04, 0.26), cel.shade, within=cel.span)


def middle_line(skeleton: Skeleton, y: float) -> float:
    """Return where the middle of the trunk's front is seen at height `y`."""
    return 0.5 * skeleton.profile * (0.5 if y < 2.2 else 1.0)
