"""Places under the open sky: sea, mountains, woods and fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from training.scenes.settings.greenery import draw_pine, draw_tree
from training.scenes.settings.ground import flowers, ridge, tufts
from training.scenes.settings.heavens import draw_heavens
from training.scenes.shape import polygon

if TYPE_CHECKING:
    from training.scenes.settings.backdrop import Backdrop


def _peak(drop: Backdrop, x: float, foot: float, width: float, height: float, far: float) -> None:
    base, dark, _ = drop.shades("7f95bf", far)
    top = foot - height
    left, right = (x - width, foot), (x + width, foot)
    drop.plate.fill(
        polygon(
            left,
            (x - 0.42 * width, foot - 0.5 * height),
            (x, top),
            (x + 0.38 * width, foot - 0.55 * height),
            right,
        ),
        base,
    )
    drop.plate.fill(
        polygon(
            (x, top),
            (x + 0.38 * width, foot - 0.55 * height),
            right,
            (x + 0.25 * width, foot),
            (x + 0.02 * width, foot - 0.42 * height),
            (x + 0.1 * width, foot - 0.62 * height),
        ),
        dark,
    )
    snow, shade = drop.ink("fbfdff", far * 0.8), drop.ink("c5d2ee", far * 0.8)
    cap = [
        (x, top),
        (x + 0.22 * width, foot - 0.73 * height),
        (x + 0.12 * width, foot - 0.68 * height),
        (x + 0.05 * width, foot - 0.75 * height),
        (x - 0.06 * width, foot - 0.63 * height),
        (x - 0.13 * width, foot - 0.72 * height),
        (x - 0.25 * width, foot - 0.7 * height),
    ]
    drop.plate.fill(polygon(*cap), snow)
    drop.plate.fill(polygon(cap[0], cap[1], cap[2], cap[3]), shade)


def draw_mountains(drop: Backdrop) -> None:
    """Draw snowy peaks, a forest's edge and a slope."""
    draw_heavens(drop)
    foot = drop.horizon + 0.12
    with drop.layer(0.3):
        for index in range(4):
            x = -1.7 + 1.15 * index + drop.rng.uniform(-0.3, 0.3)
            _peak(
                drop,
                x,
                foot,
                drop.rng.uniform(0.7, 1.0),
                drop.rng.uniform(0.55, 0.95),
                0.82 - 0.06 * (index % 2),
            )
    with drop.layer(0.45):
        drop.ground("6f9f84", ridge(drop, foot - 0.06, 0.07), 0.6)
        for index in range(15):
            draw_pine(
                drop,
                -2.0 + 0.28 * index + drop.rng.uniform(-0.08, 0.08),
                foot + 0.08,
                drop.rng.uniform(0.18, 0.32),
                0.55,
            )
    with drop.layer(0.7):
        drop.ground("7fb573", ridge(drop, foot + 0.1, 0.05), 0.3)
        for side in (-1, 1):
            for index in range(2):
                draw_pine(
                    drop,
                    side * (0.75 + 0.5 * index + drop.rng.uniform(-0.15, 0.15)),
                    foot + 0.3 + 0.1 * index,
                    drop.rng.uniform(0.6, 0.9),
                    0.2,
                )
        drop.ground("93c76f", ridge(drop, foot + 0.36, 0.04), 0.1)
        tufts(drop, foot + 0.36, 30, "74ab58")


def draw_meadow(drop: Backdrop) -> None:
    """Draw rolling hills, a tree and flowers."""
    draw_heavens(drop)
    top = drop.horizon
    with drop.layer(0.35):
        drop.ground("8fc3a0", ridge(drop, top - 0.04, 0.06, 7), 0.75)
        drop.ground("8ecb7c", ridge(drop, top + 0.04, 0.05, 6), 0.5)
    with drop.layer(0.55):
        draw_tree(
            drop,
            drop.rng.choice((-1, 1)) * drop.rng.uniform(0.55, 1.0),
            top + 0.2,
            drop.rng.uniform(0.6, 0.9),
            "6fb25e",
            0.35,
        )
        drop.ground("9bd57a", ridge(drop, top + 0.15, 0.03, 6), 0.3)
    with drop.layer(0.85):
        drop.ground("87c968", ridge(drop, top + 0.42, 0.05, 6), 0.12)
        tufts(drop, top + 0.2, 60, "6bb354")
        flowers(
            drop,
            top + 0.2,
            60,
            drop.rng.choice(
                (
                    ("ffffff", "fff3c4"),
                    ("f7a8c8", "ffffff"),
                    ("f6d04f", "f08a4b"),
                    ("b79bea", "ffffff"),
                )
            ),
        )
