"""Arms with their sleeves. Unaware of the rest of an outfit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from training.scenes.figure.limbs import along, draw_hand, draw_limb
from training.scenes.shape import ellipse, joined, moved, ribbon

if TYPE_CHECKING:
    from training.scenes.figure.outfits import Outfit
    from training.scenes.figure.skeleton import Joint, Skeleton
    from training.scenes.motion import Air
    from training.scenes.palette import Tone
    from training.scenes.plate import Plate

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
    """Draw a kimono's sleeve: a bag of cloth that hangs from the forearm."""
    spine = along(joints, -0.04, 1.8, 5)
    hang = 1.25
    sway = air.sway(hang, 0.2)
    cel = plate.cel(tone, depth)
    plate.shape(ribbon(spine, [0.18, 0.33, 0.36, 0.36, 0.36]), cel)
    elbow, wrist = spine[2], spine[4]
    bag = joined(
        [moved(elbow, 0, -0.2), moved(elbow, 0.02, 0.5), moved(elbow, sway + 0.1, hang)],
        [moved(elbow, sway + 0.1, hang), moved(wrist, sway, hang * 0.86)],
        [moved(wrist, sway, hang * 0.86), moved(wrist, 0.03, 0.4), moved(wrist, 0, -0.28)],
        steps=4,
    )
    plate.shape(bag, cel)
    plate.fill(ribbon(spine, [0.14, 0.29, 0.32, 0.31, 0.3]), cel.base)
    inner = ribbon(
        [
            moved(wrist, 0, -0.25),
            moved(wrist, sway * 0.5, hang * 0.45),
            moved(wrist, sway, hang * 0.82),
        ],
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
