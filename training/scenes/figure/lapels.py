"""Collars of shirts and coats. One function for each word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from training.scenes.figure.bows import draw_bow
from training.scenes.figure.chest import Chest, draw_neckline
from training.scenes.palette import Tone, rgb
from training.scenes.shape import ellipse, mirrored, polygon, ribbon

if TYPE_CHECKING:
    from training.scenes.figure.outfits import Outfit
    from training.scenes.plate import Plate


def _shirt_collar(plate: Plate, cloth: Tone, depth: float) -> None:
    flap = [(-0.3, 1.62), (-0.52, 1.84), (-0.36, 2.2), (-0.02, 1.98)]
    for side in (flap, mirrored(flap)):
        cel = plate.cel(cloth, depth)
        plate.shape(polygon(*[(float(x), float(y)) for x, y in side]), cel, weight=0.7)


def _necktie(plate: Plate, tone: Tone, depth: float, length: float) -> None:
    cel = plate.cel(tone, depth)
    plate.shape(
        polygon(
            (-0.06, 2.1), (0.06, 2.1), (0.17, length - 0.2), (0, length), (-0.17, length - 0.2)
        ),
        cel,
        weight=0.7,
    )
    plate.shape(polygon((-0.12, 1.9), (0.12, 1.9), (0.08, 2.16), (-0.08, 2.16)), cel, weight=0.7)
    plate.fill(
        polygon((0.02, 2.1), (0.1, 2.1), (0.2, length), (0.04, length)), cel.shade, within=cel.span
    )


def draw_tie(chest: Chest) -> None:
    """Draw a shirt with a tie."""
    plate, outfit, depth = chest.plate, chest.outfit, chest.depth
    line = plate.ink(outfit.top.line, depth, line=True)
    plate.fill(ribbon([(0, 2.0), (0, 4.7)], [0.012, 0.012]), line)
    _necktie(plate, outfit.accent, depth, 3.7)
    _shirt_collar(plate, outfit.top, depth)


_SHIRT = Tone(rgb("f8f7fc"), rgb("c9c8e0"), rgb("ffffff"), rgb("55506a"))


def _open_front(plate: Plate, inner: Tone, depth: float, low: float, half: float) -> None:
    cel = plate.cel(inner, depth)
    plate.shape(
        polygon((-0.4, 1.66), (0.4, 1.66), (half, 3.0), (0.06, low), (-0.06, low), (-half, 3.0)),
        cel,
        weight=0.8,
    )
    plate.fill(
        polygon((0.1, 1.9), (0.5, 1.9), (half, 3.2), (0.06, low)), cel.shade, within=cel.span
    )


def _lapels(plate: Plate, outfit: Outfit, depth: float, low: float) -> None:
    flap = [(-0.36, 1.62), (-0.74, 2.2), (-0.5, 2.42), (-0.58, 2.6), (0.0, low)]
    for side in (flap, mirrored(flap)):
        cel = plate.cel(outfit.top, depth)
        plate.shape(polygon(*[(float(x), float(y)) for x, y in side]), cel, weight=0.8)


def draw_blazer(chest: Chest) -> None:
    """Draw a blazer over shirt and tie."""
    plate, outfit, depth = chest.plate, chest.outfit, chest.depth
    _open_front(plate, _SHIRT, depth, 3.7, 0.3)
    _necktie(plate, outfit.accent, depth, 3.5)
    _shirt_collar(plate, _SHIRT, depth)
    _lapels(plate, outfit, depth, 3.75)
    button = plate.ink(rgb("e8c860"), depth)
    for y in (4.0, 4.45):
        plate.fill(ellipse(0.04, y, 0.06, 0.06, count=10), button)


def draw_jacket(chest: Chest) -> None:
    """Draw an open jacket over a shirt."""
    plate, outfit, skin, depth = chest
    cel = plate.cel(outfit.accent, depth)
    plate.shape(
        polygon((-0.42, 1.66), (0.42, 1.66), (0.46, 3.2), (0.36, 5.1), (-0.36, 5.1), (-0.46, 3.2)),
        cel,
        weight=0.8,
    )
    plate.fill(polygon((0.2, 1.9), (0.5, 1.9), (0.5, 5.1), (0.14, 5.1)), cel.shade, within=cel.span)
    draw_neckline(plate, skin, depth, 2.12, 0.32)
    flap = [(-0.34, 1.58), (-0.78, 1.86), (-0.74, 2.42), (-0.4, 2.62)]
    for side in (flap, mirrored(flap)):
        part = plate.cel(outfit.top, depth)
        plate.shape(polygon(*[(float(x), float(y)) for x, y in side]), part, weight=0.8)


def draw_stand(chest: Chest) -> None:
    """Draw a buttoned uniform with a standing collar."""
    plate, outfit, depth = chest.plate, chest.outfit, chest.depth
    cel = plate.cel(outfit.top, depth)
    plate.shape(
        polygon(
            (-0.42, 1.5),
            (-0.04, 1.62),
            (0.04, 1.62),
            (0.42, 1.5),
            (0.5, 1.9),
            (0, 2.04),
            (-0.5, 1.9),
        ),
        cel,
        weight=0.8,
    )
    plate.fill(ribbon([(0, 2.0), (0, 5.4)], [0.014, 0.014]), cel.line)
    gold = plate.ink(outfit.accent.base, depth)
    for y in (2.4, 3.0, 3.6, 4.2, 4.8):
        plate.fill(ellipse(0.06, y, 0.075, 0.075, count=10), gold)


def draw_maid(chest: Chest) -> None:
    """Draw a maid's bib and collar."""
    plate, outfit, depth = chest.plate, chest.outfit, chest.depth
    cel = plate.cel(outfit.accent, depth)
    bib = [(-0.36, 2.5), (0.36, 2.5), (0.48, 4.3), (-0.48, 4.3)]
    plate.shape(polygon(*bib), cel, weight=0.8)
    plate.fill(
        polygon((0.16, 2.5), (0.5, 2.5), (0.6, 4.3), (0.22, 4.3)), cel.shade, within=cel.span
    )
    for side in (-1, 1):
        strap = plate.cel(outfit.accent, depth)
        plate.shape(
            ribbon(
                [(side * 0.62, 1.9), (side * 0.52, 2.5), (side * 0.42, 3.6)], [0.16, 0.15, 0.06]
            ),
            strap,
            weight=0.8,
        )
    _shirt_collar(plate, _SHIRT, depth)
    draw_bow(
        plate, 0.0, 2.16, 0.42, outfit.accent if outfit.accent.base[2] < 200 else outfit.top, depth
    )
