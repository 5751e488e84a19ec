"""A pose as bones in space, and the joints they give on the picture. Unaware of flesh and cloth.

Units are head units around the skull's centre. A bone's direction is two angles: `spread`, away
from the body's middle, and `swing`, forward; (0, 0) hangs straight down.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

Point = tuple[float, float]

UPPER_ARM, FOREARM, THIGH, SHIN = 1.62, 1.45, 2.45, 2.5
HIP_Y = 5.2


class Bone(NamedTuple):
    """A direction in degrees: `spread` outward, `swing` forward."""

    spread: float
    swing: float = 0.0


class Arm(NamedTuple):
    """Two bones, the shape of the hand, and where the arm is drawn."""

    upper: Bone
    fore: Bone
    hand: str = "relaxed"
    layer: str = "side"
    """`behind` the body, at its `side`, or in `front` of everything."""


class Leg(NamedTuple):
    """Two bones."""

    thigh: Bone
    shin: Bone


@dataclass(frozen=True, kw_only=True)
class Pose:
    """Arms and legs, the viewer's left ones first when the figure faces the viewer."""

    arms: tuple[Arm, Arm]
    legs: tuple[Leg, Leg]
    rise: float = 0.0
    """How far the whole figure is lifted, in head units."""


class Joint(NamedTuple):
    """A joint on the picture; `near` is how far it stands out towards the viewer."""

    x: float
    y: float
    near: float


@dataclass(frozen=True, kw_only=True)
class Skeleton:
    """The joints of one moment: index 0 is the viewer's left when the figure faces the viewer."""

    turn: float
    """The body's yaw in degrees."""
    neck: Joint
    shoulders: tuple[Joint, Joint]
    elbows: tuple[Joint, Joint]
    wrists: tuple[Joint, Joint]
    hips: tuple[Joint, Joint]
    knees: tuple[Joint, Joint]
    ankles: tuple[Joint, Joint]
    toes: tuple[Joint, Joint]
    pose: Pose

    @property
    def behind(self) -> bool:
        """Whether the back faces the viewer."""
        return abs(self.turn) > 110

    @property
    def profile(self) -> float:
        """How much of the body is seen from its side, signed by where it faces: -1..1."""
        return 0.0 if self.behind else math.sin(math.radians(self.turn))


@dataclass(frozen=True, kw_only=True)
class Build:
    """Half the breadth of shoulders and hips, in head units."""

    shoulder: float
    hip: float


GIRL = Build(shoulder=0.9, hip=0.44)
BOY = Build(shoulder=1.16, hip=0.46)


def _step(start: Joint, side: int, bone: Bone, length: float, turn: float) -> Joint:
    spread, swing, yaw = (math.radians(v) for v in (bone.spread, bone.swing, turn))
    lateral = side * math.sin(spread)
    down, forward = math.cos(spread) * math.cos(swing), math.cos(spread) * math.sin(swing)
    return Joint(
        start.x + length * (lateral * math.cos(yaw) + forward * math.sin(yaw)),
        start.y + length * down,
        start.near + length * (forward * math.cos(yaw) - lateral * math.sin(yaw)),
    )


def _socket(side: int, breadth: float, y: float, turn: float) -> Joint:
    yaw = math.radians(turn)
    return Joint(side * breadth * math.cos(yaw), y, -side * breadth * math.sin(yaw))


def stand(pose: Pose, build: Build, turn: float, breath: float = 0.0) -> Skeleton:
    """Return the joints of `pose`; `turn` is the body's yaw and `breath` lifts the shoulders."""
    chains: list[tuple[Joint, ...]] = []
    for side, arm, leg in zip((-1, 1), pose.arms, pose.legs, strict=True):
        shoulder = _socket(side, build.shoulder, 2.14 - breath, turn)
        elbow = _step(shoulder, side, arm.upper, UPPER_ARM, turn)
        wrist = _step(elbow, side, arm.fore, FOREARM, turn)
        hip = _socket(side, build.hip, HIP_Y, turn)
        knee = _step(hip, side, leg.thigh, THIGH, turn)
        ankle = _step(knee, side, leg.shin, SHIN, turn)
        toe = _step(ankle, side, Bone(16, 58 + leg.shin.swing * 0.7), 0.62, turn)
        chains.append((shoulder, elbow, wrist, hip, knee, ankle, toe))
    shoulders, elbows, wrists, hips, knees, ankles, toes = zip(*chains, strict=True)
    return Skeleton(
        turn=turn,
        neck=Joint(0.0, 1.72 - breath, 0.0),
        shoulders=shoulders,
        elbows=elbows,
        wrists=wrists,
        hips=hips,
        knees=knees,
        ankles=ankles,
        toes=toes,
        pose=pose,
    )
