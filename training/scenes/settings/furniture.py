"""Windows, floors and furniture. Unaware of which room they stand in."""

from __future__ import annotations

import numpy as np

from training.scenes.palette import mix
from training.scenes.settings.backdrop import EDGE, Backdrop
from training.scenes.shape import ellipse, joined, polygon, rectangle, ribbon


def pane(drop: Backdrop, left: float, top: float, right: float, bottom: float, frame: str) -> None:
    """Draw a window with what is seen through it: sky, a cloud, the town."""
    plate = drop.plate
    sky = [
        plate.ink(mix(drop.light.sky[0], drop.light.sky[2], share), 0.02)
        for share in (0.15, 0.5, 0.9)
    ]
    span = (sky[0], sky[2] + 1)
    for index, ink in enumerate(sky):
        plate.fill(rectangle(left, top + (bottom - top) * index / 3, right, bottom), ink)
    cloud = plate.ink(drop.light.cloud[0], 0.03)
    x = left + (right - left) * drop.rng.random() + 0.02 * drop.t
    for shift, size in ((-0.09, 0.06), (0.0, 0.09), (0.1, 0.06)):
        plate.fill(
            ellipse(x + shift, top + (bottom - top) * 0.45, size * 1.2, size * 0.7, count=16),
            cloud,
            within=span,
        )
    town = drop.ink("8fa5c0", 0.6)
    for index in range(6):
        x0 = left + (right - left) * index / 6
        plate.fill(
            rectangle(
                x0,
                bottom - (bottom - top) * drop.rng.uniform(0.1, 0.3),
                x0 + (right - left) / 6.5,
                bottom,
            ),
            town,
            within=(span[0], town + 1),
        )
    if drop.light.lamps:
        light = plate.ink((255, 222, 140), 0.05)
        plate.fill_all(
            [
                rectangle(x1, y1, x1 + 0.018, y1 + 0.018)
                for x1, y1 in (
                    (
                        drop.rng.uniform(left, right - 0.03),
                        drop.rng.uniform(bottom - 0.1, bottom - 0.03),
                    )
                    for _ in range(8)
                )
            ],
            light,
        )
    base, dark, line = drop.shades(frame, 0.3)
    bars = [
        rectangle(left - 0.035, top - 0.035, left, bottom + 0.035),
        rectangle(right, top - 0.035, right + 0.035, bottom + 0.035),
        rectangle(left - 0.035, top - 0.04, right + 0.035, top),
        rectangle((left + right) / 2 - 0.014, top, (left + right) / 2 + 0.014, bottom),
    ]
    for bar in bars:
        plate.fill(bar, base)
    plate.fill(rectangle(left - 0.06, bottom, right + 0.06, bottom + 0.05), dark)
    plate.stroke(
        rectangle(left - 0.035, top - 0.04, right + 0.035, bottom + 0.05),
        line,
        weight=0.6,
        closed=True,
    )


def floorboards(drop: Backdrop, top: float, colour: str) -> None:
    """Draw boards that run towards the viewer."""
    base, dark, line = drop.shades(colour, 0.15)
    drop.plate.fill(rectangle(-EDGE, top, EDGE, EDGE), base)
    drop.plate.fill_all(
        [
            polygon(
                (x * 0.5 - 0.004, top),
                (x * 0.5 + 0.004, top),
                (x * 1.7 + 0.014, EDGE),
                (x * 1.7 - 0.014, EDGE),
            )
            for x in np.arange(-4.4, 4.5, 0.55)
        ],
        dark,
    )
    drop.plate.fill(rectangle(-EDGE, top - 0.03, EDGE, top + 0.015), dark)
    drop.plate.stroke(polygon((-EDGE, top + 0.015), (EDGE, top + 0.015)), line, weight=0.5)


def curtain(drop: Backdrop, x: float, top: float, bottom: float, side: int, colour: str) -> None:
    """Draw a curtain that hangs from `x` to one side and sways."""
    base, dark, line = drop.shades(colour, 0.22)
    sway = drop.sway(0.03, 0.2 + 0.1 * side)
    cloth = joined(
        [(x - 0.05 * side, top), (x + 0.28 * side, top)],
        [
            (x + 0.28 * side, top),
            (x + 0.24 * side, (top + bottom) / 2),
            (x + 0.3 * side + sway, bottom),
        ],
        [(x + 0.3 * side + sway, bottom), (x - 0.02 * side + sway, bottom), (x - 0.05 * side, top)],
    )
    drop.plate.fill(cloth, base)
    for share in (0.3, 0.6, 0.85):
        drop.plate.fill(
            ribbon(
                [(x + side * 0.28 * share, top), (x + side * (0.3 * share) + sway, bottom)],
                [0.012, 0.022],
            ),
            dark,
            within=(base, dark + 1),
        )
    drop.plate.stroke(cloth, line, weight=0.6, closed=True)


def shelf(drop: Backdrop, left: float, top: float, right: float, bottom: float) -> None:
    """Draw a bookshelf."""
    base, dark, line = drop.shades("b98a62", 0.2)
    drop.plate.fill(rectangle(left, top, right, bottom), base)
    rows = 4
    high = (bottom - top) / rows
    books = [
        drop.ink(colour, 0.2)
        for colour in ("d9626a", "5b8fc9", "f0c35a", "77b38a", "efe6da", "9b7fc4")
    ]
    for row in range(rows):
        y = top + row * high
        drop.plate.fill(rectangle(left + 0.025, y + 0.025, right - 0.025, y + high - 0.01), dark)
        x = left + 0.035
        while x < right - 0.06:
            wide, tall = drop.rng.uniform(0.022, 0.045), drop.rng.uniform(0.6, 0.86) * high
            drop.plate.fill(
                rectangle(x, y + high - 0.01 - tall, x + wide, y + high - 0.01),
                drop.rng.choice(books),
            )
            x += wide + 0.004 + (0.05 if drop.rng.random() < 0.1 else 0)
    drop.plate.stroke(rectangle(left, top, right, bottom), line, weight=0.7, closed=True)


def clock(drop: Backdrop, x: float, y: float) -> None:
    """Draw a round wall clock."""
    face, hand = drop.ink("fdfdfd", 0.28), drop.ink("5d5a70", 0.28, line=True)
    drop.plate.fill(ellipse(x, y, 0.1, 0.1), hand)
    drop.plate.fill(ellipse(x, y, 0.085, 0.085), face)
    drop.plate.fill_all(
        [
            ribbon([(x, y), (x + 0.035, y - 0.03)], [0.007] * 2),
            ribbon([(x, y), (x - 0.01, y - 0.065)], [0.006] * 2),
        ],
        hand,
    )


def desk(drop: Backdrop, x: float, y: float, scale: float) -> None:
    """Draw a desk of a school."""
    wood, dark, line = drop.shades("e0b27c", 0.12)
    steel = drop.ink("8f95a8", 0.12)
    wide, leg = 0.24 * scale, 0.26 * scale
    drop.plate.fill_all(
        [
            rectangle(x + s * wide * 0.85 - 0.012, y, x + s * wide * 0.85 + 0.012, y + leg)
            for s in (-1, 1)
        ],
        steel,
    )
    top = polygon(
        (x - wide * 0.85, y - 0.1 * scale),
        (x + wide * 0.85, y - 0.1 * scale),
        (x + wide, y),
        (x - wide, y),
    )
    drop.plate.fill(top, wood)
    drop.plate.fill(rectangle(x - wide, y, x + wide, y + 0.045 * scale), dark)
    drop.plate.stroke(top, line, weight=0.6, closed=True)
