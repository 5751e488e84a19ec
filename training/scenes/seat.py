"""What people sit on: a bench, a chair, a stone. Unaware of who sits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from training.scenes.palette import rgb, tone
from training.scenes.shape import polygon, rectangle, smooth

if TYPE_CHECKING:
    from training.scenes.plate import Plate

_STONE = ("forest", "meadow", "mountains", "river", "beach", "sky")


def draw_seat(plate: Plate, setting: str, depth: float) -> None:
    """Draw a seat under hips at height 5.2, in head units."""
    if setting in _STONE:
        cel = plate.cel(tone(rgb("a9a6b4")), depth)
        plate.shape(
            smooth(
                [
                    (-1.9, 8.3),
                    (-1.75, 6.6),
                    (-1.1, 5.65),
                    (0.4, 5.5),
                    (1.4, 5.75),
                    (1.9, 6.8),
                    (2.0, 8.3),
                ]
            ),
            cel,
        )
        plate.fill(
            smooth([(0.3, 8.6), (0.8, 6.9), (1.9, 6.0), (2.4, 8.0)]), cel.shade, within=cel.span
        )
        plate.fill(
            smooth([(-1.3, 6.3), (-0.8, 5.9), (-0.2, 5.95), (-0.8, 6.3)]),
            cel.light,
            within=cel.span,
        )
        return
    wood = tone(rgb("b8835a"))
    legs = plate.cel(tone(rgb("6d6a7c")), depth)
    for x in (-2.1, 2.1):
        plate.shape(rectangle(x - 0.12, 5.9, x + 0.12, 8.5), legs)
    seat = plate.cel(wood, depth)
    plate.shape(polygon((-2.3, 5.45), (2.3, 5.45), (2.6, 5.95), (-2.6, 5.95)), seat)
    edge = plate.cel(wood, depth)
    plate.shape(rectangle(-2.6, 5.95, 2.6, 6.2), edge)
    plate.fill(rectangle(-2.6, 6.02, 2.6, 6.3), edge.shade, within=edge.span)
