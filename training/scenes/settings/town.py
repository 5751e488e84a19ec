"""Places that people built, under the open sky."""

from __future__ import annotations

import numpy as np

from training.scenes.settings.backdrop import EDGE, Backdrop
from training.scenes.shape import PointsLike, ellipse, joined, polygon, rectangle, ribbon, smooth

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
    drop.heavens()
    foot = drop.horizon + 0.25
    with drop.layer(0.3):
        drop.skyline(foot, 0.85, 0.7, _TOWERS)
    with drop.layer(0.45):
        drop.skyline(foot + 0.1, 0.5, 0.62, _TOWERS)
    with drop.layer(0.6):
        drop.skyline(foot + 0.32, 0.22, 0.55, _NEAR_TOWERS)
    with drop.layer(0.9):
        floor = foot + 0.48
        drop.bands(
            ["b9b4c4", "c9c4d0", "b4aebf"], [floor, floor + 0.04, floor + 0.3], [0.1, 0.08, 0.05]
        )
        _railing(drop, floor - 0.24, floor - 0.02, "5a6284")


def draw_rooftop(drop: Backdrop) -> None:
    """Draw a school's roof: fence, water tank, the town below."""
    drop.heavens()
    foot = drop.horizon + 0.2
    with drop.layer(0.35):
        drop.skyline(foot, 0.8, 0.32, _TOWERS)
        drop.skyline(foot + 0.08, 0.6, 0.22, _TOWERS)
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
        lines: list[PointsLike] = []
        for x in np.arange(-2.9, 2.9, 0.09):
            lines.append(ribbon([(x, high), (x + 0.46, floor + 0.02)], [0.0035, 0.0035]))
            lines.append(ribbon([(x + 0.46, high), (x, floor + 0.02)], [0.0035, 0.0035]))
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


def _house(
    drop: Backdrop, side: int, near: float, far: float, wall: str, roof: str, top: float
) -> None:
    """Draw a house along the street, in perspective between two distances from the middle."""

    def at(x: float, up: float) -> tuple[float, float]:
        return side * x, top + x * 0.42 - up * x

    base, dark, line = drop.shades(wall, 0.45 - 0.25 * near)
    face = polygon(at(far, 0.0), at(near, 0.0), at(near, 0.95), at(far, 0.95))
    drop.plate.fill(face, base if side < 0 else dark)
    drop.plate.stroke(face, line, weight=0.6, closed=True)
    eaves = polygon(
        at(far * 0.94, 0.93), at(near * 1.03, 0.93), at(near * 1.12, 1.3), at(far * 1.05, 1.3)
    )
    cover, _, edge = drop.shades(roof, 0.4 - 0.25 * near)
    drop.plate.fill(eaves, cover)
    drop.plate.stroke(eaves, edge, weight=0.6, closed=True)
    glass = drop.ink("ffe0a0", 0.2, glow=True) if drop.light.lamps else drop.ink("a9cde4", 0.3)
    for low in (0.16, 0.58):
        for place in (0.2, 0.6):
            a, b = far + (near - far) * place, far + (near - far) * (place + 0.24)
            pane = polygon(at(a, low), at(b, low), at(b, low + 0.22), at(a, low + 0.22))
            drop.plate.fill(pane, glass)
            drop.plate.stroke(pane, line, weight=0.5, closed=True)


def draw_street(drop: Backdrop) -> None:
    """Draw a quiet street in perspective: houses, poles, wires."""
    drop.heavens()
    top = drop.horizon
    with drop.layer(0.4):
        for index in range(10):
            drop.crown(-1.6 + 0.36 * index, top - 0.02, 0.16, "7cb383", 0.6)
    with drop.layer(0.7):
        drop.bands(["b6b3bf"], [top + 0.02], [0.2])
        road = polygon((-0.05, top + 0.02), (0.05, top + 0.02), (1.7, 1.9), (-1.7, 1.9))
        drop.plate.fill(road, drop.ink("8f8c9c", 0.12))
        white = drop.ink("eeeaf0", 0.1)
        drop.plate.fill_all(
            [
                polygon(
                    (-0.012 * k, top + 0.1 * k * k * 0.4),
                    (0.012 * k, top + 0.1 * k * k * 0.4),
                    (0.02 * k, top + 0.1 * (k + 0.55) ** 2 * 0.4),
                    (-0.02 * k, top + 0.1 * (k + 0.55) ** 2 * 0.4),
                )
                for k in range(1, 7)
            ],
            white,
        )
        for side in (-1, 1):
            drop.plate.fill(
                polygon(
                    (side * 0.055, top + 0.02),
                    (side * 0.062, top + 0.02),
                    (side * 1.86, 1.9),
                    (side * 1.72, 1.9),
                ),
                white,
            )
        walls = ["efe0cc", "d9dfe8", "f0d5c5", "e5e3d3", "cfdcd2"]
        roofs = ["7a6f8f", "a8665c", "5f7f9a", "8b7a6c"]
        for side in (-1, 1):
            for far, near in ((0.22, 0.42), (0.44, 0.85), (0.9, 1.9)):
                _house(drop, side, near, far, drop.rng.choice(walls), drop.rng.choice(roofs), top)
    with drop.layer(0.85):
        dark = drop.ink("6a6478", 0.12, line=True)
        side = drop.rng.choice((-1, 1))
        tips = []
        for x, foot, head in (
            (0.36, top + 0.14, top - 0.4),
            (0.72, top + 0.3, top - 0.85),
            (1.5, top + 0.6, top - 1.8),
        ):
            x *= side
            drop.plate.fill(ribbon([(x, foot), (x, head)], [0.016 + 0.012 * abs(x)] * 2), dark)
            drop.plate.fill(
                rectangle(
                    x - 0.1 * abs(x) - 0.02, head + 0.05, x + 0.1 * abs(x) + 0.02, head + 0.07
                ),
                dark,
            )
            tips.append((x, head + 0.06))
            if drop.light.lamps:
                drop.plate.fill(
                    ellipse(x - side * 0.06, head + 0.2, 0.035 * (0.6 + abs(x)), 0.025),
                    drop.plate.ink((255, 236, 170), 0.3),
                )
        for lift in (0.0, 0.05):
            for a, b in zip(tips, tips[1:], strict=False):
                drop.plate.fill(
                    ribbon(
                        [
                            (a[0], a[1] + lift),
                            ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2 + 0.09 + lift),
                            (b[0], b[1] + lift),
                        ],
                        [0.004] * 3,
                    ),
                    dark,
                )


def draw_shrine(drop: Backdrop) -> None:
    """Draw a red gate over a stone path, lanterns and old trees."""
    drop.heavens()
    top = drop.horizon
    with drop.layer(0.4):
        for index in range(11):
            drop.crown(
                -2.1 + 0.42 * index, top - 0.2 + drop.rng.uniform(-0.1, 0.06), 0.34, "5f9a72", 0.5
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
