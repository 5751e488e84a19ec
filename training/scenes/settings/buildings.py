"""Towers and their windows. Unaware of the street."""

from __future__ import annotations

from training.scenes.motion import swing
from training.scenes.palette import mix, rgb
from training.scenes.settings.backdrop import EDGE, Backdrop
from training.scenes.shape import (
    Points,
    polygon,
    rectangle,
)


def draw_windows(
    drop: Backdrop, x0: float, y0: float, x1: float, y1: float, columns: int, rows: int, far: float
) -> None:
    """Draw a grid of windows, some of them lit when lamps are."""
    groups: dict[int, list[Points]] = {}
    dull = drop.ink("9fbbd8" if drop.time == "day" else "8b97b8", far)
    lit = [
        drop.plate.ink(mix(rgb(c), drop.light.sky[2], 0.4 * far), 0.3)
        for c in ("ffd98a", "ffeebb", "9fd8f0")
    ]
    wide, high = (x1 - x0) / columns, (y1 - y0) / rows
    for row in range(rows):
        for column in range(columns):
            shines = drop.light.lamps and drop.rng.random() < 0.5
            flicker = drop.rng.random() < 0.04 and swing(drop.t, x0 + row) > 0.3
            ink = (
                lit[0 if drop.rng.random() < 0.6 else drop.rng.randint(1, 2)]
                if shines and not flicker
                else dull
            )
            left, top = x0 + wide * (column + 0.22), y0 + high * (row + 0.22)
            groups.setdefault(ink, []).append(
                rectangle(left, top, left + wide * 0.56, top + high * 0.56)
            )
    for ink, group in groups.items():
        drop.plate.fill_all(group, ink)


def draw_skyline(drop: Backdrop, foot: float, far: float, tall: float, colours: list[str]) -> None:
    """Draw a row of towers whose feet are at `foot`."""
    x = -EDGE
    while x < EDGE:
        width = drop.rng.uniform(0.16, 0.36) * (1.3 - 0.5 * far)
        top = foot - tall * drop.rng.uniform(0.4, 1.0)
        base, dark, line = drop.shades(drop.rng.choice(colours), far)
        drop.plate.fill(rectangle(x, top, x + width, foot + 0.5), base)
        drop.plate.fill(rectangle(x + width * 0.8, top, x + width, foot + 0.5), dark)
        drop.plate.stroke(
            polygon((x, foot + 0.5), (x, top), (x + width, top), (x + width, foot + 0.5)),
            line,
            weight=0.45,
        )
        if drop.rng.random() < 0.3:
            drop.plate.fill(rectangle(x + width * 0.42, top - 0.1, x + width * 0.46, top), dark)
        rows, columns = max(2, int((foot - top) / 0.085)), max(2, int(width / 0.075))
        draw_windows(drop, x + 0.01, top + 0.03, x + width * 0.79, foot, columns, rows, far)
        x += width + drop.rng.choice((0.0, 0.02, 0.06))
