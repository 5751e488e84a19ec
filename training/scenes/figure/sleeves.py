"""Arms with their sleeves. Unaware of the rest of an outfit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from training.scenes.figure.limbs import along, draw_hand, draw_limb
from training.scenes.shape import ellipse, moved, ribbon

if TYPE_CHECKING:
    from training.scenes.figure.outfits import Outfit
    from training.scenes.figure.skeleton import Joint, Skeleton
    from training.scenes.motion import Air
    from training.scenes.palette import Tone
    from training.scenes.plate import Plate
    from training.scenes.shape import Points

_ARM = [0.15, 0.23, 0.235, 0.215, 0.19, 0.17, 0.15]


def arm_joints(skeleton: Skeleton, side: int) -> tuple[Joint, Joint, Joint]:
    """Return shoulder, elbow and wrist of one side (0 or 1)."""
    return skeleton.shoulders[side], skeleton.elbows[side], skeleton.wrists[side]


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
    """Draw a kimono's sleeve: a tube with a bag of cloth that hangs from the forearm."""
    upper, fore = along(joints, -0.04, 1.0, 4), along(joints, 1.0, 1.8, 3)
    elbow, middle, wrist = fore
    hang = 1.25 - 0.3 * max(0.0, float(elbow[1] - wrist[1]))
    sway = air.sway(1.25, 0.2)
    corners = [moved(elbow, side * 0.35, 0.0) for side in (-1, 1)]
    corners += [moved(wrist, side * 0.3, 0.1) for side in (-1, 1)]
    corners += [moved(middle, side * 0.42 + sway, hang * 0.8) for side in (-1, 1)]
    corners.append(moved(wrist, sway * 0.9, hang * 0.7))
    bag = _hull(corners)
    cel = plate.cel(tone, depth)
    plate.union([bag, ribbon(upper, [0.18, 0.33, 0.36, 0.36])], cel)
    plate.fill(ribbon(upper, [0.14, 0.29, 0.32, 0.31]), cel.base)
    inner = [moved(wrist, 0, -0.2), moved(wrist, sway * 0.5, hang * 0.4)]
    fold = [moved(elbow, 0.0, 0.1), moved(middle, sway * 0.8, hang * 0.7)]
    shadows = [ribbon(inner, [0.03, 0.06]), ribbon(fold, [0.015, 0.05])]
    plate.fill_all(shadows, cel.shade, within=cel.span)


def _hull(points: list[Points]) -> Points:
    """Return the convex outline of `points`, so that a fold of the arm leaves no hole."""
    hull = cv2.convexHull(np.array(points, np.float32))
    return np.reshape(np.asarray(hull, np.float64), (-1, 2))


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
