"""Collars, ties and ribbons: what a top has at the neck. One function for each word.

Coordinates are the chest's: x = 0 is the middle of the front, the neck's base is at y = 1.72.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from training.scenes.figure.bows import draw_bow
from training.scenes.figure.chest import Chest, Draw, draw_neckline
from training.scenes.figure.lapels import draw_blazer, draw_jacket, draw_maid, draw_stand, draw_tie
from training.scenes.palette import Tone, mix, rgb
from training.scenes.shape import ellipse, joined, mirrored, polygon, ribbon, smooth

if TYPE_CHECKING:
    from training.scenes.figure.outfits import Outfit
    from training.scenes.plate import Plate


def _sailor(chest: Chest) -> None:
    plate, outfit, skin, depth = chest
    draw_neckline(plate, skin, depth, 2.6, 0.32)
    navy = outfit.skirt.tone if outfit.skirt is not None else outfit.accent
    flap = [
        (-0.27, 1.62),
        (-0.7, 1.9),
        (-0.82, 2.25),
        (-0.5, 2.62),
        (0.0, 2.86),
        (-0.02, 2.6),
        (-0.2, 2.2),
    ]
    stripe = [(-0.62, 2.0), (-0.7, 2.25), (-0.42, 2.54), (-0.06, 2.74)]
    white = plate.ink(rgb("f4f4fb"), depth)
    for side in (flap, mirrored(flap)):
        cel = plate.cel(navy, depth)
        plate.shape(polygon(*[(float(x), float(y)) for x, y in side]), cel, weight=0.8)
    for side in (stripe, mirrored(stripe)):
        plate.fill(ribbon(side, [0.028] * 4, steps=3), white)
    draw_bow(plate, 0.0, 2.78, 0.62, outfit.accent, depth)


def _sailor_back(chest: Chest) -> None:
    plate, outfit, depth = chest.plate, chest.outfit, chest.depth
    navy = outfit.skirt.tone if outfit.skirt is not None else outfit.accent
    cel = plate.cel(navy, depth)
    plate.shape(
        polygon((-0.45, 1.72), (0.45, 1.72), (0.82, 2.0), (0.78, 3.0), (-0.78, 3.0), (-0.82, 2.0)),
        cel,
    )
    white = plate.ink(rgb("f4f4fb"), depth)
    plate.fill(polygon((-0.7, 2.82), (0.7, 2.82), (0.7, 2.9), (-0.7, 2.9)), white)


def _hood(chest: Chest) -> None:
    plate, outfit, skin, depth = chest
    draw_neckline(plate, skin, depth, 2.1, 0.34)
    for side in (1, -1):
        cel = plate.cel(outfit.top, depth)
        fold = [
            (0.0, 2.5),
            (0.42, 2.18),
            (0.5, 1.72),
            (0.66, 1.5),
            (0.92, 1.86),
            (0.72, 2.32),
            (0.3, 2.6),
        ]
        points = [(x * side, y) for x, y in fold]
        plate.shape(smooth(points, steps=4), cel)
        plate.fill(
            ribbon([(side * 0.62, 2.2), (side * 0.3, 2.48)], [0.1, 0.05]),
            cel.shade,
            within=cel.span,
        )
    cord = plate.cel(outfit.accent, depth)
    for side in (-1, 1):
        plate.shape(
            ribbon(
                [(side * 0.22, 2.45), (side * 0.26, 2.8), (side * 0.24, 3.15)], [0.035, 0.035, 0.05]
            ),
            cord,
            weight=0.5,
        )


def _hood_back(chest: Chest) -> None:
    plate, outfit, depth = chest.plate, chest.outfit, chest.depth
    cel = plate.cel(outfit.top, depth)
    plate.shape(
        smooth([(-0.75, 1.7), (0, 1.6), (0.75, 1.7), (0.7, 2.4), (0, 3.05), (-0.7, 2.4)]), cel
    )
    plate.fill(ellipse(0, 1.95, 0.55, 0.3), cel.shade, within=cel.span)


def _round(chest: Chest) -> None:
    plate, outfit, skin, depth = chest
    draw_neckline(plate, skin, depth, 2.16, 0.38)
    if outfit.belt is not None:
        trim = plate.ink(outfit.accent.base, depth)
        plate.fill(
            ribbon([(-0.42, 1.78), (-0.3, 2.08), (0, 2.22), (0.3, 2.08), (0.42, 1.78)], [0.06] * 5),
            trim,
        )
        draw_bow(plate, 0.0, 2.32, 0.36, outfit.belt, depth)


def _kimono(chest: Chest) -> None:
    plate, outfit, skin, depth = chest
    draw_neckline(plate, skin, depth, 2.7, 0.34)
    white = plate.cel(Tone(rgb("fbf8f4"), rgb("d9d3e2"), rgb("ffffff"), outfit.top.line), depth)
    plate.shape(
        ribbon([(0.32, 1.66), (0.2, 2.2), (-0.3, 3.0)], [0.1, 0.1, 0.08]), white, weight=0.6
    )
    plate.shape(
        ribbon([(-0.32, 1.66), (-0.2, 2.2), (0.3, 3.0)], [0.1, 0.1, 0.08]), white, weight=0.6
    )
    cloth = Tone(
        mix(outfit.top.base, (255, 250, 240), 0.3),
        outfit.top.shade,
        outfit.top.light,
        outfit.top.line,
    )
    cel = plate.cel(cloth, depth)
    plate.shape(
        ribbon([(0.46, 1.72), (0.3, 2.4), (-0.45, 3.75)], [0.13, 0.15, 0.13]), cel, weight=0.8
    )
    plate.shape(
        ribbon([(-0.46, 1.72), (-0.3, 2.4), (0.5, 3.75)], [0.13, 0.15, 0.13]), cel, weight=0.8
    )


def _turtleneck(chest: Chest) -> None:
    plate, outfit, depth = chest.plate, chest.outfit, chest.depth
    cel = plate.cel(outfit.top, depth)
    plate.shape(
        smooth(
            [(-0.36, 1.42), (0, 1.52), (0.36, 1.42), (0.44, 1.86), (0, 2.0), (-0.44, 1.86)], steps=4
        ),
        cel,
    )
    plate.fill(
        ribbon([(-0.4, 1.5), (0, 1.56), (0.4, 1.5)], [0.07, 0.07, 0.07]), cel.shade, within=cel.span
    )


def _armor(chest: Chest) -> None:
    plate, outfit, depth = chest.plate, chest.outfit, chest.depth
    cel = plate.cel(outfit.top, depth)
    plate.shape(
        smooth(
            [(-0.44, 1.5), (0, 1.66), (0.44, 1.5), (0.5, 1.95), (0, 2.12), (-0.5, 1.95)], steps=4
        ),
        cel,
    )
    breast = plate.cel(outfit.top, depth)
    plate.shape(
        joined(
            [(-0.82, 2.5), (-0.7, 3.3), (0, 3.75)],
            [(0, 3.75), (0.7, 3.3), (0.82, 2.5)],
            [(0.82, 2.5), (0, 2.2), (-0.82, 2.5)],
        ),
        breast,
    )
    plate.fill(
        polygon((0.0, 2.2), (1.0, 2.4), (0.8, 3.4), (0.0, 3.8)), breast.shade, within=breast.span
    )
    plate.fill(ribbon([(-0.6, 2.6), (-0.5, 3.1)], [0.03, 0.08]), breast.light, within=breast.span)
    gem = plate.cel(outfit.accent, depth)
    plate.shape(polygon((0, 2.55), (0.16, 2.8), (0, 3.05), (-0.16, 2.8)), gem, weight=0.7)


_FRONTS: dict[str, Draw] = {
    "sailor": _sailor, "hood": _hood, "round": _round, "kimono": _kimono, "turtleneck": _turtleneck,
    "tie": draw_tie, "blazer": draw_blazer, "jacket": draw_jacket, "stand": draw_stand,
    "maid": draw_maid, "armor": _armor,
}  # fmt: skip
_BACKS: dict[str, Draw] = {"sailor": _sailor_back, "hood": _hood_back, "turtleneck": _turtleneck}


def draw_collar(plate: Plate, outfit: Outfit, skin: Tone, depth: float, *, behind: bool) -> None:
    """Draw the collar of `outfit`, or what is seen of it from behind."""
    draw = (_BACKS if behind else _FRONTS).get(outfit.collar)
    if draw is not None:
        draw(Chest(plate, outfit, skin, depth))
