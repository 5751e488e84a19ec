"""Places with a roof: a room, a classroom, a train."""

from __future__ import annotations

import numpy as np

from training.scenes.motion import PERIOD
from training.scenes.palette import mix, rgb
from training.scenes.settings.backdrop import EDGE, Backdrop
from training.scenes.settings.furniture import clock, curtain, desk, floorboards, pane, shelf
from training.scenes.settings.greenery import draw_crown
from training.scenes.shape import Points, ellipse, polygon, rectangle, ribbon, smooth


def draw_room(drop: Backdrop) -> None:
    """Draw a bedroom: window, curtains, shelf, plant, pictures, wooden floor."""
    wall = drop.rng.choice(("f6e7d8", "e3ecf2", "f3dfe4", "e6edda", "ebe3f1"))
    floor = drop.horizon + 0.5
    with drop.layer(0.6):
        drop.plate.fill(rectangle(-EDGE, -EDGE, EDGE, EDGE), drop.ink(wall, 0.3))
        drop.plate.fill(
            rectangle(-EDGE, floor - 0.12, EDGE, floor),
            drop.ink(mix(rgb(wall), rgb("b09a90"), 0.35), 0.3),
        )
        side = drop.rng.choice((-1, 1))
        middle = side * drop.rng.uniform(0.3, 0.5)
        pane(drop, middle - 0.42, -0.78, middle + 0.42, floor - 0.62, "fbf8f2")
        cloth = drop.rng.choice(("e88f95", "88aede", "f0cb7c", "9fcf9f", "c9a8e2"))
        curtain(drop, middle - 0.44, -0.86, floor - 0.5, -1, cloth)
        curtain(drop, middle + 0.44, -0.86, floor - 0.5, 1, cloth)
        shelf(drop, -side * 0.92 - 0.27, -0.5, -side * 0.92 + 0.27, floor + 0.02)
        picture = drop.ink(drop.rng.choice(("f7c7a3", "a3d0e8", "f3b6c6")), 0.28)
        frame, _, line = drop.shades("a27a58", 0.28)
        for x, y in ((-side * 0.45, -0.55), (-side * 1.5, -0.3)):
            drop.plate.fill(rectangle(x - 0.12, y - 0.15, x + 0.12, y + 0.15), frame)
            drop.plate.fill(rectangle(x - 0.09, y - 0.12, x + 0.09, y + 0.12), picture)
            drop.plate.stroke(
                rectangle(x - 0.12, y - 0.15, x + 0.12, y + 0.15), line, weight=0.5, closed=True
            )
    with drop.layer(0.8):
        floorboards(drop, floor, "c99a70")
        drop.plate.fill(
            ellipse(0.0, floor + 0.52, 1.0, 0.26, count=48),
            drop.ink(drop.rng.choice(("f0d9c8", "d7dff0", "f3cfd6")), 0.1),
        )
        x = side * 1.15
        draw_crown(drop, x, floor - 0.22, 0.2, "6fae76", 0.15)
        pot, shade, _ = drop.shades("d98f6c", 0.14)
        drop.plate.fill(
            polygon(
                (x - 0.12, floor - 0.1),
                (x + 0.12, floor - 0.1),
                (x + 0.08, floor + 0.1),
                (x - 0.08, floor + 0.1),
            ),
            pot,
        )
        drop.plate.fill(
            polygon(
                (x + 0.02, floor - 0.1),
                (x + 0.12, floor - 0.1),
                (x + 0.08, floor + 0.1),
                (x + 0.02, floor + 0.1),
            ),
            shade,
        )


def draw_school(drop: Backdrop) -> None:
    """Draw a classroom: windows, blackboard, desks."""
    floor = drop.horizon + 0.5
    side = drop.rng.choice((-1, 1))
    with drop.layer(0.6):
        drop.plate.fill(rectangle(-EDGE, -EDGE, EDGE, EDGE), drop.ink("f3ead8", 0.3))
        drop.plate.fill(rectangle(-EDGE, -EDGE, EDGE, -0.92), drop.ink("e4dccb", 0.3))
        for index in range(3):
            x = side * (0.55 + 0.78 * index)
            pane(drop, x - 0.33, -0.74, x + 0.33, floor - 0.5, "dfe3ea")
        board, _, line = drop.shades("48806c", 0.28)
        x0, x1 = sorted((-side * 0.05, -side * 1.6))
        drop.plate.fill(
            rectangle(x0 - 0.04, -0.66, x1 + 0.04, floor - 0.42), drop.ink("b98c5f", 0.28)
        )
        drop.plate.fill(rectangle(x0, -0.62, x1, floor - 0.46), board)
        chalk = drop.ink("dcebdd", 0.28)
        for row in range(4):
            y = -0.5 + 0.13 * row
            drop.plate.fill(
                ribbon([(x0 + 0.12, y), (x0 + drop.rng.uniform(0.4, 1.2), y)], [0.008, 0.008]),
                chalk,
            )
        drop.plate.stroke(
            rectangle(x0 - 0.04, -0.66, x1 + 0.04, floor - 0.42), line, weight=0.6, closed=True
        )
        clock(drop, 0.08 * side, -0.79)
    with drop.layer(0.8):
        floorboards(drop, floor, "c8a078")
        for scale, y in ((0.8, floor + 0.18), (1.15, floor + 0.5)):
            for x in (-1.6, -0.85, 0.85, 1.6):
                desk(drop, x * (0.6 + 0.4 * scale), y, scale)


