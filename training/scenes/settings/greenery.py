"""Trees. Unaware of where they stand."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from training.scenes.palette import mix, rgb
from training.scenes.shape import (
    Points,
    joined,
    polygon,
    rectangle,
    ribbon,
    smooth,
)

if TYPE_CHECKING:
    from training.scenes.settings.backdrop import Backdrop

_TEETH = 16
_SPIN = np.arange(_TEETH) * (math.tau / _TEETH)
_LEAVES = smooth(
    np.stack([np.cos(_SPIN), np.sin(_SPIN)], axis=1)
    * np.where(np.arange(_TEETH) % 2, 0.88, 1.05)[:, None],
    steps=2,
)
_FAR_LEAVES = _LEAVES[::2]


def _leafy(x: float, y: float, radius: float) -> Points:
    """Return a heap of leaves: a circle with a toothed edge."""
    return (_LEAVES if radius > 0.09 else _FAR_LEAVES) * radius + (x, y)


def draw_crown(drop: Backdrop, x: float, y: float, size: float, colour: str, far: float) -> None:
    """Draw a leafy or flowering crown: heaps of leaves, lit from the upper left."""
    base, dark, _ = drop.shades(colour, far)
    bright = drop.ink(mix(rgb(colour), rgb("fff8c8"), 0.3), far)
    heaps = []
    count = 8 if size > 0.3 else 5
    for index in range(count):
        angle = index * math.tau / count + drop.rng.uniform(-0.3, 0.3)
        reach = size * drop.rng.uniform(0.42, 0.62)
        drift = drop.sway(0.02 * size, index * 0.11)
        heaps.append(
            (
                x + reach * math.cos(angle) + drift,
                y + 0.72 * reach * math.sin(angle),
                size * drop.rng.uniform(0.34, 0.46),
            )
        )
    heaps.append((x, y, size * 0.55))
    for shift, ink, scale in ((0.07, dark, 1.0), (-0.06, base, 0.9)):
        drop.plate.fill_all(
            [
                _leafy(hx + shift * size * 0.6, hy + shift * size, radius * scale)
                for hx, hy, radius in heaps
            ],
            ink,
        )
    tops = [heap for heap in heaps if heap[1] < y + 0.1 * size]
    drop.plate.fill_all(
        [_leafy(hx - 0.14 * size, hy - 0.16 * size, radius * 0.5) for hx, hy, radius in tops],
        bright,
    )


def draw_tree(
    drop: Backdrop, x: float, foot: float, height: float, colour: str, far: float
) -> None:
    """Draw a tree with trunk and crown."""
    bark, dark, _ = drop.shades("7d5a4a", far)
    top = foot - height * 0.55
    trunk = joined(
        [
            (x - 0.075 * height, foot),
            (x - 0.035 * height, foot - 0.25 * height),
            (x - 0.03 * height, top),
        ],
        [(x - 0.03 * height, top), (x + 0.03 * height, top)],
        [
            (x + 0.03 * height, top),
            (x + 0.035 * height, foot - 0.25 * height),
            (x + 0.08 * height, foot),
        ],
    )
    drop.plate.fill(trunk, bark)
    drop.plate.fill(
        ribbon(
            [(x + 0.03 * height, foot), (x + 0.02 * height, top)],
            [0.03 * height, 0.014 * height],
        ),
        dark,
    )
    for side in (-1, 1):
        drop.plate.fill(
            ribbon(
                [(x, top + 0.1 * height), (x + side * 0.16 * height, top - 0.12 * height)],
                [0.022 * height, 0.008 * height],
            ),
            bark,
        )
    draw_crown(drop, x, top - 0.16 * height, height * 0.42, colour, far)


def draw_pine(drop: Backdrop, x: float, foot: float, height: float, far: float) -> None:
    """Draw a conifer."""
    base, dark, _ = drop.shades("3f7a5e", far)
    drop.plate.fill(
        rectangle(x - 0.02 * height, foot - 0.15 * height, x + 0.02 * height, foot),
        drop.ink("6b4d40", far),
    )
    for level in range(4):
        low = foot - (0.1 + 0.21 * level) * height
        half = (0.26 - 0.05 * level) * height
        tip = low - 0.34 * height
        drift = drop.sway(0.008 * height * level, x)
        drop.plate.fill(
            polygon(
                (x - half, low),
                (x + drift, tip),
                (x + half, low),
                (x + half * 0.4, low - 0.03 * height),
                (x, low + 0.02 * height),
                (x - half * 0.4, low - 0.03 * height),
            ),
            base,
        )
        drop.plate.fill(
            polygon(
                (x + 0.12 * half, low),
                (x + drift, tip),
                (x + half, low),
                (x + half * 0.4, low - 0.03 * height),
            ),
            dark,
        )
