"""The brush that paints places: light, haze and parallax, and things that many places have.

Unaware of which place it paints. Coordinates are frame units; the world reaches to +-2.6.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from training.scenes.camera import camera_at
from training.scenes.light import Light
from training.scenes.motion import swing
from training.scenes.palette import WHITE, Rgb, mix, multiplied, rgb
from training.scenes.plate import Plate
from training.scenes.shape import (
    Points,
    PointsLike,
    ellipse,
    joined,
    polygon,
    rectangle,
    ribbon,
    smooth,
)

EDGE = 2.6


_TEETH = 18
_SPIN = np.arange(_TEETH) * (math.tau / _TEETH)
_LEAVES = smooth(
    np.stack([np.cos(_SPIN), np.sin(_SPIN)], axis=1)
    * np.where(np.arange(_TEETH) % 2, 0.88, 1.05)[:, None],
    steps=2,
)


def _leafy(x: float, y: float, radius: float) -> Points:
    """Return a heap of leaves: a circle with a toothed edge."""
    return _LEAVES * radius + (x, y)


@dataclass(frozen=True, kw_only=True)
class Backdrop:
    """A plate with the light it is painted in. `t` is the moment, `rng` the place's own dice."""

    plate: Plate
    light: Light
    rng: random.Random
    t: float
    camera: str
    horizon: float
    time: str
    weather: str
    wind: float

    @contextmanager
    def layer(self, closeness: float) -> Iterator[None]:
        """Draw what moves `closeness` (0..1) as fast as the people when the camera moves."""
        with self.plate.placed(camera_at(self.camera, self.t, closeness)):
            yield

    def ink(self, colour: Rgb | str, far: float, *, glow: bool = False, line: bool = False) -> int:
        """Mix paint for something `far` away (0 near, 1 horizon); `glow` makes its own light."""
        paint = rgb(colour) if isinstance(colour, str) else colour
        if not glow:
            paint = mix(self.light.on_place(paint), self.light.sky[2], 0.62 * far * far + 0.1 * far)
        return self.plate.ink(paint, 0.04 + 0.42 * (1 - far), line=line)

    def shades(self, colour: Rgb | str, far: float) -> tuple[int, int, int]:
        """Mix the light, shadow and line paints of one thing."""
        paint = rgb(colour) if isinstance(colour, str) else colour
        dark = multiplied(paint, (186, 176, 214))
        return (
            self.ink(paint, far),
            self.ink(dark, far),
            self.ink(multiplied(dark, (170, 150, 180)), far, line=True),
        )

    def sway(self, amount: float, phase: float) -> float:
        """Return how far something bends in the wind at this moment."""
        return amount * (0.4 + self.wind) * swing(self.t, phase)

    def ground(self, colour: Rgb | str, top: PointsLike, far: float) -> tuple[int, int]:
        """Fill everything below the curve `top` (left to right); return its inks' span."""
        ink = self.ink(colour, far)
        edge = smooth(top, closed=False)
        self.plate.fill(np.concatenate([edge, polygon((EDGE, EDGE), (-EDGE, EDGE))]), ink)
        return ink, ink + 1

    def bands(self, colours: list[str], tops: list[float], far: list[float]) -> None:
        """Paint level bands of ground, each from its top downwards."""
        for colour, top, distance in zip(colours, tops, far, strict=True):
            self.plate.fill(rectangle(-EDGE, top, EDGE, EDGE), self.ink(colour, distance))

    def cloud(self, x: float, y: float, width: float) -> None:
        """Draw one heaped cloud with a flat foot."""
        lit, shaded = self.light.cloud
        under = self.plate.ink(shaded, 0.03)
        body = self.plate.ink(lit, 0.03)
        shine = self.plate.ink(mix(lit, WHITE, 0.35 if self.time == "day" else 0.14), 0.03)
        puffs = []
        count = self.rng.randint(5, 7)
        for index in range(count):
            place = 2 * index / (count - 1) - 1
            size = width * (0.13 + 0.17 * (1 - abs(place)) * self.rng.uniform(0.7, 1.25))
            puffs.append((x + place * width * 0.72, y - size * 0.55 * (1 - place * place), size))
        mark = under
        self.plate.fill(
            smooth(
                [
                    (x - width * 0.95, y + 0.02),
                    (x - width * 0.5, y - 0.06 * width),
                    (x + width * 0.5, y - 0.06 * width),
                    (x + width * 0.95, y + 0.02),
                    (x, y + 0.1 * width),
                ]
            ),
            under,
        )
        self.plate.fill_all([ellipse(*p[:2], p[2], p[2], count=18) for p in puffs], under)
        for px, py, size in puffs:
            self.plate.fill(
                ellipse(px - 0.1 * size, py - 0.16 * size, size * 0.93, size * 0.9, count=18),
                body,
                within=(mark, shine + 1),
            )
        for px, py, size in puffs[1:-1]:
            self.plate.fill(
                ellipse(px - 0.3 * size, py - 0.42 * size, size * 0.42, size * 0.34, count=14),
                shine,
                within=(mark, shine + 1),
            )
        base = ribbon(
            [
                (x - width * 0.9, y + 0.06 * width),
                (x, y + 0.1 * width),
                (x + width * 0.9, y + 0.06 * width),
            ],
            [0.02 * width, 0.12 * width, 0.02 * width],
        )
        self.plate.fill(base, under, within=(mark, shine + 1))

    def clouds(self, count: int, low: float) -> None:
        """Draw `count` clouds that drift, the small ones near the horizon."""
        for index in range(count):
            height = self.rng.uniform(-0.95, low)
            size = 0.22 + 0.42 * (low - height) / (low + 1.0) * self.rng.uniform(0.6, 1.2)
            x = self.rng.uniform(-1.5, 1.5) + (0.02 + 0.05 * size) * self.t
            with self.layer(0.3 + 0.1 * size):
                self.cloud(x, height, size * (1.3 if index == 0 else 1.0))

    def heavens(self) -> None:
        """Draw sun or moon, stars and clouds, as time and weather have them."""
        rng = self.rng
        with self.layer(0.22):
            x, y = rng.uniform(-0.85, 0.85), rng.uniform(-0.85, -0.5)
            if self.time == "night" and self.weather not in ("rain", "clouds", "snow"):
                self._stars(130 if self.weather == "stars" else 45)
            if self.time == "night":
                self._moon(x, y)
            elif self.time == "sunset":
                self._sun(x, self.horizon - rng.uniform(0.1, 0.35))
        crowd = {"clouds": 8, "rain": 5, "stars": 0, "snow": 4}.get(self.weather, rng.randint(1, 4))
        self.clouds(crowd, min(self.horizon - 0.06, 0.5))

    def _sun(self, x: float, y: float) -> None:
        for radius, share in ((0.42, 0.2), (0.3, 0.4)):
            self.plate.fill(
                ellipse(x, y, radius, radius),
                self.plate.ink(mix(self.light.sky[1], rgb("ffe9a8"), share), 0.01),
            )
        self.plate.fill(ellipse(x, y, 0.19, 0.19), self.plate.ink(rgb("fff6cf"), 0.02))

    def _moon(self, x: float, y: float) -> None:
        self.plate.fill(
            ellipse(x, y, 0.2, 0.2),
            self.plate.ink(mix(self.light.sky[0], rgb("fff4c8"), 0.14), 0.01),
        )
        moon = self.plate.ink(rgb("fff4cf"), 0.02)
        self.plate.fill(ellipse(x, y, 0.125, 0.125), moon)
        if self.rng.random() < 0.4:
            self.plate.fill(
                ellipse(x + 0.055, y - 0.03, 0.11, 0.11),
                self.plate.ink(self.light.sky[0], 0.01),
                within=(moon, moon + 1),
            )

    def _stars(self, count: int) -> None:
        inks = [
            self.plate.ink(mix(self.light.sky[0], rgb("fffbe6"), share), 0.01)
            for share in (0.45, 0.75, 1.0)
        ]
        groups: list[list[PointsLike]] = [[], [], []]
        for index in range(count):
            x, y = self.rng.uniform(-2, 2), self.rng.uniform(-1.7, self.horizon)
            twinkle = 0.5 + 0.5 * swing(self.t, self.rng.random(), 1 + index % 2)
            level = min(2, int(3 * twinkle * self.rng.uniform(0.5, 1)))
            size = self.rng.choice((0.006, 0.007, 0.011))
            groups[level].append(
                polygon((x - size, y), (x, y - size * 1.2), (x + size, y), (x, y + size * 1.2))
            )
        for ink, group in zip(inks, groups, strict=True):
            self.plate.fill_all(group, ink)

    def crown(self, x: float, y: float, size: float, colour: str, far: float) -> None:
        """Draw a leafy or flowering crown: heaps of leaves, lit from the upper left."""
        base, dark, _ = self.shades(colour, far)
        bright = self.ink(mix(rgb(colour), rgb("fff8c8"), 0.3), far)
        heaps = []
        for index in range(8):
            angle = index * math.tau / 8 + self.rng.uniform(-0.3, 0.3)
            reach = size * self.rng.uniform(0.42, 0.62)
            drift = self.sway(0.02 * size, index * 0.11)
            heaps.append(
                (
                    x + reach * math.cos(angle) + drift,
                    y + 0.72 * reach * math.sin(angle),
                    size * self.rng.uniform(0.34, 0.46),
                )
            )
        heaps.append((x, y, size * 0.55))
        for shift, ink, scale in ((0.07, dark, 1.0), (-0.06, base, 0.9)):
            self.plate.fill_all(
                [
                    _leafy(hx + shift * size * 0.6, hy + shift * size, radius * scale)
                    for hx, hy, radius in heaps
                ],
                ink,
            )
        tops = [heap for heap in heaps if heap[1] < y + 0.1 * size]
        self.plate.fill_all(
            [_leafy(hx - 0.14 * size, hy - 0.16 * size, radius * 0.5) for hx, hy, radius in tops],
            bright,
        )

    def tree(self, x: float, foot: float, height: float, colour: str, far: float) -> None:
        """Draw a tree with trunk and crown."""
        bark, dark, _ = self.shades("7d5a4a", far)
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
        self.plate.fill(trunk, bark)
        self.plate.fill(
            ribbon(
                [(x + 0.03 * height, foot), (x + 0.02 * height, top)],
                [0.03 * height, 0.014 * height],
            ),
            dark,
        )
        for side in (-1, 1):
            self.plate.fill(
                ribbon(
                    [(x, top + 0.1 * height), (x + side * 0.16 * height, top - 0.12 * height)],
                    [0.022 * height, 0.008 * height],
                ),
                bark,
            )
        self.crown(x, top - 0.16 * height, height * 0.42, colour, far)

    def pine(self, x: float, foot: float, height: float, far: float) -> None:
        """Draw a conifer."""
        base, dark, _ = self.shades("3f7a5e", far)
        self.plate.fill(
            rectangle(x - 0.02 * height, foot - 0.15 * height, x + 0.02 * height, foot),
            self.ink("6b4d40", far),
        )
        for level in range(4):
            low = foot - (0.1 + 0.21 * level) * height
            half = (0.26 - 0.05 * level) * height
            tip = low - 0.34 * height
            drift = self.sway(0.008 * height * level, x)
            self.plate.fill(
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
            self.plate.fill(
                polygon(
                    (x + 0.12 * half, low),
                    (x + drift, tip),
                    (x + half, low),
                    (x + half * 0.4, low - 0.03 * height),
                ),
                dark,
            )

    def windows(
        self, x0: float, y0: float, x1: float, y1: float, columns: int, rows: int, far: float
    ) -> None:
        """Draw a grid of windows, some of them lit when lamps are."""
        groups: dict[int, list[PointsLike]] = {}
        dull = self.ink("9fbbd8" if self.time == "day" else "8b97b8", far)
        lit = [
            self.plate.ink(mix(rgb(c), self.light.sky[2], 0.4 * far), 0.3)
            for c in ("ffd98a", "ffeebb", "9fd8f0")
        ]
        wide, high = (x1 - x0) / columns, (y1 - y0) / rows
        for row in range(rows):
            for column in range(columns):
                shines = self.light.lamps and self.rng.random() < 0.5
                flicker = self.rng.random() < 0.04 and swing(self.t, x0 + row) > 0.3
                ink = (
                    lit[0 if self.rng.random() < 0.6 else self.rng.randint(1, 2)]
                    if shines and not flicker
                    else dull
                )
                left, top = x0 + wide * (column + 0.22), y0 + high * (row + 0.22)
                groups.setdefault(ink, []).append(
                    rectangle(left, top, left + wide * 0.56, top + high * 0.56)
                )
        for ink, group in groups.items():
            self.plate.fill_all(group, ink)

    def skyline(self, foot: float, far: float, tall: float, colours: list[str]) -> None:
        """Draw a row of towers whose feet are at `foot`."""
        x = -EDGE
        while x < EDGE:
            width = self.rng.uniform(0.16, 0.36) * (1.3 - 0.5 * far)
            top = foot - tall * self.rng.uniform(0.4, 1.0)
            base, dark, line = self.shades(self.rng.choice(colours), far)
            self.plate.fill(rectangle(x, top, x + width, foot + 0.5), base)
            self.plate.fill(rectangle(x + width * 0.8, top, x + width, foot + 0.5), dark)
            self.plate.stroke(
                polygon((x, foot + 0.5), (x, top), (x + width, top), (x + width, foot + 0.5)),
                line,
                weight=0.45,
            )
            if self.rng.random() < 0.3:
                self.plate.fill(rectangle(x + width * 0.42, top - 0.1, x + width * 0.46, top), dark)
            rows, columns = max(2, int((foot - top) / 0.085)), max(2, int(width / 0.075))
            self.windows(x + 0.01, top + 0.03, x + width * 0.79, foot, columns, rows, far)
            x += width + self.rng.choice((0.0, 0.02, 0.06))
