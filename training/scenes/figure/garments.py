"""Cloth on a skeleton: legs, skirts, tops and sleeves. Unaware of collars and of outfits' words."""

from __future__ import annotations

import math

import numpy as np

from training.scenes.figure.limbs import along, draw_foot, draw_hand, draw_limb
from training.scenes.figure.outfits import Outfit, Skirt
from training.scenes.figure.skeleton import Joint, Skeleton
from training.scenes.figure.torso import draw_trunk, middle_line, trunk
from training.scenes.motion import Air
from training.scenes.palette import Tone, mix
from training.scenes.plate import Cel, Plate
from training.scenes.shape import Points, ellipse, joined, polygon, ribbon, smooth

_LEG = [0.43, 0.42, 0.37, 0.31, 0.29, 0.32, 0.29, 0.2, 0.17]
_ARM = [0.15, 0.23, 0.235, 0.215, 0.19, 0.17, 0.15]


def leg_joints(skeleton: Skeleton, side: int) -> tuple[Joint, Joint, Joint]:
    """Return hip, knee and ankle of one side (0 or 1)."""
    return skeleton.hips[side], skeleton.knees[side], skeleton.ankles[side]


def arm_joints(skeleton: Skeleton, side: int) -> tuple[Joint, Joint, Joint]:
    """Return shoulder, elbow and wrist of one side (0 or 1)."""
    return skeleton.shoulders[side], skeleton.elbows[side], skeleton.wrists[side]


def far_first(skeleton: Skeleton, joints: tuple[Joint, Joint]) -> tuple[int, int]:
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


def skirt_outline(skeleton: Skeleton, skirt: Skirt, air: Air) -> tuple[Points, Points, Points]:
    """Return the skirt's left edge, hem (left to right) and right edge, each from the top or left."""
    turn = abs(skeleton.profile)
    knees = skeleton.knees
    seated = max(0.0, min(1.0, (7.0 - (knees[0].y + knees[1].y) / 2) / 1.2))
    low = min(skirt.hem, 6.35) if seated > 0.5 else skirt.hem
    reach = sum(knee.x for knee in knees) / 2 * (0.9 if seated > 0.5 else 0.25)
    top = 4.15
    waist = 0.64 - 0.18 * turn
    flare = skirt.flare * (1 - 0.2 * turn) if seated < 0.5 else max(1.15, 0.75 + abs(reach) * 0.4)
    length = low - top
    drift = air.sway(length * 0.8, 0.1)
    middle = reach + drift
    hip = 0.98 - 0.14 * turn
    at = min(5.3, top + 0.62 * length)
    shape = (at - top) / length
    left = [
        (-waist, top),
        (-(hip + (flare - hip) * shape * 0.35) + middle * shape, at),
        (-flare + middle, low),
    ]
    right = [
        (waist, top),
        ((hip + (flare - hip) * shape * 0.35) + middle * shape, at),
        (flare + middle, low),
    ]
    count = 9
    hem = []
    for index in range(count):
        share = index / (count - 1)
        x = -flare + middle + 2 * flare * share
        sag = 0.16 * math.sin(math.pi * share)
        ruffle = (
            0.05 * math.sin(index * 2.4 + 2.2 * air.sway(1.0, share)) if skirt.cut != "wrap" else 0
        )
        hem.append((x, low + sag + ruffle))
    return np.array(left), np.array(hem), np.array(right)


