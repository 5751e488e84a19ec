"""Places that people built, under the open sky."""

from __future__ import annotations

import numpy as np

from training.scenes.settings.backdrop import EDGE, Backdrop
from training.scenes.settings.buildings import draw_skyline
from training.scenes.settings.heavens import draw_heavens
from training.scenes.shape import Points, polygon, rectangle

_TOWERS = ["8d9bc0", "a3a9c8", "7f8bb0", "b4b0c6", "94a6c2"]
_NEAR_TOWERS = ["69769f", "7d86ab", "5f6b94", "877f9f"]


def _railing(drop: Backdrop, top: float, bottom: float, colour: str) -> None:
    """Draw a railing across the picture."""
    base, dark, line = drop.shades(colour, 0.05)
    drop.plate.fill_all(
        [rectangle(x - 0.013, top, x + 0.013, bottom) for x in np.arange(-2.6, 2.61, 0.13)], base
    )
    drop.plate.fill_all(
        [rectangle(x + 0.004, top, x + 0.013, bottom) for x in np.arange(-2.6, 2.61, 0.13)], dark
    )
    for y, half in ((top, 0.035), (bottom, 0.024)):
        drop.plate.fill(rectangle(-EDGE, y - half, EDGE, y + half), base)
        drop.plate.fill(rectangle(-EDGE, y + half * 0.3, EDGE, y + half), dark)
        drop.plate.stroke(polygon((-EDGE, y + half), (EDGE, y + half)), line, weight=0.6)


def draw_city(drop: Backdrop) -> None:
    """Draw a skyline in three depths, seen from a terrace."""
    draw_heavens(drop)
    foot = drop.horizon + 0.25
    with drop.layer(0.3):
        draw_skyline(drop, foot, 0.85, 0.7, _TOWERS)
    with drop.layer(0.45):
        draw_skyline(drop, foot + 0.1, 0.5, 0.62, _TOWERS)
    with drop.layer(0.6):
        draw_skyline(drop, foot + 0.32, 0.22, 0.55, _NEAR_TOWERS)
    with drop.layer(0.9):
        floor = foot + 0.48
        drop.bands(
            ["b9b4c4", "c9c4d0", "b4aebf"], [floor, floor + 0.04, floor + 0.3], [0.1, 0.08, 0.05]
        )
        _railing(drop, floor - 0.24, floor - 0.02, "5a6284")


def draw_rooftop(drop: Backdrop) -> None:
    """Draw a school's roof: fence, water tank, the town below."""
    draw_heavens(drop)
    foot = drop.horizon + 0.2
    with drop.layer(0.35):
        draw_skyline(drop, foot, 0.8, 0.32, _TOWERS)
        draw_skyline(drop, foot + 0.08, 0.6, 0.22, _TOWERS)
    with drop.layer(0.8):
        floor = foot + 0.2
        side = drop.rng.choice((-1, 1))
        drop.bands(
            ["c4c6d0", "d2d3db", "b9bcc9"], [floor, floor + 0.05, floor + 0.4], [0.15, 0.12, 0.08]
        )
        seams = drop.ink("a9acba", 0.1)
        drop.plate.fill_all(
            [
                polygon(
                    (x * 0.5, floor + 0.05),
                    (x * 0.5 + 0.012, floor + 0.05),
                    (x * 1.6 + 0.03, EDGE),
                    (x * 1.6, EDGE),
                )
                for x in np.arange(-4, 4.1, 0.8)
            ],
            seams,
        )
        base, dark, line = drop.shades("d9dce6", 0.16)
        hut = rectangle(
            min(side * 0.75, side * 2.2), floor - 0.75, max(side * 0.75, side * 2.2), floor + 0.08
        )
        drop.plate.fill(hut, base)
        drop.plate.fill(
            rectangle(
                min(side * 0.75, side * 2.2) - 0.04,
                floor - 0.8,
                max(side * 0.75, side * 2.2) + 0.04,
                floor - 0.72,
            ),
            dark,
        )
        door = side * 1.0
        drop.plate.fill(
            rectangle(door - 0.11, floor - 0.42, door + 0.11, floor + 0.08),
            drop.ink("7f93b5", 0.14),
        )
        drop.plate.stroke(hut, line, weight=0.7, closed=True)
    with drop.layer(0.9):
        mesh = drop.ink("5d8a86", 0.1, line=True)
        high = floor - 0.42
        lines: list[Points] = []
        for x in np.arange(-2.9, 2.9, 0.09):
            for a, b in ((x, x + 0.46), (x + 0.46, x)):
                low = floor + 0.02
                lines.append(polygon((a, high), (a + 0.01, high), (b + 0.01, low), (b, low)))
        drop.plate.fill_all(lines, mesh)
        post, _, _ = drop.shades("6fa39c", 0.08)
        drop.plate.fill_all(
            [
                rectangle(x - 0.016, high - 0.03, x + 0.016, floor + 0.06)
                for x in np.arange(-2.4, 2.5, 0.6)
            ],
            post,
        )
        for y in (high, floor - 0.02):
            drop.plate.fill(rectangle(-EDGE, y - 0.014, EDGE, y + 0.014), post)
