"""The brush that paints places: light, haze and parallax, and things that many places have.

Unaware of which place it paints. Coordinates are frame units; the world reaches to +-2.6.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from training.scenes.camera import camera_at
from training.scenes.motion import swing
from training.scenes.palette import Rgb, mix, multiplied, rgb
from training.scenes.shape import (
    PointsLike,
    polygon,
    rectangle,
    smooth,
)

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

    from training.scenes.light import Light
    from training.scenes.plate import Plate

EDGE = 2.6


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
