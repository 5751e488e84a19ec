"""How a head is held at one moment, and the expressions by name. Unaware of drawing."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from training.scenes.shape import Points, PointsLike, blended, mirrored

if TYPE_CHECKING:
    from training.scenes.motion import Air

HAIR_RADIUS = 1.07


class Expression(NamedTuple):
    """What a face does: lids open 0..1, brows up and their inner ends down, mouth, iris size."""

    openness: float
    raised: float
    frown: float
    mouth: str
    iris: float = 1.0
    tears: bool = False
    happy: bool = False


EXPRESSIONS: dict[str, Expression] = {
    "neutral": Expression(0.92, 0.0, 0.0, "line"),
    "smile": Expression(0.96, 0.02, -0.02, "smile"),
    "open-mouth smile": Expression(1.0, 0.06, -0.03, "laugh"),
    "closed eyes": Expression(0.0, 0.03, -0.03, "smile", happy=True),
    "wink": Expression(0.98, 0.04, -0.02, "laugh", happy=True),
    "sad": Expression(0.8, 0.04, -0.1, "frown", tears=True),
    "angry": Expression(0.84, -0.06, 0.14, "shout", 0.88),
    "surprised": Expression(1.14, 0.13, -0.03, "o", 0.72),
    "pout": Expression(0.86, -0.02, 0.05, "pout"),
}


@dataclass(frozen=True, kw_only=True)
class Look:
    """A head at one moment. `yaw` in degrees, positive when it turns to the viewer's right."""

    yaw: float
    expression: Expression
    lids: float
    gaze: tuple[float, float]
    blush: bool
    air: Air

    @cached_property
    def behind(self) -> bool:
        """Whether the back of the head faces the viewer."""
        return abs(self.yaw) > 110

    @cached_property
    def turn(self) -> float:
        """The turn of the hair, in degrees: less than the face's, so that the face stays seen."""
        return self.yaw if self.behind else self.yaw * 0.8

    def keyed(self, front: PointsLike, turned: PointsLike, profile: PointsLike) -> Points:
        """Return the points of this yaw, given those at 0, 40 and 85 degrees to the right.

        The first key is symmetric, so that a turn to the left is the mirrored turn.
        """
        amount = min(abs(self.yaw), 85.0)
        if amount <= 40:
            points = blended(front, turned, amount / 40)
        else:
            points = blended(turned, profile, (amount - 40) / 45)
        return points if self.yaw >= 0 else mirrored(points)

    def around(self, angle: float, y: float, radius: float = HAIR_RADIUS) -> tuple[float, float]:
        """Return where a point of the head is seen: `angle` degrees around it, at height `y`."""
        level = math.sqrt(max(0.0, 1 - (y / 1.24) ** 2)) if y < 0 else 1.0
        turned = min(max(self.seen(angle), -90.0), 90.0)
        return radius * level * math.sin(math.radians(turned)), y

    def seen(self, angle: float) -> float:
        """Return the angle of the picture, -180..180, at which `angle` of the head is seen."""
        return (angle + self.turn + 180.0) % 360.0 - 180.0

    def meridian(self, angle: float, low: float, high: float) -> Points:
        """Return three points of the line on the head at `angle`, from height `low` to `high`."""
        return np.array([self.around(angle, y) for y in (low, (low + high) / 2, high)])
