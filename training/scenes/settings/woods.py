"""Places among trees: a forest and a path of cherry trees."""

from __future__ import annotations

import math

from training.scenes.settings.backdrop import EDGE, Backdrop
from training.scenes.settings.greenery import draw_crown, draw_tree
from training.scenes.settings.ground import flowers, ridge, tufts
from training.scenes.settings.heavens import draw_heavens
from training.scenes.shape import ellipse, polygon, rectangle, ribbon, smooth


def draw_forest(drop: Backdrop) -> None:
    """Draw trunks in the haze, leaves above and ferns below."""
    top = drop.horizon
    drop.plate.fill(rectangle(-EDGE, -EDGE, EDGE, EDGE), drop.ink("b9dfa8", 0.55))
    with drop.layer(0.3):
        for index in range(9):
            draw_crown(
                drop, -2.0 + 0.5 * index, -0.55 + drop.rng.uniform(-0.2, 0.2), 0.5, "8cc58a", 0.6
            )
    for far, count, wide in ((0.6, 11, 0.05), (0.38, 8, 0.09), (0.14, 5, 0.16)):
        with drop.layer(1 - far):
            foot = top + 0.28 * (1 - far) + 0.02
            base, dark, line = drop.shades("7b6250", far)
            for index in range(count):
                x = -2.1 + 4.2 * (index + drop.rng.uniform(0.1, 0.9)) / count
                if far < 0.2 and abs(x) < 0.5:
                    x = math.copysign(0.62, x)
                bend = drop.rng.uniform(-0.05, 0.05)
                trunk = [
                    (x, foot + 0.12),
                    (x + bend, -0.2),
                    (x + 2 * bend, -1.2),
                    (x + 3 * bend, -EDGE),
                ]
                drop.plate.fill(ribbon(trunk, [wide * 1.35, wide, wide * 0.9, wide * 0.9]), base)
                drop.plate.fill(
                    ribbon(
                        [(px + wide * 0.5, py) for px, py in trunk],
                        [wide * 0.55, wide * 0.45, wide * 0.4, wide * 0.4],
                    ),
                    dark,
                )
                drop.plate.stroke(
                    smooth([(px + wide * 0.98, py) for px, py in trunk], closed=False),
                    line,
                    weight=0.5,
                )
            drop.ground(
                ("a5cf8a", "84b96c", "6aa55c")[int((0.6 - far) / 0.22)],
                ridge(drop, foot + 0.05, 0.03),
                far,
            )
    with drop.layer(0.95):
        for index in range(6):
            draw_crown(
                drop,
                -2.1 + 0.84 * index + drop.rng.uniform(-0.1, 0.1),
                -1.18 + drop.rng.uniform(-0.08, 0.1),
                0.52,
                "5d9f5c",
                0.12,
            )
        tufts(drop, top + 0.3, 46, "4f8c4c")
        flowers(drop, top + 0.35, 14, ("ffffff", "f4d0e6"))


def draw_blossoms(drop: Backdrop) -> None:
    """Draw a path between flowering cherry trees."""
    draw_heavens(drop)
    top = drop.horizon
    with drop.layer(0.4):
        for index in range(9):
            draw_crown(
                drop,
                -2.2 + 0.55 * index + drop.rng.uniform(-0.1, 0.1),
                top - 0.28 + drop.rng.uniform(-0.1, 0.1),
                0.34,
                "f7bcd0",
                0.5,
            )
        drop.ground("a4cf94", [(-EDGE, top), (0, top - 0.01), (EDGE, top)], 0.45)
    with drop.layer(0.7):
        drop.plate.fill(
            polygon((-0.12, top), (0.12, top), (1.1, 1.8), (-1.1, 1.8)), drop.ink("ecd8c6", 0.2)
        )
        for side in (-1, 1):
            draw_tree(drop, side * drop.rng.uniform(0.68, 0.85), top + 0.22, 1.25, "f9b4cc", 0.22)
    with drop.layer(0.95):
        for side in (-1, 1):
            x = side * drop.rng.uniform(1.0, 1.2)
            base, dark, _ = drop.shades("6d4c44", 0.08)
            drop.plate.fill(
                ribbon(
                    [(x, 1.3), (x - side * 0.04, 0.2), (x + side * 0.1, -1.3)], [0.16, 0.1, 0.09]
                ),
                base,
            )
            drop.plate.fill(
                ribbon(
                    [(x + 0.06, 1.3), (x + 0.03 - side * 0.04, 0.2), (x + 0.05 + side * 0.1, -1.3)],
                    [0.07, 0.05, 0.04],
                ),
                dark,
            )
            drop.plate.fill(
                ribbon(
                    [(x, -0.35), (x - side * 0.35, -0.75), (x - side * 0.7, -0.9)],
                    [0.06, 0.04, 0.015],
                ),
                base,
            )
        for x, y, size in (
            (-1.15, -0.95, 0.5),
            (1.15, -0.92, 0.52),
            (-0.55, -1.16, 0.4),
            (0.6, -1.15, 0.4),
            (-1.4, -0.45, 0.34),
            (1.42, -0.42, 0.34),
            (0.0, -1.35, 0.35),
        ):
            draw_crown(drop, x, y, size, "fcc6d9", 0.06)
        fallen = drop.ink("f7b3cb", 0.1)
        drop.plate.fill_all(
            [
                ellipse(
                    drop.rng.uniform(-1.8, 1.8),
                    drop.rng.uniform(top + 0.15, 1.4),
                    0.016,
                    0.009,
                    count=7,
                )
                for _ in range(50)
            ],
            fallen,
        )