def draw_skirt(
    plate: Plate, skeleton: Skeleton, skirt: Skirt, accent: Tone, depth: float, air: Air
) -> None:
    """Draw a skirt with its folds."""
    left, hem, right = skirt_outline(skeleton, skirt, air)
    cel = plate.cel(skirt.tone, depth)
    plate.shape(joined(left, hem, right[::-1], steps=4), cel)
    if skirt.cut == "wrap":
        _draw_wrap(plate, left, hem, right, cel)
        return
    count = 7 if skirt.cut == "pleats" else 4
    for index in range(count):
        share = (index + 0.62) / count
        width = 0.28 / count
        _draw_fold(
            plate, left, right, hem, share, width if skirt.cut == "pleats" else width * 0.8, cel
        )
    dark = [p + (q - p) * 0.78 for p, q in zip(left, right, strict=True)]
    plate.fill(ribbon(dark, [0.12, 0.2, 0.3]), cel.shade, within=cel.span)
    if skirt.cut in ("frill", "apron"):
        band = plate.cel(accent, depth)
        plate.fill(ribbon(hem - (0, 0.1), [0.07] * len(hem), steps=3), band.base, within=cel.span)
    if skirt.cut == "apron":
        _draw_apron(plate, left, right, hem, accent, depth)


def _draw_fold(
    plate: Plate, left: Points, right: Points, hem: Points, share: float, width: float, cel: Cel
) -> None:
    top = left[0] + (right[0] - left[0]) * share
    middle = left[1] + (right[1] - left[1]) * share
    low = hem[round(share * (len(hem) - 1))]
    span = float(hem[-1, 0] - hem[0, 0])
    fold = joined(
        [top, middle, low + (0.0, 0.3)],
        [low + (0, 0.3), low + (span * width, 0.3)],
        [low + (span * width, 0.3), middle + (span * width * 0.5, 0), top],
        steps=3,
    )
    plate.fill(fold, cel.shade, within=cel.span)
    plate.fill(
        ribbon([top, middle, low + (0, 0.2)], [0.004, 0.016, 0.022], steps=3),
        cel.line,
        within=(cel.base, cel.light),
    )


def _draw_apron(
    plate: Plate, left: Points, right: Points, hem: Points, white: Tone, depth: float
) -> None:
    cel = plate.cel(white, depth)
    middle, low = (left[0] + right[0]) / 2, (hem[4] + (0, -0.45))
    apron = joined(
        [
            (middle[0] - 0.42, middle[1]),
            (middle[0] - 0.75, (middle[1] + low[1]) / 2),
            (low[0] - 0.75, low[1] - 0.12),
        ],
        [(low[0] - 0.75, low[1] - 0.12), (low[0], low[1] + 0.2), (low[0] + 0.75, low[1] - 0.12)],
        [
            (low[0] + 0.75, low[1] - 0.12),
            (middle[0] + 0.75, (middle[1] + low[1]) / 2),
            (middle[0] + 0.42, middle[1]),
        ],
    )
    plate.shape(apron, cel, weight=0.8)
    plate.fill(
        ribbon([(middle[0] + 0.4, middle[1]), (low[0] + 0.55, low[1] - 0.1)], [0.04, 0.16]),
        cel.shade,
        within=cel.span,
    )


def _draw_wrap(plate: Plate, left: Points, hem: Points, right: Points, cel: Cel) -> None:
    edge = [left[0] + (right[0] - left[0]) * 0.62, left[1] + (right[1] - left[1]) * 0.55, hem[3]]
    plate.fill(ribbon(edge, [0.02, 0.022, 0.03]), cel.line, within=cel.span)
    dark = [p + (q - p) * 0.84 for p, q in zip(left, right, strict=True)]
    plate.fill(ribbon(dark, [0.12, 0.2, 0.22]), cel.shade, within=cel.span)


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


