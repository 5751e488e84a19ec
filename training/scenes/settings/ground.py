"""What grows on open ground: ridges, grass and flowers. Unaware of which place it is in."""

from __future__ import annotations

import math

from training.scenes.settings.backdrop import EDGE, Backdrop
from training.scenes.shape import Points, ellipse, polygon


def ridge(drop: Backdrop, y: float, rough: float, count: int = 9) -> list[tuple[float, float]]:
    """Return a hilly line from edge to edge."""
    return [
        (-EDGE + 2 * EDGE * i / (count - 1), y + drop.rng.uniform(-rough, rough))
        for i in range(count)
    ]


def tufts(drop: Backdrop, top: float, count: int, colour: str) -> None:
    """Draw blades of grass, larger towards the viewer."""
    ink = drop.ink(colour, 0.15)
    blades: list[Points] = []
    for _ in range(count):
        y = drop.rng.uniform(top + 0.05, 1.35)
        x = drop.rng.uniform(-1.9, 1.9)
        size = 0.03 + 0.07 * (y - top)
        bend = drop.sway(0.4 * size, x * 0.4)
        blades.append(
            polygon(
                (x - size * 0.3, y),
                (x - size * 0.4 + bend, y - size),
                (x, y),
                (x + size * 0.35 + bend, y - size * 1.2),
                (x + size * 0.35, y),
            )
        )
    drop.plate.fill_all(blades, ink)


def flowers(drop: Backdrop, top: float, count: int, colours: tuple[str, ...]) -> None:
    """Scatter flowers over the ground."""
    hearts: list[Points] = []
    petals: dict[int, list[Points]] = {}
    inks = [drop.ink(colour, 0.1) for colour in colours]
    heart = drop.ink("f7c948", 0.1)
    for _ in range(count):
        y = top + (1.3 - top) * drop.rng.random() ** 0.7
        x = drop.rng.uniform(-1.9, 1.9)
        size = 0.008 + 0.03 * (y - top)
        x += drop.sway(0.25 * size, x * 0.4)
        group = petals.setdefault(drop.rng.choice(inks), [])
        group.extend(
            ellipse(
                x + size * math.cos(a),
                y + 0.7 * size * math.sin(a),
                size * 0.75,
                size * 0.6,
                count=8,
            )
            for a in (0.3, 1.56, 2.8, 4.1, 5.3)
        )
        hearts.append(ellipse(x, y, size * 0.5, size * 0.4, count=8))
    for ink, group in petals.items():
        drop.plate.fill_all(group, ink)
    drop.plate.fill_all(hearts, heart)