def draw_train(drop: Backdrop) -> None:
    """Draw the inside of a train: windows with the land going by, a bench, straps."""
    floor = drop.horizon + 0.55
    top, bottom = -0.62, drop.horizon + 0.06
    plate = drop.plate
    with drop.layer(0.6):
        plate.fill(rectangle(-EDGE, -EDGE, EDGE, EDGE), drop.ink("e9e6e0", 0.2))
        sky = [
            plate.ink(mix(drop.light.sky[0], drop.light.sky[2], share), 0.02)
            for share in (0.2, 0.55, 0.9)
        ]
        for index, ink in enumerate(sky):
            plate.fill(rectangle(-EDGE, top + (bottom - top) * index / 3.4, EDGE, bottom), ink)
        _passing(drop, bottom)
        wall = drop.ink("e3dfda", 0.2)
        frame, dark, line = drop.shades("b9bdc9", 0.2)
        for x in np.arange(-2.65, 2.7, 1.06):
            plate.fill(rectangle(x - 0.12, top - 0.1, x + 0.12, bottom + 0.1), wall)
            for edge in (-0.12, 0.12):
                plate.stroke(polygon((x + edge, top), (x + edge, bottom)), line, weight=0.7)
        plate.fill(rectangle(-EDGE, top - 0.08, EDGE, top), frame)
        plate.fill(rectangle(-EDGE, bottom, EDGE, bottom + 0.06), dark)
        seat, shade, edge_line = drop.shades(
            drop.rng.choice(("4f7f9f", "a85562", "5f8f6c", "6b69a8")), 0.16
        )
        plate.fill(rectangle(-EDGE, bottom + 0.1, EDGE, floor - 0.12), seat)
        plate.fill(rectangle(-EDGE, floor - 0.26, EDGE, floor - 0.02), shade)
        plate.fill_all(
            [
                rectangle(x - 0.006, bottom + 0.1, x + 0.006, floor - 0.26)
                for x in np.arange(-2.5, 2.6, 0.42)
            ],
            shade,
        )
        plate.stroke(polygon((-EDGE, bottom + 0.1), (EDGE, bottom + 0.1)), edge_line, weight=0.8)
        floorboards(drop, floor + 0.02, "a9a6b0")
    with drop.layer(0.9):
        bar, bar_dark, bar_line = drop.shades("c9ccd6", 0.08)
        plate.fill(rectangle(-EDGE, -0.88, EDGE, -0.84), bar)
        for x in np.arange(-1.9, 2.0, 0.42):
            swing = drop.sway(0.03, x * 0.3)
            plate.fill(ribbon([(x, -0.86), (x + swing, -0.66)], [0.014, 0.014]), bar_dark)
            ring = smooth(
                [
                    (x + swing - 0.055, -0.58),
                    (x + swing, -0.66),
                    (x + swing + 0.055, -0.58),
                    (x + swing, -0.53),
                ]
            )
            plate.stroke(ring, bar_line, weight=1.8, closed=True)


def _passing(drop: Backdrop, bottom: float) -> None:
    """Draw hills and roofs that go by once a period."""
    hills = drop.ink("86b08f", 0.6)
    shift = drop.t / PERIOD * 1.3
    ridge = [
        (x, bottom - 0.16 - 0.05 * np.sin(x * np.pi / 0.65 + shift * np.pi / 0.65))
        for x in np.linspace(-EDGE, EDGE, 25)
    ]
    drop.plate.fill(
        np.concatenate(
            [smooth(ridge, closed=False, steps=3), polygon((EDGE, bottom), (-EDGE, bottom))]
        ),
        hills,
    )
    colours = [drop.ink(colour, 0.45) for colour in ("c98a7a", "8fa0bf", "d8c3a0", "9f8fb0")]
    roofs: dict[int, list[Points]] = {}
    for index in range(14):
        x = (index * 0.4 + 2 * shift * 1.0) % 5.2 - 2.6
        high = 0.08 + 0.06 * ((index * 7) % 5) / 4
        group = roofs.setdefault(colours[index % 4], [])
        group.append(
            polygon(
                (x, bottom),
                (x, bottom - high),
                (x + 0.13, bottom - high - 0.07),
                (x + 0.26, bottom - high),
                (x + 0.26, bottom),
            )
        )
    for ink, group in roofs.items():
        drop.plate.fill_all(group, ink)
