"""Backgrounds that are no place: the open sky and plain colour."""

from __future__ import annotations

from training.scenes.palette import mix, rgb
from training.scenes.settings.backdrop import EDGE, Backdrop
from training.scenes.settings.heavens import draw_cloud, draw_heavens
from training.scenes.shape import ellipse, polygon, rectangle, ribbon

PLAIN = ("f6c8d4", "bfe0f0", "f8e6b8", "c9e8cf", "d9cdf0", "f2f1f5", "f7cfae")


def draw_sky(drop: Backdrop) -> None:
    """Draw heaped clouds high above the ground."""
    draw_heavens(drop)
    for x, y, width in ((-0.9, 0.78, 0.75), (0.75, 0.92, 0.95), (-0.2, 1.15, 1.1)):
        with drop.layer(0.45):
            draw_cloud(drop, x + drop.rng.uniform(-0.3, 0.3) + 0.05 * drop.t, y, width)


def draw_plain(drop: Backdrop) -> None:
    """Draw one pastel colour with a quiet pattern."""
    colour = rgb(drop.rng.choice(PLAIN))
    drop.plate.fill(rectangle(-EDGE, -EDGE, EDGE, EDGE), drop.ink(colour, 0.75))
    pale = drop.ink(mix(colour, (255, 255, 255), 0.45), 0.75)
    kind = drop.rng.randrange(4)
    with drop.layer(0.5):
        if kind == 0:
            drop.plate.fill_all(
                [
                    ellipse(x * 0.4 + 0.2 * (y % 2), y * 0.36, 0.07, 0.07, count=16)
                    for x in range(-6, 7)
                    for y in range(-6, 7)
                ],
                pale,
            )
        elif kind == 1:
            drop.plate.fill_all(
                [
                    polygon((x, -EDGE), (x + 0.2, -EDGE), (x - 1.4, EDGE), (x - 1.6, EDGE))
                    for x in (v * 0.45 for v in range(-8, 12))
                ],
                pale,
            )
        elif kind == 2:
            drop.plate.fill(ellipse(0, 0, 0.95, 0.95, count=60), pale)
        else:
            drop.plate.fill(
                ribbon(
                    [(-EDGE, 0.7), (-0.8, 0.35), (0.5, 0.75), (EDGE, 0.3)], [0.9, 0.8, 0.85, 0.9]
                ),
                pale,
            )