def draw_sleeve(
    plate: Plate,
    joints: tuple[Joint, Joint, Joint],
    outfit: Outfit,
    depth: float,
    air: Air,
    *,
    girl: bool,
) -> None:
    """Draw the sleeve over a bare arm."""
    broad = 1.0 if girl else 1.15
    kind = outfit.sleeve
    spans: dict[str, tuple[tuple[float, float], list[float]]] = {
        "short": ((-0.04, 0.62), [0.17, 0.31, 0.35, 0.36, 0.37]),
        "puff": ((-0.04, 0.5), [0.2, 0.42, 0.46, 0.42, 0.27]),
        "long": ((-0.04, 1.93), [0.16, 0.27, 0.285, 0.27, 0.26, 0.25, 0.24, 0.24, 0.23]),
        "loose": ((-0.04, 1.97), [0.18, 0.31, 0.35, 0.34, 0.33, 0.32, 0.33, 0.34, 0.27]),
        "plate": ((0.95, 1.9), [0.24, 0.27, 0.25, 0.23]),
    }
    if kind == "wide":
        _draw_wide_sleeve(plate, joints, outfit.sleeves, depth, air)
        return
    if kind not in spans:
        return
    span, widths = spans[kind]
    draw_limb(plate, joints, span, [w * broad for w in widths], outfit.sleeves, depth)
    if kind == "loose" or outfit.collar == "maid":
        end = span[1]
        draw_limb(
            plate,
            joints,
            (end - 0.14, end + 0.02),
            [0.25 if kind == "loose" else 0.3] * 2,
            outfit.accent,
            depth,
            weight=0.8,
        )
    if kind == "plate":
        shoulder = joints[0]
        cel = plate.cel(outfit.sleeves, depth)
        plate.shape(ellipse(shoulder.x, shoulder.y + 0.22, 0.46, 0.44, count=20), cel)
        plate.fill(
            ellipse(shoulder.x + 0.16, shoulder.y + 0.4, 0.4, 0.36, count=18),
            cel.shade,
            within=cel.span,
        )
        plate.fill(
            ellipse(shoulder.x - 0.16, shoulder.y + 0.04, 0.16, 0.09, count=12),
            cel.light,
            within=cel.span,
        )


def _draw_wide_sleeve(
    plate: Plate, joints: tuple[Joint, Joint, Joint], tone: Tone, depth: float, air: Air
) -> None:
    """Draw a kimono's sleeve: a bag of cloth that hangs from the forearm."""
    spine = along(joints, -0.04, 1.8, 5)
    hang = 1.25
    sway = air.sway(hang, 0.2)
    cel = plate.cel(tone, depth)
    plate.shape(ribbon(spine, [0.18, 0.33, 0.36, 0.36, 0.36]), cel)
    elbow, wrist = spine[2], spine[4]
    bag = joined(
        [elbow + (0, -0.2), elbow + (0.02, 0.5), elbow + (sway + 0.1, hang)],
        [elbow + (sway + 0.1, hang), wrist + (sway, hang * 0.86)],
        [wrist + (sway, hang * 0.86), wrist + (0.03, 0.4), wrist + (0, -0.28)],
        steps=4,
    )
    plate.shape(bag, cel)
    plate.fill(ribbon(spine, [0.14, 0.29, 0.32, 0.31, 0.3]), cel.base)
    inner = ribbon(
        [wrist + (0, -0.25), wrist + (sway * 0.5, hang * 0.45), wrist + (sway, hang * 0.82)],
        [0.04, 0.07, 0.03],
    )
    plate.fill(inner, cel.shade, within=cel.span)


def draw_arm(
    plate: Plate,
    skeleton: Skeleton,
    side: int,
    outfit: Outfit,
    skin: Tone,
    depth: float,
    air: Air,
    *,
    girl: bool,
) -> None:
    """Draw one arm: bare skin, hand, sleeve."""
    joints = arm_joints(skeleton, side)
    broad = 1.0 if girl else 1.22
    arm = skeleton.pose.arms[side]
    thumb = 1 if side == 0 else -1
    if arm.fore.spread > 90 or arm.fore.spread < -90:
        thumb = -thumb
    if outfit.sleeve in ("none", "short", "puff", "wide", "plate"):
        draw_limb(plate, joints, (0, 2), [w * broad for w in _ARM], skin, depth)
    draw_hand(plate, joints[2], joints[1], arm.hand, thumb, skin, depth, 1.0 if girl else 1.12)
    draw_sleeve(plate, joints, outfit, depth, air, girl=girl)
