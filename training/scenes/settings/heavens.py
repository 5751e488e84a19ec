"""What stands in the sky: sun, moon, stars, clouds. Unaware of the ground."""

from __future__ import annotations

from typing import TYPE_CHECKING

from training.scenes.motion import swing
from training.scenes.palette import WHITE, mix, rgb
from training.scenes.shape import (
    Points,
    ellipse,
    polygon,
    ribbon,
    smooth,
)

if TYPE_CHECKING:
    from training.scenes.settings.backdrop import Backdrop


def draw_cloud(drop: Backdrop, x: float, y: float, width: float) -> None:
    """Draw one heaped cloud with a flat foot."""
    lit, shaded = drop.light.cloud
    under = drop.plate.ink(shaded, 0.03)
    body = drop.plate.ink(lit, 0.03)
    shine = drop.plate.ink(mix(lit, WHITE, 0.35 if drop.time == "day" else 0.14), 0.03)
    puffs = []
    count = drop.rng.randint(5, 7)
    for index in range(count):
        place = 2 * index / (count - 1) - 1
        size = width * (0.13 + 0.17 * (1 - abs(place)) * drop.rng.uniform(0.7, 1.25))
        puffs.append((x + place * width * 0.72, y - size * 0.55 * (1 - place * place), size))
    foot = [
        (x - width * 0.95, y + 0.02),
        (x - width * 0.5, y - 0.06 * width),
        (x + width * 0.5, y - 0.06 * width),
        (x + width * 0.95, y + 0.02),
        (x, y + 0.1 * width),
    ]
    heaps = [ellipse(px, py, size, size, count=18) for px, py, size in puffs]
    drop.plate.fill_all([smooth(foot, steps=4), *heaps], under)
    tops = [
        ellipse(px - 0.1 * size, py - 0.16 * size, size * 0.93, size * 0.9, count=18)
        for px, py, size in puffs
    ]
    drop.plate.fill_all(tops, body, within=(under, body))
    glints = [
        ellipse(px - 0.3 * size, py - 0.42 * size, size * 0.42, size * 0.34, count=14)
        for px, py, size in puffs[1:-1]
    ]
    drop.plate.fill_all(glints, shine, within=(under, shine))
    spine = [
        (x + width * side, y + width * low) for side, low in ((-0.9, 0.06), (0, 0.1), (0.9, 0.06))
    ]
    base = ribbon(spine, [0.02 * width, 0.12 * width, 0.02 * width], steps=4)
    drop.plate.fill(base, under, within=(under, shine + 1))


def draw_clouds(drop: Backdrop, count: int, low: float) -> None:
    """Draw `count` clouds that drift, the small ones near the horizon."""
    for index in range(count):
        height = drop.rng.uniform(-0.95, low)
        size = 0.22 + 0.42 * (low - height) / (low + 1.0) * drop.rng.uniform(0.6, 1.2)
        x = drop.rng.uniform(-1.5, 1.5) + (0.02 + 0.05 * size) * drop.t
        with drop.layer(0.3 + 0.1 * size):
            draw_cloud(drop, x, height, size * (1.3 if index == 0 else 1.0))


def draw_heavens(drop: Backdrop) -> None:
    """Draw sun or moon, stars and clouds, as time and weather have them."""
    rng = drop.rng
    with drop.layer(0.22):
        x, y = rng.uniform(-0.85, 0.85), rng.uniform(-0.85, -0.5)
        if drop.time == "night" and drop.weather not in ("rain", "clouds", "snow"):
            _draw_stars(drop, 130 if drop.weather == "stars" else 45)
        if drop.time == "night":
            _draw_moon(drop, x, y)
        elif drop.time == "sunset":
            _draw_sun(drop, x, drop.horizon - rng.uniform(0.1, 0.35))
    crowd = {"clouds": 8, "rain": 5, "stars": 0, "snow": 4}.get(drop.weather, rng.randint(1, 4))
    draw_clouds(drop, crowd, min(drop.horizon - 0.06, 0.5))


def _draw_sun(drop: Backdrop, x: float, y: float) -> None:
    for radius, share in ((0.42, 0.2), (0.3, 0.4)):
        drop.plate.fill(
            ellipse(x, y, radius, radius),
            drop.plate.ink(mix(drop.light.sky[1], rgb("ffe9a8"), share), 0.01),
        )
    drop.plate.fill(ellipse(x, y, 0.19, 0.19), drop.plate.ink(rgb("fff6cf"), 0.02))


def _draw_moon(drop: Backdrop, x: float, y: float) -> None:
    drop.plate.fill(
        ellipse(x, y, 0.2, 0.2),
        drop.plate.ink(mix(drop.light.sky[0], rgb("fff4c8"), 0.14), 0.01),
    )
    moon = drop.plate.ink(rgb("fff4cf"), 0.02)
    drop.plate.fill(ellipse(x, y, 0.125, 0.125), moon)
    if drop.rng.random() < 0.4:
        drop.plate.fill(
            ellipse(x + 0.055, y - 0.03, 0.11, 0.11),
            drop.plate.ink(drop.light.sky[0], 0.01),
            within=(moon, moon + 1),
        )


def _draw_stars(drop: Backdrop, count: int) -> None:
    inks = [
        drop.plate.ink(mix(drop.light.sky[0], rgb("fffbe6"), share), 0.01)
        for share in (0.45, 0.75, 1.0)
    ]
    groups: list[list[Points]] = [[], [], []]
    for index in range(count):
        x, y = drop.rng.uniform(-2, 2), drop.rng.uniform(-1.7, drop.horizon)
        twinkle = 0.5 + 0.5 * swing(drop.t, drop.rng.random(), 1 + index % 2)
        level = min(2, int(3 * twinkle * drop.rng.uniform(0.5, 1)))
        size = drop.rng.choice((0.006, 0.007, 0.011))
        groups[level].append(
            polygon((x - size, y), (x, y - size * 1.2), (x + size, y), (x, y + size * 1.2))
        )
    for ink, group in zip(inks, groups, strict=True):
        drop.plate.fill_all(group, ink)
