"""A shrine: a red gate, a stone path, lanterns."""

from __future__ import annotations

from training.scenes.settings.backdrop import EDGE, Backdrop
from training.scenes.settings.greenery import draw_crown
from training.scenes.settings.heavens import draw_heavens
from training.scenes.shape import joined, polygon, rectangle, ribbon, smooth


def draw_shrine(drop: Backdrop) -> None:
    """Draw a red gate over a stone path, lanterns and old trees."""
    draw_heavens(drop)
    top = drop.horizon
    with drop.layer(0.4):
        for index in range(11):
            draw_crown(
                drop,
                -2.1 + 0.42 * index,
                top - 0.2 + drop.rng.uniform(-0.1, 0.06),
                0.34,
                "5f9a72",
                0.5,
            )
        drop.ground("9cbf8a", [(-EDGE, top + 0.05), (0, top + 0.02), (EDGE, top + 0.05)], 0.4)
    with drop.layer(0.55):
        roof, roof_dark, line = drop.shades("5d6580", 0.4)
        wall = drop.ink("e7d6bd", 0.4)
        red = drop.ink("c9503f", 0.4)
        drop.plate.fill(rectangle(-0.36, top - 0.16, 0.36, top + 0.1), wall)
        drop.plate.fill_all(
            [
                rectangle(x - 0.02, top - 0.16, x + 0.02, top + 0.1)
                for x in (-0.36, -0.12, 0.12, 0.36)
            ],
            red,
        )
        cover = joined(
            [(-0.62, top - 0.12), (-0.35, top - 0.24), (-0.2, top - 0.42)],
            [(-0.2, top - 0.42), (0.2, top - 0.42)],
            [(0.2, top - 0.42), (0.35, top - 0.24), (0.62, top - 0.12)],
        )
        drop.plate.fill(cover, roof)
        drop.plate.fill(ribbon([(-0.6, top - 0.13), (0.6, top - 0.13)], [0.02, 0.02]), roof_dark)
        drop.plate.stroke(cover, line, weight=0.5, closed=True)
    with drop.layer(0.75):
        drop.ground("8db577", [(-EDGE, top + 0.12), (0, top + 0.08), (EDGE, top + 0.12)], 0.2)
        drop.plate.fill(
            polygon((-0.2, top + 0.08), (0.2, top + 0.08), (0.95, 1.8), (-0.95, 1.8)),
            drop.ink("cfc9cf", 0.15),
        )
        seam = drop.ink("aaa3b0", 0.14)
        drop.plate.fill_all(
            [
                rectangle(-0.2 - 0.44 * (y - top), y, 0.2 + 0.44 * (y - top), y + 0.012)
                for y in (top + 0.16, top + 0.28, top + 0.46, top + 0.7, top + 1.05)
            ],
            seam,
        )
        _torii(drop, top)
        for side in (-1, 1):
            _lantern(drop, side * 1.12, top + 0.42)


def _torii(drop: Backdrop, top: float) -> None:
    red, dark, line = drop.shades("db4b3c", 0.14)
    black = drop.ink("4a4454", 0.14)
    foot, head = top + 0.36, top - 0.98
    for side in (-1, 1):
        post = ribbon([(side * 0.8, foot), (side * 0.74, head)], [0.075, 0.06])
        drop.plate.fill(post, red)
        drop.plate.fill(
            ribbon([(side * 0.8 + 0.04, foot), (side * 0.74 + 0.03, head)], [0.034, 0.028]), dark
        )
        drop.plate.stroke(post, line, weight=0.7, closed=True)
        drop.plate.fill(rectangle(side * 0.8 - 0.095, foot - 0.1, side * 0.8 + 0.095, foot), black)
    beam = rectangle(-1.0, head + 0.26, 1.0, head + 0.35)
    drop.plate.fill(beam, red)
    drop.plate.stroke(beam, line, weight=0.6, closed=True)
    lintel = smooth(
        [
            (-1.25, head - 0.1),
            (-0.6, head - 0.02),
            (0, head),
            (0.6, head - 0.02),
            (1.25, head - 0.1),
            (1.18, head + 0.05),
            (0.6, head + 0.12),
            (0, head + 0.13),
            (-0.6, head + 0.12),
            (-1.18, head + 0.05),
        ]
    )
    drop.plate.fill(lintel, red)
    drop.plate.fill(
        ribbon(
            [
                (-1.28, head - 0.12),
                (-0.6, head - 0.05),
                (0, head - 0.03),
                (0.6, head - 0.05),
                (1.28, head - 0.12),
            ],
            [0.035] * 5,
        ),
        black,
    )
    drop.plate.stroke(lintel, line, weight=0.6, closed=True)
    drop.plate.fill(rectangle(-0.07, head + 0.1, 0.07, head + 0.28), black)


def _lantern(drop: Backdrop, x: float, foot: float) -> None:
    base, dark, line = drop.shades("b5b3bd", 0.12)
    drop.plate.fill(rectangle(x - 0.05, foot - 0.34, x + 0.05, foot), base)
    drop.plate.fill(rectangle(x + 0.01, foot - 0.34, x + 0.05, foot), dark)
    drop.plate.fill(rectangle(x - 0.11, foot - 0.04, x + 0.11, foot + 0.02), base)
    box = rectangle(x - 0.09, foot - 0.5, x + 0.09, foot - 0.34)
    drop.plate.fill(box, base)
    drop.plate.fill(
        rectangle(x - 0.05, foot - 0.47, x + 0.05, foot - 0.37),
        drop.plate.ink((255, 224, 140), 0.3) if drop.light.lamps else dark,
    )
    drop.plate.stroke(box, line, weight=0.5, closed=True)
    drop.plate.fill(polygon((x - 0.16, foot - 0.5), (x, foot - 0.66), (x + 0.16, foot - 0.5)), dark)
