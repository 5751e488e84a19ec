"""Cloth on a skeleton: legs, skirts, tops and sleeves. Unaware of collars and of outfits' words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from training.scenes.figure.limbs import draw_foot, draw_limb
from training.scenes.figure.torso import draw_trunk, middle_line, trunk
from training.scenes.palette import Tone, mix
from training.scenes.plate import Cel, Plate
from training.scenes.shape import polygon, ribbon, smooth

if TYPE_CHECKING:
    from training.scenes.figure.outfits import Outfit
    from training.scenes.figure.skeleton import Joint, Skeleton

_LEG = [0.43, 0.42, 0.37, 0.31, 0.29, 0.32, 0.29, 0.2, 0.17]


def leg_joints(skeleton: Skeleton, side: int) -> tuple[Joint, Joint, Joint]:
    """Return hip, knee and ankle of one side (0 or 1)."""
    return skeleton.hips[side], skeleton.knees[side], skeleton.ankles[side]


def far_first(joints: tuple[Joint, Joint]) -> tuple[int, int]:
    """Return the two sides in the order in which they are to be drawn."""
    near = joints[0].near < joints[1].near
    return (0, 1) if near else (1, 0)


def draw_leg(
    plate: Plate,
    skeleton: Skeleton,
    side: int,
    outfit: Outfit,
    skin: Tone,
    depth: float,
    *,
    girl: bool,
) -> None:
    """Draw one leg with sock, shoe and trouser."""
    joints = leg_joints(skeleton, side)
    broad = 1.0 if girl else 1.1
    bare = outfit.trousers is None or outfit.shorts
    if bare:
        draw_limb(plate, joints, (0, 2), [w * broad for w in _LEG], skin, depth)
        if outfit.socks is not None:
            _draw_sock(plate, joints, outfit.sock_top, outfit.socks, depth)
    draw_foot(plate, skeleton.ankles[side], skeleton.toes[side], outfit.shoes, outfit.shoes, depth)
    if outfit.trousers is not None:
        span = (0.0, 0.62) if outfit.shorts else (0.0, 1.96)
        widths = [0.5, 0.53, 0.52] if outfit.shorts else [0.5, 0.5, 0.44, 0.38, 0.37, 0.35, 0.33]
        draw_limb(plate, joints, span, [w * broad for w in widths], outfit.trousers, depth)


def _draw_sock(
    plate: Plate, joints: tuple[Joint, Joint, Joint], top: float, tone: Tone, depth: float
) -> None:
    places = np.linspace(top, 2.0, 6)
    widths = np.interp(places, np.linspace(0, 2, len(_LEG)), _LEG) + 0.025
    draw_limb(plate, joints, (top, 2.0), list(widths), tone, depth)


def draw_pelvis(plate: Plate, skeleton: Skeleton, tone: Tone, depth: float, *, girl: bool) -> None:
    """Draw the seat of trousers."""
    outline = trunk(skeleton, girl=girl, top=4.6, bottom=5.7, ease=0.05)
    cel = plate.cel(tone, depth)
    plate.shape(outline, cel)
    middle = middle_line(skeleton, 5.5)
    plate.fill(ribbon([(middle, 5.1), (middle, 5.75)], [0.02, 0.025]), cel.line)


def draw_top(
    plate: Plate, skeleton: Skeleton, outfit: Outfit, depth: float, *, girl: bool
) -> tuple[int, int]:
    """Draw the trunk's garment with belt and print; return the span of its inks."""
    outline = trunk(
        skeleton, girl=girl, top=1.74, bottom=outfit.bottom, ease=outfit.ease, hem=outfit.hem
    )
    span = draw_trunk(plate, outline, outfit.top, depth)
    middle = middle_line(skeleton, 3.2)
    cel = Cel(*range(span[0], span[1]))
    if outfit.print == "pocket" and not skeleton.behind:
        pouch = [
            (middle - 0.45, 4.5),
            (middle + 0.45, 4.5),
            (middle + 0.66, 5.25),
            (middle - 0.66, 5.25),
        ]
        plate.fill(polygon(*pouch), cel.shade, within=span)
        plate.fill(
            polygon(
                (middle - 0.43, 4.54),
                (middle + 0.43, 4.54),
                (middle + 0.6, 5.2),
                (middle - 0.6, 5.2),
            ),
            cel.base,
            within=span,
        )
    if outfit.print == "star" and not skeleton.behind:
        _draw_star(plate, middle, 3.15, 0.36, outfit.accent, depth, span)
    if outfit.print == "knit":
        for x in np.linspace(-0.6, 0.6, 5):
            plate.fill(
                ribbon([(middle + x, 2.4), (middle + x * 0.9, 5.0)], [0.014, 0.014]),
                cel.shade,
                within=span,
            )
    if outfit.belt is not None:
        _draw_belt(plate, skeleton, outfit, depth, girl=girl)
    return span


def _draw_star(
    plate: Plate, x: float, y: float, size: float, tone: Tone, depth: float, within: tuple[int, int]
) -> None:
    angles = np.arange(10) * (math.pi / 5) - math.pi / 2
    radii = np.where(np.arange(10) % 2, 0.45, 1.0) * size
    star = np.stack([x + np.cos(angles) * radii, y + np.sin(angles) * radii], axis=1)
    plate.fill(star, plate.ink(tone.base, depth), within=(within[0], within[0] + 1))


def _draw_belt(
    plate: Plate, skeleton: Skeleton, outfit: Outfit, depth: float, *, girl: bool
) -> None:
    assert outfit.belt is not None
    sash = outfit.collar == "kimono"
    top, bottom = (3.75, 4.65) if sash else (4.12, 4.4)
    outline = trunk(skeleton, girl=girl, top=top, bottom=bottom, ease=outfit.ease + 0.03)
    cel = plate.cel(outfit.belt, depth)
    plate.shape(outline, cel, weight=0.8)
    if sash:
        cord = plate.ink(mix(outfit.belt.base, (255, 250, 235), 0.6), depth)
        plate.fill(ribbon([(-1.2, 4.2), (1.2, 4.2)], [0.07, 0.07]), cord, within=cel.span)
        if skeleton.behind:
            for side in (-1, 1):
                loop = [(0, 4.1), (side * 0.6, 3.7), (side * 0.85, 4.1), (side * 0.55, 4.5)]
                plate.shape(smooth(loop), plate.cel(outfit.belt, depth))
