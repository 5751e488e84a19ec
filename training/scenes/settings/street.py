"""A quiet street in perspective."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from training.scenes.settings.greenery import draw_crown
from training.scenes.settings.heavens import draw_heavens
from training.scenes.shape import ellipse, polygon, rectangle, ribbon

if TYPE_CHECKING:
    from training.scenes.settings.backdrop import Backdrop


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
    draw_heavens(drop)
    top = drop.horizon
    with drop.layer(0.4):
        for index in range(10):
            draw_crown(drop, -1.6 + 0.36 * index, top - 0.02, 0.16, "7cb383", 0.6)
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
        _draw_wires(drop, top)


def _draw_wires(drop: Backdrop, top: float) -> None:
    """Draw poles along one side and the wires between them."""
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
            rectangle(x - 0.1 * abs(x) - 0.02, head + 0.05, x + 0.1 * abs(x) + 0.02, head + 0.07),
            dark,
        )
        tips.append((x, head + 0.06))
        if drop.light.lamps:
            drop.plate.fill(
                ellipse(x - side * 0.06, head + 0.2, 0.035 * (0.6 + abs(x)), 0.025),
                drop.plate.ink((255, 236, 170), 0.3),
            )
    for lift in (0.0, 0.05):
        for a, b in itertools.pairwise(tips):
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
