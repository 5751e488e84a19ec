"""A ribbon tied in a bow. Unaware of who wears it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from training.scenes.shape import ellipse, polygon, ribbon, smooth

if TYPE_CHECKING:
    from training.scenes.palette import Tone
    from training.scenes.plate import Plate


def draw_bow(
    plate: Plate, x: float, y: float, size: float, tone: Tone, depth: float, *, tails: bool = True
) -> None:
    """Draw a ribbon bow around its knot at (x, y)."""
    cel = plate.cel(tone, depth)
    for side in (-1, 1):
        if tails:
            tail = [
                (x, y),
                (x + side * 0.16 * size, y + 0.5 * size),
                (x + side * 0.3 * size, y + 1.0 * size),
                (x + side * 0.52 * size, y + 0.88 * size),
                (x + side * 0.2 * size, y),
            ]
            plate.shape(polygon(*tail), cel, weight=0.7)
    for side in (-1, 1):
        wing = [
            (x, y),
            (x + side * 0.5 * size, y - 0.34 * size),
            (x + side * 0.72 * size, y - 0.02 * size),
            (x + side * 0.52 * size, y + 0.32 * size),
        ]
        part = plate.cel(tone, depth)
        plate.shape(smooth(wing, steps=4), part, weight=0.75)
        plate.fill(
            ribbon([(x, y), (x + side * 0.44 * size, y + 0.08 * size)], [0.02, 0.09 * size]),
            part.shade,
            within=part.span,
        )
    knot = plate.cel(tone, depth)
    plate.shape(ellipse(x, y, 0.14 * size, 0.16 * size, count=14), knot, weight=0.7)
