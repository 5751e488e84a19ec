"""Places by the water: the sea and a river."""

from __future__ import annotations

import math

from training.scenes.motion import swing
from training.scenes.palette import mix, rgb
from training.scenes.settings.backdrop import EDGE, Backdrop
from training.scenes.settings.greenery import draw_crown
from training.scenes.settings.ground import flowers, ridge, tufts
from training.scenes.settings.heavens import draw_heavens
from training.scenes.shape import Points, ellipse, joined, polygon, rectangle, ribbon, smooth


def glitter(drop: Backdrop, top: float, bottom: float, count: int, colour: str) -> None:
    """Draw short strokes of light on water, which drift to and fro."""
    ink = drop.ink(colour, 0.2, glow=True)
    strokes: list[Points] = []
    for _ in range(count):
        depth = drop.rng.random() ** 1.6
        y = top + 0.02 + (bottom - top) * depth
        x = drop.rng.uniform(-1.9, 1.9) + 0.05 * swing(drop.t, drop.rng.random())
        half, thick = 0.03 + 0.16 * depth * drop.rng.random(), 0.003 + 0.009 * depth
        strokes.append(polygon((x - half, y), (x, y - thick), (x + half, y), (x, y + thick)))
    drop.plate.fill_all(strokes, ink)


_WATER = {
    "day": ("3a93d6", "55b4e0", "8ad6e4"),
    "sunset": ("8a5f96", "c97786", "f5ae8c"),
    "night": ("18245c", "243a7c", "38559c"),
}
_GLINT = {"day": "f2fdff", "sunset": "ffe2ac", "night": "b9c8f6"}


def _water(drop: Backdrop, top: float, bottom: float) -> None:
    colours = _WATER[drop.time]
    for index, colour in enumerate(colours):
        paint = mix(rgb(colour), drop.light.sky[1], 0.15)
        ink = drop.plate.ink(paint, 0.06 + 0.12 * index)
        y = top + (bottom - top) * (0.0, 0.22, 0.6)[index]
        edge = [
            (-EDGE, y),
            (-1.0, y + 0.012 * index),
            (0, y - 0.01 * index),
            (1.0, y + 0.014 * index),
            (EDGE, y),
        ]
        low = polygon((EDGE, bottom + 0.1), (-EDGE, bottom + 0.1))
        drop.plate.fill(joined(edge, low), ink)
    glitter(drop, top, bottom, 46, _GLINT[drop.time])


def draw_beach(drop: Backdrop) -> None:
    """Draw sea, surf and sand."""
    draw_heavens(drop)
    top, shore = drop.horizon, drop.horizon + drop.rng.uniform(0.42, 0.6)
    with drop.layer(0.35):
        if drop.rng.random() < 0.6:
            x = drop.rng.uniform(-1.2, 1.2)
            drop.plate.fill(
                smooth(
                    [
                        (x - 0.6, top + 0.01),
                        (x - 0.25, top - 0.1),
                        (x + 0.1, top - 0.14),
                        (x + 0.55, top + 0.01),
                    ],
                    closed=False,
                ),
                drop.ink("5f8f8a", 0.75),
            )
        _water(drop, top, shore + 0.2)
    with drop.layer(0.75):
        wash = 0.03 * swing(drop.t, drop.rng.random())
        edge = [
            (x, shore + wash + 0.05 * math.sin(2.1 * x + 1.3 * wash * 20))
            for x in (-EDGE, -1.3, -0.5, 0.4, 1.2, EDGE)
        ]
        drop.ground("e8cfa4", [(x, y + 0.03) for x, y in edge], 0.1)
        foam = drop.ink("ffffff", 0.15)
        drop.plate.fill(ribbon(edge, [0.026, 0.03, 0.022, 0.034, 0.024, 0.03]), foam)
        drop.ground("f5e3bd", [(x, y + 0.14) for x, y in edge], 0.05)
        grains = drop.ink("dcc295", 0.05)
        drop.plate.fill_all(
            [
                ellipse(
                    drop.rng.uniform(-1.9, 1.9),
                    drop.rng.uniform(shore + 0.25, 1.5),
                    0.012,
                    0.006,
                    count=6,
                )
                for _ in range(30)
            ],
            grains,
        )
        if drop.rng.random() < 0.5:
            x = drop.rng.choice((-1, 1)) * drop.rng.uniform(0.6, 0.9)
            star = drop.ink("ef8f6a", 0.05)
            drop.plate.fill(
                smooth(
                    [
                        (
                            x + 0.06 * math.cos(i * 0.628) * (1 if i % 2 == 0 else 0.45),
                            shore + 0.42 + 0.04 * math.sin(i * 0.628) * (1 if i % 2 == 0 else 0.45),
                        )
                        for i in range(10)
                    ],
                    steps=2,
                ),
                star,
            )


def draw_river(drop: Backdrop) -> None:
    """Draw a river between grassy banks, with a bridge."""
    draw_heavens(drop)
    top = drop.horizon
    with drop.layer(0.35):
        drop.ground("86b391", ridge(drop, top - 0.07, 0.05, 8), 0.7)
        for index in range(12):
            draw_crown(
                drop,
                -2.1 + 0.38 * index,
                top - 0.08 + drop.rng.uniform(-0.03, 0.03),
                0.17,
                "72ab78",
                0.6,
            )
        _water(drop, top, top + 0.75)
    with drop.layer(0.5):
        base, dark, line = drop.shades("c9765c", 0.35)
        y = top + 0.1
        deck = [
            (-EDGE, y + 0.06),
            (-0.9, y - 0.03),
            (0, y - 0.06),
            (0.9, y - 0.03),
            (EDGE, y + 0.06),
        ]
        for x in (-1.5, -0.75, 0.0, 0.75, 1.5):
            drop.plate.fill(rectangle(x - 0.035, y - 0.05, x + 0.035, y + 0.16), dark)
        drop.plate.fill(ribbon(deck, [0.035] * 5), base)
        rail = [(x, y - 0.13) for x, y in deck]
        drop.plate.fill(ribbon(rail, [0.011] * 5), base)
        drop.plate.fill_all(
            [
                rectangle(x - 0.008, y - 0.19, x + 0.008, y)
                for x in (v * 0.2 for v in range(-12, 13))
            ],
            base,
        )
        drop.plate.stroke(smooth([(x, y + 0.035) for x, y in deck], closed=False), line, weight=0.6)
    with drop.layer(0.85):
        bank = top + 0.62
        drop.ground(
            "6fae62",
            [
                (-EDGE, bank - 0.3),
                (-1.0, bank - 0.08),
                (0, bank + 0.08),
                (1.0, bank - 0.04),
                (EDGE, bank - 0.24),
            ],
            0.15,
        )
        drop.ground(
            "87c56e",
            [
                (-EDGE, bank - 0.18),
                (-1.0, bank + 0.04),
                (0, bank + 0.2),
                (1.0, bank + 0.08),
                (EDGE, bank - 0.1),
            ],
            0.08,
        )
        tufts(drop, bank, 44, "5f9f55")
        flowers(drop, bank + 0.05, 16, ("ffffff", "f9dc76"))
