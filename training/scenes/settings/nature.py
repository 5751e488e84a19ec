"""Places under the open sky: sea, mountains, woods and fields."""

from __future__ import annotations

import math

from training.scenes.motion import swing
from training.scenes.palette import mix, rgb
from training.scenes.settings.backdrop import EDGE, Backdrop
from training.scenes.shape import PointsLike, ellipse, joined, polygon, rectangle, ribbon, smooth


def _ridge(drop: Backdrop, y: float, rough: float, count: int = 9) -> list[tuple[float, float]]:
    """Return a hilly line from edge to edge."""
    return [
        (-EDGE + 2 * EDGE * i / (count - 1), y + drop.rng.uniform(-rough, rough))
        for i in range(count)
    ]


def _tufts(drop: Backdrop, top: float, count: int, colour: str) -> None:
    """Draw blades of grass, larger towards the viewer."""
    ink = drop.ink(colour, 0.15)
    blades: list[PointsLike] = []
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


def _flowers(drop: Backdrop, top: float, count: int, colours: tuple[str, ...]) -> None:
    """Scatter flowers over the ground."""
    hearts: list[PointsLike] = []
    petals: dict[int, list[PointsLike]] = {}
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


def _glitter(drop: Backdrop, top: float, bottom: float, count: int, colour: str) -> None:
    """Draw short strokes of light on water, which drift to and fro."""
    ink = drop.ink(colour, 0.2, glow=True)
    strokes: list[PointsLike] = []
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
    _glitter(drop, top, bottom, 46, _GLINT[drop.time])


def draw_beach(drop: Backdrop) -> None:
    """Draw sea, surf and sand."""
    drop.heavens()
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
    drop.heavens()
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
        drop.ground("6f9f84", _ridge(drop, foot - 0.06, 0.07), 0.6)
        for index in range(15):
            drop.pine(
                -2.0 + 0.28 * index + drop.rng.uniform(-0.08, 0.08),
                foot + 0.08,
                drop.rng.uniform(0.18, 0.32),
                0.55,
            )
    with drop.layer(0.7):
        drop.ground("7fb573", _ridge(drop, foot + 0.1, 0.05), 0.3)
        for side in (-1, 1):
            for index in range(2):
                drop.pine(
                    side * (0.75 + 0.5 * index + drop.rng.uniform(-0.15, 0.15)),
                    foot + 0.3 + 0.1 * index,
                    drop.rng.uniform(0.6, 0.9),
                    0.2,
                )
        drop.ground("93c76f", _ridge(drop, foot + 0.36, 0.04), 0.1)
        _tufts(drop, foot + 0.36, 30, "74ab58")


def draw_forest(drop: Backdrop) -> None:
    """Draw trunks in the haze, leaves above and ferns below."""
    top = drop.horizon
    drop.plate.fill(rectangle(-EDGE, -EDGE, EDGE, EDGE), drop.ink("b9dfa8", 0.55))
    with drop.layer(0.3):
        for index in range(9):
            drop.crown(-2.0 + 0.5 * index, -0.55 + drop.rng.uniform(-0.2, 0.2), 0.5, "8cc58a", 0.6)
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
                _ridge(drop, foot + 0.05, 0.03),
                far,
            )
    with drop.layer(0.95):
        for index in range(6):
            drop.crown(
                -2.1 + 0.84 * index + drop.rng.uniform(-0.1, 0.1),
                -1.18 + drop.rng.uniform(-0.08, 0.1),
                0.52,
                "5d9f5c",
                0.12,
            )
        _tufts(drop, top + 0.3, 46, "4f8c4c")
        _flowers(drop, top + 0.35, 14, ("ffffff", "f4d0e6"))


def draw_meadow(drop: Backdrop) -> None:
    """Draw rolling hills, a tree and flowers."""
    drop.heavens()
    top = drop.horizon
    with drop.layer(0.35):
        drop.ground("8fc3a0", _ridge(drop, top - 0.04, 0.06, 7), 0.75)
        drop.ground("8ecb7c", _ridge(drop, top + 0.04, 0.05, 6), 0.5)
    with drop.layer(0.55):
        drop.tree(
            drop.rng.choice((-1, 1)) * drop.rng.uniform(0.55, 1.0),
            top + 0.2,
            drop.rng.uniform(0.6, 0.9),
            "6fb25e",
            0.35,
        )
        drop.ground("9bd57a", _ridge(drop, top + 0.15, 0.03, 6), 0.3)
    with drop.layer(0.85):
        drop.ground("87c968", _ridge(drop, top + 0.42, 0.05, 6), 0.12)
        _tufts(drop, top + 0.2, 60, "6bb354")
        _flowers(
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


def draw_river(drop: Backdrop) -> None:
    """Draw a river between grassy banks, with a bridge."""
    drop.heavens()
    top = drop.horizon
    with drop.layer(0.35):
        drop.ground("86b391", _ridge(drop, top - 0.07, 0.05, 8), 0.7)
        for index in range(12):
            drop.crown(
                -2.1 + 0.38 * index, top - 0.08 + drop.rng.uniform(-0.03, 0.03), 0.17, "72ab78", 0.6
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
        _tufts(drop, bank, 44, "5f9f55")
        _flowers(drop, bank + 0.05, 16, ("ffffff", "f9dc76"))


def draw_blossoms(drop: Backdrop) -> None:
    """Draw a path between flowering cherry trees."""
    drop.heavens()
    top = drop.horizon
    with drop.layer(0.4):
        for index in range(9):
            drop.crown(
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
            drop.tree(side * drop.rng.uniform(0.68, 0.85), top + 0.22, 1.25, "f9b4cc", 0.22)
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
            drop.crown(x, y, size, "fcc6d9", 0.06)
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
