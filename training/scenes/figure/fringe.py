"""The hair over the skull: bangs, side locks and the back, one shell of locks around the head.

A lock is a span of angles around the head with a tip; turning the head turns the locks, and what
comes behind the edge is not drawn. Unaware of tails, braids and what hangs down the back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from training.scenes.figure.look import HAIR_RADIUS, Look
from training.scenes.palette import Tone, mix
from training.scenes.shape import (
    Points,
    PointsLike,
    blended,
    ellipse,
    joined,
    moved,
    polygon,
    ribbon,
    smooth,
)

if TYPE_CHECKING:
    from training.scenes.plate import Plate


class Lock(NamedTuple):
    """From the notch at angle `left` to the notch at `right`; its tip is at (`tip`, `y`)."""

    left: float
    tip: float
    right: float
    y: float
    notch: float
    """The height of the right notch."""


def _row(angles: list[float], tips: list[float], notches: list[float], lean: float) -> list[Lock]:
    """Return locks between consecutive angles; `lean` moves each tip to the side, in degrees."""
    return [
        Lock(a, (a + b) / 2 + lean, b, y, notch)
        for a, b, y, notch in zip(angles, angles[1:], tips, notches, strict=False)
    ]


BANGS: dict[str, list[Lock]] = {
    "bangs": _row(
        [-54, -34, -12, 10, 34, 54],
        [0.22, 0.12, 0.26, 0.1, 0.2],
        [-0.16, -0.28, -0.26, -0.16, -0.1],
        3,
    ),
    "blunt bangs": _row(
        [-54, -40, -24, -8, 8, 24, 40, 54],
        [-0.01, 0.02, 0.03, 0.03, 0.03, 0.02, -0.01],
        [-0.07, -0.06, -0.05, -0.05, -0.06, -0.07, -0.07],
        0,
    ),
    "parted bangs": [
        Lock(-54, -50, -38, 0.36, -0.06),
        Lock(-38, -40, -14, 0.14, -0.38),
        Lock(-14, -30, 2, -0.08, -0.82),
        Lock(2, 30, 16, -0.08, -0.38),
        Lock(16, 42, 38, 0.14, -0.06),
        Lock(38, 50, 54, 0.36, -0.1),
    ],
    "swept bangs": [
        Lock(-54, -52, -44, 0.3, -0.42),
        Lock(-44, -30, -26, -0.1, -0.66),
        Lock(-26, 2, -6, 0.1, -0.36),
        Lock(-6, 24, 18, 0.22, -0.14),
        Lock(18, 44, 40, 0.3, -0.06),
        Lock(40, 52, 54, 0.38, -0.1),
    ],
    "messy bangs": [
        Lock(-60, -62, -42, 0.26, -0.2),
        Lock(-42, -40, -20, 0.0, -0.34),
        Lock(-20, -4, -2, 0.28, -0.3),
        Lock(-2, 2, 20, 0.04, -0.3),
        Lock(20, 36, 40, 0.24, -0.2),
        Lock(40, 58, 60, 0.08, -0.1),
    ],
}
BANGS["hair between eyes"] = [
    *BANGS["bangs"][:2],
    Lock(-12, 2, 10, 0.46, -0.26),
    *BANGS["bangs"][3:],
]


def shell_locks(bangs: str, side_end: float, nape: float, *, tied: bool) -> list[Lock]:
    """Return all locks around the head, from the viewer's left to the right.

    `side_end` is where the side locks end, `nape` where the back ends, both in head units.
    """
    ear = 0.02 if tied else min(0.6, nape - 0.25)
    blunt = bangs == "blunt bangs" and side_end > 0.9
    tip = 74.0 if blunt else 63.0
    left_back = [
        Lock(-180, -168, -156, nape, nape - 0.18),
        Lock(-156, -146, -132, nape + 0.06, nape - 0.2),
        Lock(-132, -120, -98, nape + 0.02, ear),
    ]
    left_side = Lock(-98, -tip, -54, side_end, -0.1)
    right_side = Lock(54, tip, 98, side_end, ear)
    right_back = [
        Lock(98, 120, 132, nape + 0.02, nape - 0.2),
        Lock(132, 146, 156, nape + 0.06, nape - 0.18),
        Lock(156, 168, 180, nape, nape - 0.18),
    ]
    return [*left_back, left_side, *BANGS[bangs], right_side, *right_back]


_LEFT_ARCH = [(-1.0, 0.3), (-1.03, -0.2), (-0.9, -0.72), (-0.5, -1.1)]
_ARCH = np.array([*_LEFT_ARCH, (0.0, -1.23), *[(-x, y) for x, y in _LEFT_ARCH[::-1]]])


def dome(look: Look, puff: float = 0.0) -> Points:
    """Return the top of the hair from the left edge over the crown to the right edge."""
    skew = -0.1 * np.sin(np.radians(np.clip(look.yaw, -90, 90)))
    reach = HAIR_RADIUS + puff + 0.5 * abs(skew)
    arch: Points = _ARCH * (reach, 1 + puff)
    arch[:, 0] += skew * (1.0 - _ARCH[:, 1]) * 0.6
    return arch


@dataclass(frozen=True, kw_only=True)
class Shell:
    """The hair over the skull at one moment: its outline, and the locks that are seen."""

    look: Look
    outline: Points
    seen: tuple[Lock, ...]
    sway: float

    def tip(self, lock: Lock) -> tuple[float, float]:
        """Return where the tip of `lock` hangs."""
        x, y = self.look.around(lock.tip, lock.y)
        return x * (0.97 if y > 0.5 else 1.0) + self.sway * max(0.1, y + 0.3), y


def _side(start: PointsLike, end: PointsLike, bulge: float) -> Points:
    """Return a bowed lock edge from `start` to `end`; positive bulges to the left of its way."""
    a, b = np.asarray(start, dtype=np.float64), np.asarray(end, dtype=np.float64)
    along = b - a
    middle = (a + b) / 2 + np.array([along[1], -along[0]]) * bulge
    return smooth([a, middle, b], closed=False, steps=4)


def shell(look: Look, locks: list[Lock], sway: float, puff: float = 0.0) -> Shell:
    """Return the hair over the skull; `sway` moves long locks, `puff` gives volume."""
    angles = {lock: look.seen(lock.tip) for lock in locks}
    seen = tuple(sorted((k for k in locks if -88 < angles[k] < 88), key=lambda lock: angles[lock]))
    bare = Shell(look=look, outline=np.zeros((0, 2)), seen=seen, sway=sway)
    runs: list[Points] = []
    start = None
    for lock in seen:
        tip, left = bare.tip(lock), angles[lock] < 0
        if start is not None:
            runs.append(_side(start, tip, -0.12 if left else 0.04))
        if lock is not seen[-1]:
            start = look.around(lock.right, lock.notch)
            runs.append(_side(tip, start, 0.04 if left else -0.12))
    edge = np.concatenate(runs)
    top = smooth(dome(look, puff), closed=False, steps=9)
    left_side, right_side = _side(top[0], edge[0], -0.06), _side(edge[-1], top[-1], -0.06)
    outline = np.concatenate([top, right_side[::-1], edge[::-1], left_side[::-1]])
    return replace(bare, outline=outline)


def draw_shell(plate: Plate, hair: Shell, tone: Tone, depth: float) -> None:
    """Draw the shell with its shadows, strands and the band of light."""
    mark, look = plate.next_ink, hair.look
    cel = plate.cel(tone, depth)
    # In shadow all over, then lit from the upper left.
    plate.shape(hair.outline, cel._replace(base=cel.shade))
    plate.fill(ellipse(-0.13, 0.35, 1.09, 1.72), cel.base, within=(cel.shade, cel.light))
    soft = plate.ink(mix(tone.line, tone.shade, 0.25), depth, line=True)
    plate.fill_all([_shadow(hair, lock) for lock in hair.seen], cel.shade, within=cel.span)
    plate.fill_all(_lights(look), cel.light, within=cel.span)
    strands = []
    for lock in hair.seen:
        if -85 < look.seen(lock.right) < 85:
            reach = lock.notch - 0.25 - 0.45 * ((lock.right * 7) % 3) / 3
            line = look.meridian(lock.right, lock.notch, reach)
            strands.append(ribbon(line, [0.013, 0.01, 0.002], steps=3))
    plate.fill_all(strands, soft, within=(mark, soft + 1))


def _shadow(hair: Shell, lock: Lock) -> Points:
    """Return the shadow on the right half of a lock, from its tip up."""
    look, tip = hair.look, moved(hair.tip(lock), 0.0, 0.02)
    notch = look.around(lock.right, lock.notch)
    top = look.around((lock.tip + lock.right) / 2 + 2, lock.notch - 0.42)
    waist = look.around(lock.tip * 0.45 + lock.right * 0.55, lock.notch * 0.55 + lock.y * 0.45)
    inner = moved(blended(tip, notch, 0.6), 0.06, 0.04)
    right = np.array([tip, inner, notch])
    return joined(np.array([top, waist, tip]), right, [notch, top], steps=4)


def _lights(look: Look) -> list[Points]:
    """Return the band of light around the crown, with teeth like brush strokes."""
    bands = []
    for start, end in ((-66, 8), (18, 58)):
        count = max(2, (end - start) // 13)
        angles = np.linspace(start, end, 2 * count + 1) - look.turn * (1.0 if look.behind else 0.6)
        upper, lower = [], []
        for index, angle in enumerate(angles):
            centre = -0.56 - 0.1 * np.cos(np.radians(look.seen(angle)))
            taper = 0.35 if index in (0, 2 * count) else 1.0
            vary = 0.7 + 0.3 * ((index * 5 + start) % 3)
            rise = (0.05 if index % 2 else 0.1) * taper * vary
            fall = (0.15 if index % 2 else 0.04) * taper * vary
            upper.append(look.around(angle, centre - rise))
            lower.append(look.around(angle, centre + fall))
        bands.append(polygon(*upper, *lower[::-1]))
    return bands
