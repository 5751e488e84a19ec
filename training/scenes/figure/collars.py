"""Collars, ties and ribbons: what a top has at the neck. One function for each word.

Coordinates are the chest's: x = 0 is the middle of the front, the neck's base is at y = 1.72.
"""

from __future__ import annotations

from collections.abc import Callable

from training.scenes.figure.outfits import Outfit
from training.scenes.palette import Tone, mix, rgb
from training.scenes.plate import Plate
from training.scenes.shape import ellipse, joined, mirrored, polygon, ribbon, smooth

Draw = Callable[[Plate, Outfit, Tone, float], None]


def _neckline(plate: Plate, skin: Tone, depth: float, low: float, half: float) -> None:
    cel = plate.cel(skin, depth)
    plate.shape(
        smooth(
            [
                (-half, 1.66),
                (-half * 0.8, low - 0.2),
                (0, low),
                (half * 0.8, low - 0.2),
                (half, 1.66),
            ],
            closed=False,
        ),
        cel,
        weight=0.7,
    )
    plate.fill(
        polygon(
            (-half - 0.1, 1.4),
            (half + 0.1, 1.4),
            (half * 0.8, 1.95),
            (0.0, 2.02),
            (-half * 0.8, 1.95),
        ),
        cel.shade,
        within=cel.span,
    )


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


def _sailor(plate: Plate, outfit: Outfit, skin: Tone, depth: float) -> None:
    _neckline(plate, skin, depth, 2.6, 0.32)
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


def _sailor_back(plate: Plate, outfit: Outfit, skin: Tone, depth: float) -> None:
    navy = outfit.skirt.tone if outfit.skirt is not None else outfit.accent
    cel = plate.cel(navy, depth)
    plate.shape(
        polygon((-0.45, 1.72), (0.45, 1.72), (0.82, 2.0), (0.78, 3.0), (-0.78, 3.0), (-0.82, 2.0)),
        cel,
    )
    white = plate.ink(rgb("f4f4fb"), depth)
    plate.fill(polygon((-0.7, 2.82), (0.7, 2.82), (0.7, 2.9), (-0.7, 2.9)), white)


def _hood(plate: Plate, outfit: Outfit, skin: Tone, depth: float) -> None:
    _neckline(plate, skin, depth, 2.1, 0.34)
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


def _hood_back(plate: Plate, outfit: Outfit, skin: Tone, depth: float) -> None:
    cel = plate.cel(outfit.top, depth)
    plate.shape(
        smooth([(-0.75, 1.7), (0, 1.6), (0.75, 1.7), (0.7, 2.4), (0, 3.05), (-0.7, 2.4)]), cel
    )
    plate.fill(ellipse(0, 1.95, 0.55, 0.3), cel.shade, within=cel.span)


def _round(plate: Plate, outfit: Outfit, skin: Tone, depth: float) -> None:
    _neckline(plate, skin, depth, 2.16, 0.38)
    if outfit.belt is not None:
        trim = plate.ink(outfit.accent.base, depth)
        plate.fill(
            ribbon([(-0.42, 1.78), (-0.3, 2.08), (0, 2.22), (0.3, 2.08), (0.42, 1.78)], [0.06] * 5),
            trim,
        )
        draw_bow(plate, 0.0, 2.32, 0.36, outfit.belt, depth)


def _kimono(plate: Plate, outfit: Outfit, skin: Tone, depth: float) -> None:
    _neckline(plate, skin, depth, 2.7, 0.34)
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


def _turtleneck(plate: Plate, outfit: Outfit, skin: Tone, depth: float) -> None:
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


def _shirt_collar(plate: Plate, cloth: Tone, depth: float) -> None:
    flap = [(-0.3, 1.62), (-0.52, 1.84), (-0.36, 2.2), (-0.02, 1.98)]
    for side in (flap, mirrored(flap)):
        cel = plate.cel(cloth, depth)
        plate.shape(polygon(*[(float(x), float(y)) for x, y in side]), cel, weight=0.7)


def _draw_tie(plate: Plate, tone: Tone, depth: float, length: float) -> None:
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


def _tie(plate: Plate, outfit: Outfit, skin: Tone, depth: float) -> None:
    line = plate.ink(outfit.top.line, depth, line=True)
    plate.fill(ribbon([(0, 2.0), (0, 4.7)], [0.012, 0.012]), line)
    _draw_tie(plate, outfit.accent, depth, 3.7)
    _shirt_collar(plate, outfit.top, depth)


_SHIRT = Tone(rgb("f8f7fc"), rgb("c9c8e0"), rgb("ffffff"), rgb("55506a"))


def _open_front(
    plate: Plate, outfit: Outfit, inner: Tone, depth: float, low: float, half: float
) -> None:
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


def _blazer(plate: Plate, outfit: Outfit, skin: Tone, depth: float) -> None:
    _open_front(plate, outfit, _SHIRT, depth, 3.7, 0.3)
    _draw_tie(plate, outfit.accent, depth, 3.5)
    _shirt_collar(plate, _SHIRT, depth)
    _lapels(plate, outfit, depth, 3.75)
    button = plate.ink(rgb("e8c860"), depth)
    for y in (4.0, 4.45):
        plate.fill(ellipse(0.04, y, 0.06, 0.06, count=10), button)


def _jacket(plate: Plate, outfit: Outfit, skin: Tone, depth: float) -> None:
    cel = plate.cel(outfit.accent, depth)
    plate.shape(
        polygon((-0.42, 1.66), (0.42, 1.66), (0.46, 3.2), (0.36, 5.1), (-0.36, 5.1), (-0.46, 3.2)),
        cel,
        weight=0.8,
    )
    plate.fill(polygon((0.2, 1.9), (0.5, 1.9), (0.5, 5.1), (0.14, 5.1)), cel.shade, within=cel.span)
    _neckline(plate, skin, depth, 2.12, 0.32)
    flap = [(-0.34, 1.58), (-0.78, 1.86), (-0.74, 2.42), (-0.4, 2.62)]
    for side in (flap, mirrored(flap)):
        part = plate.cel(outfit.top, depth)
        plate.shape(polygon(*[(float(x), float(y)) for x, y in side]), part, weight=0.8)


def _stand(plate: Plate, outfit: Outfit, skin: Tone, depth: float) -> None:
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


def _maid(plate: Plate, outfit: Outfit, skin: Tone, depth: float) -> None:
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


def _armor(plate: Plate, outfit: Outfit, skin: Tone, depth: float) -> None:
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
    "tie": _tie, "blazer": _blazer, "jacket": _jacket, "stand": _stand, "maid": _maid, "armor": _armor,
}  # fmt: skip
_BACKS: dict[str, Draw] = {"sailor": _sailor_back, "hood": _hood_back, "turtleneck": _turtleneck}


def draw_collar(plate: Plate, outfit: Outfit, skin: Tone, depth: float, *, behind: bool) -> None:
    """Draw the collar of `outfit`, or what is seen of it from behind."""
    draw = (_BACKS if behind else _FRONTS).get(outfit.collar)
    if draw is not None:
        draw(plate, outfit, skin, depth)
