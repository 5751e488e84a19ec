"""One eye, in its own coordinates: the inner corner at x = -1, the outer at +1, y from -1 to 1.

Unaware of the face around it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from training.scenes.palette import WHITE, Rgb, mix, multiplied, rgb
from training.scenes.shape import (
    Points,
    blended,
    ellipse,
    polygon,
    ribbon,
    scaling,
    smooth,
    translation,
)

if TYPE_CHECKING:
    from training.scenes.figure.look import Look
    from training.scenes.plate import Plate

HALF_WIDTH = 0.285
HALF_HEIGHT = 0.315

_UPPER = np.array([(-1.0, 0.2), (-0.72, -0.52), (-0.1, -0.94), (0.55, -0.84), (1.0, -0.2)])
_LOWER = np.array([(1.0, -0.2), (0.8, 0.6), (0.2, 0.93), (-0.5, 0.84), (-1.0, 0.2)])
_SHUT = np.array([(-1.0, 0.28), (-0.6, 0.58), (0.0, 0.7), (0.6, 0.56), (1.05, 0.2)])
_HAPPY = np.array([(-1.0, 0.5), (-0.6, 0.02), (0.0, -0.16), (0.6, 0.0), (1.05, 0.46)])


def draw_eye(
    plate: Plate,
    place: tuple[float, float],
    width: float,
    side: int,
    look: Look,
    colour: Rgb,
    lash: Rgb,
    lids: float,
    depth: float,
) -> None:
    """Draw the eye at `place` of the head; `side` is +1 when its outer corner is to the right."""
    across = HALF_WIDTH * width * side
    with plate.placed(translation(*place) @ scaling(across, HALF_HEIGHT)):
        dark = plate.ink(lash, depth, line=True)
        if lids < 0.18:
            arc = _HAPPY if look.expression.happy else _SHUT
            plate.fill(ribbon(arc, [0.05, 0.12, 0.15, 0.15, 0.07]), dark)
            plate.fill(
                polygon((0.78, arc[3][1]), (1.28, arc[4][1] + 0.12), (0.98, arc[4][1])), dark
            )
            return
        upper = blended(_SHUT, _UPPER, lids * min(look.expression.openness, 1.12))
        _draw_ball(plate, upper, look, colour, side, depth)
        _draw_lashes(plate, upper, dark)


def _draw_ball(
    plate: Plate, upper: Points, look: Look, colour: Rgb, side: int, depth: float
) -> None:
    mark = plate.next_ink
    white = plate.ink(rgb("fdfcff"), depth)
    shadow = plate.ink(rgb("cfcfe6"), depth)
    opening = np.concatenate([smooth(upper, closed=False), smooth(_LOWER, closed=False)])
    plate.fill(opening, white)
    ball = (mark, shadow + 1)
    plate.fill(ribbon(upper, [0.3, 0.34, 0.36, 0.34, 0.3], steps=4), shadow, within=ball)
    size = look.expression.iris
    x, y = look.gaze[0] * side, 0.04 + look.gaze[1]
    rim = plate.ink(multiplied(mix(colour, (70, 40, 90), 0.45), (170, 150, 185)), depth, line=True)
    dim = plate.ink(multiplied(colour, (150, 130, 175)), depth)
    base = plate.ink(colour, depth)
    glow = plate.ink(mix(colour, (255, 252, 225), 0.55), depth)
    pupil = plate.ink(multiplied(mix(colour, (30, 10, 50), 0.72), (180, 160, 190)), depth)
    spark = plate.ink(WHITE, depth)
    plate.fill(ellipse(x, y, 0.68 * size, 0.93 * size), rim, within=ball)
    iris = (rim, rim + 1)
    plate.fill(ellipse(x, y, 0.57 * size, 0.81 * size), base, within=iris)
    inside = (base, base + 1)
    plate.fill(ellipse(x, y + 0.44 * size, 0.4 * size, 0.34 * size, count=20), glow, within=inside)
    plate.fill(ellipse(x, y - 0.55 * size, 0.75 * size, 0.52 * size, count=20), dim, within=inside)
    plate.fill(ellipse(x, y + 0.0, 0.26 * size, 0.4 * size, count=18), pupil, within=(rim, pupil))
    seen = (mark, spark + 1)
    glints = [
        ellipse(x - 0.26 * side, y - 0.38, 0.24, 0.26, count=16),
        ellipse(x + 0.24 * side, y + 0.36, 0.12, 0.13, count=12),
    ]
    plate.fill_all(glints, spark, within=seen)


def _draw_lashes(plate: Plate, upper: Points, dark: int) -> None:
    corner = upper[4]
    lid = np.concatenate([upper, [(1.2, corner[1] + 0.16)]])
    wing = (0.62, upper[3][1] - 0.02), (1.36, corner[1] - 0.34), (1.0, corner[1] + 0.06)
    fold = upper[1:5] * (0.92, 1.0) + (0.02, -0.3)
    plate.fill_all(
        [
            ribbon(lid, [0.03, 0.12, 0.17, 0.19, 0.17, 0.0]),
            polygon(*wing),
            ribbon(_LOWER[:4], [0.07, 0.065, 0.045, 0.01]),
            ribbon(fold, [0.005, 0.035, 0.035, 0.005]),
        ],
        dark,
    )
