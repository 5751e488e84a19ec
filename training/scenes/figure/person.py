"""A whole person at one moment: how they stand, in which order they are drawn, their key points.

Unaware of the scene around them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from training.scenes.figure import accessories as worn
from training.scenes.figure.collars import draw_collar
from training.scenes.figure.face import (
    contour,
    draw_brows,
    draw_ears,
    draw_face,
    draw_features,
)
from training.scenes.figure.garments import (
    draw_leg,
    draw_pelvis,
    draw_top,
    far_first,
)
from training.scenes.figure.hair import Hairdo, cap, draw_behind, draw_over
from training.scenes.figure.look import EXPRESSIONS, Look
from training.scenes.figure.outfits import Outfit, outfit
from training.scenes.figure.poses import pose_at
from training.scenes.figure.skeleton import BOY, GIRL, HIP_Y, Skeleton, stand
from training.scenes.figure.skirts import draw_skirt
from training.scenes.figure.sleeves import draw_arm
from training.scenes.figure.torso import draw_neck, middle_line
from training.scenes.figure.umbrella import draw_canopy, draw_handle
from training.scenes.motion import Air, blink, swing
from training.scenes.palette import CLOTH, EYES, HAIR, SKIN, Tone, mix, tone
from training.scenes.shape import Affine, apply, rotation, scaling, translation

if TYPE_CHECKING:
    from training.scenes.plate import Plate
    from training.scenes.traits import Person

HEAD = 1.07
"""How much larger than life the head is drawn: the charm of the craft."""
_LAYERS = {"behind": 0.0, "legs": 0.05, "body": 0.1, "head": 0.14, "front": 0.2}


@dataclass(frozen=True, kw_only=True)
class Posture:
    """A person's bones and head at one moment."""

    skeleton: Skeleton
    look: Look
    head: Affine
    air: Air


def posture(person: Person, t: float, wind: float) -> Posture:
    """Return how `person` holds themselves at time `t`."""
    breath = 0.035 * swing(t, person.phase)
    air = Air(
        t=t,
        strength=wind,
        phase=person.phase,
        lean=max(0.0, wind - 0.6) * (1 if person.side > 0 else -1),
    )
    turning = (
        26.0 * (swing(t, person.phase) - swing(0.0, person.phase)) if person.turns_head else 0.0
    )
    yaw = 180.0 if person.view == "from behind" else person.yaw + turning
    if person.view == "from behind":
        body = 180.0
    elif person.view == "from side":
        body = math.copysign(78.0, person.yaw)
    else:
        body = person.yaw * 0.6
    skeleton = stand(
        pose_at(person.pose, t, person.phase, person.side),
        GIRL if person.girl else BOY,
        body,
        breath,
    )
    face = EXPRESSIONS[person.expression]
    open_ = face.openness > 0.1
    lids = (blink(t, person.blink_at) if open_ else 0.0) * min(1.0, face.openness)
    look = Look(yaw=yaw, expression=face, lids=lids, gaze=person.gaze, blush=person.blush, air=air)
    tilt = person.tilt + 1.2 * swing(t, person.phase + 0.2)
    place = translation(0.1 * skeleton.profile, 0.2 - breath * 0.8)
    head = place @ rotation(tilt, (0.0, 1.3)) @ scaling(HEAD)
    return Posture(skeleton=skeleton, look=look, head=head, air=air)


def hairdo(person: Person) -> Hairdo:
    """Return the hair of `person`."""
    return Hairdo(
        style=person.hair_style,
        bangs=person.bangs,
        hair=HAIR[person.hair_colour],
        tie=tone(CLOTH[person.accent]),
        ahoge=person.ahoge,
        side=person.side,
    )


@dataclass(frozen=True, kw_only=True)
class _Brush:
    """What every part of one drawing needs."""

    plate: Plate
    person: Person
    posture: Posture
    outfit: Outfit
    do: Hairdo
    skin: Tone
    near: float

    def depth(self, layer: str) -> float:
        return self.near + _LAYERS[layer]


def draw_person(plate: Plate, person: Person, held: Posture, near: float) -> None:
    """Draw `person` in head units as they are `held`; `near` is the depth of their far side."""
    brush = _Brush(
        plate=plate,
        person=person,
        posture=held,
        outfit=outfit(person.outfit, person.colour, person.accent, girl=person.girl),
        do=hairdo(person),
        skin=SKIN[person.skin],
        near=near,
    )
    with plate.placed(translation(0.0, -held.skeleton.pose.rise)):
        if held.skeleton.behind:
            _draw_from_behind(brush)
        else:
            _draw_facing(brush)


def _draw_facing(brush: _Brush) -> None:
    plate, held = brush.plate, brush.posture
    if brush.person.pose == "holding umbrella":
        draw_canopy(plate, held.skeleton, brush.person.side, _extra(brush), brush.near)
    with plate.placed(held.head):
        draw_behind(plate, held.look, brush.do, brush.depth("behind"), held.air)
    _draw_arms(brush, "behind")
    _draw_far_arm(brush)
    _draw_lower(brush)
    _draw_upper(brush)
    _draw_arms(brush, "side")
    if brush.person.accessory == "scarf":
        worn.draw_scarf(plate, held.skeleton, _extra(brush), brush.depth("body"), held.air)
    with plate.placed(held.head):
        _draw_head(brush)
    if brush.person.pose == "holding umbrella":
        draw_handle(plate, held.skeleton, brush.person.side, brush.depth("front"))
    _draw_arms(brush, "front")


def _draw_from_behind(brush: _Brush) -> None:
    plate, held = brush.plate, brush.posture
    if brush.person.pose == "holding umbrella":
        draw_handle(plate, held.skeleton, -brush.person.side, brush.depth("behind"))
    _draw_arms(brush, "front")
    _draw_lower(brush)
    _draw_upper(brush)
    _draw_arms(brush, "side")
    _draw_arms(brush, "behind")
    if brush.person.accessory == "scarf":
        worn.draw_scarf(plate, held.skeleton, _extra(brush), brush.depth("body"), held.air)
    with plate.placed(held.head):
        _draw_head(brush)


def _extra(brush: _Brush) -> Tone:
    return tone(CLOTH[brush.person.accessory_colour])


def _profiled(brush: _Brush) -> bool:
    return abs(brush.posture.skeleton.profile) > 0.7


def _draw_far_arm(brush: _Brush) -> None:
    """In profile the far arm is drawn before the body."""
    if _profiled(brush):
        _draw_one_arm(brush, far_first(brush.posture.skeleton.shoulders)[0], "behind")


def _draw_arms(brush: _Brush, layer: str) -> None:
    skeleton = brush.posture.skeleton
    order = far_first(skeleton.shoulders)
    for index in order[1:] if _profiled(brush) else order:
        arm = skeleton.pose.arms[index]
        if arm.layer == layer:
            _draw_one_arm(brush, index, "front" if layer == "front" else "body")


def _draw_one_arm(brush: _Brush, index: int, layer: str) -> None:
    bones = brush.posture.skeleton
    joints = (bones.shoulders[index], bones.elbows[index], bones.wrists[index])
    corners = [(joint.x + way, joint.y + way) for joint in joints for way in (-1.3, 0.7)]
    if not brush.plate.shows(corners):
        return
    draw_arm(
        brush.plate, brush.posture.skeleton, index, brush.outfit, brush.skin, brush.depth(layer),
        brush.posture.air, girl=brush.person.girl,
    )  # fmt: skip


def _draw_lower(brush: _Brush) -> None:
    plate, skeleton = brush.plate, brush.posture.skeleton
    girl, depth = brush.person.girl, brush.depth("legs")
    low = [*skeleton.knees, *skeleton.toes]
    top = [(x, HIP_Y - 1.0) for x in (-1.2, 1.2)]
    if not plate.shows([*top, *((joint.x, joint.y + 0.6) for joint in low)]):
        return
    for index in far_first(skeleton.knees):
        draw_leg(plate, skeleton, index, brush.outfit, brush.skin, depth, girl=girl)
    if brush.outfit.trousers is not None:
        draw_pelvis(plate, skeleton, brush.outfit.trousers, depth, girl=girl)


def _draw_upper(brush: _Brush) -> None:
    plate, held = brush.plate, brush.posture
    skirt, depth = brush.outfit.skirt, brush.depth("body")
    tucked = skirt is not None and brush.outfit.belt is None
    clothed = plate.shows([(-1.2, 1.9), (1.2, 6.0)])
    if skirt is not None and tucked and clothed:
        draw_skirt(plate, held.skeleton, skirt, brush.outfit.accent, depth, held.air)
    face = apply(held.head, contour(held.look))
    draw_neck(plate, held.skeleton, brush.skin, depth, face, girl=brush.person.girl)
    if not clothed:
        return
    if skirt is not None and not tucked:
        draw_skirt(plate, held.skeleton, skirt, brush.outfit.accent, depth, held.air)
    draw_top(plate, held.skeleton, brush.outfit, depth, girl=brush.person.girl)
    _draw_chest(brush)


def _draw_chest(brush: _Brush) -> None:
    plate, skeleton = brush.plate, brush.posture.skeleton
    squeeze = max(0.4, math.cos(math.radians(skeleton.turn))) if not skeleton.behind else 1.0
    broad = 1.0 if brush.person.girl else 1.18
    place = translation(middle_line(skeleton, 2.5), skeleton.neck.y - 1.72)
    with plate.placed(place @ scaling(squeeze * broad, 1.0)):
        draw_collar(plate, brush.outfit, brush.skin, brush.depth("body"), behind=skeleton.behind)


def _draw_head(brush: _Brush) -> None:
    plate, person, look = brush.plate, brush.person, brush.posture.look
    depth, hair, air = brush.depth("head"), brush.do.hair, brush.posture.air
    over = cap(look, brush.do, air)
    draw_ears(plate, look, brush.skin, depth)
    if not look.behind:
        cel = draw_face(plate, look, brush.skin, depth, over.outline)
        lash = mix(hair.line, (34, 16, 34), 0.55)
        draw_features(plate, look, brush.skin, EYES[person.eye_colour], lash, cel, depth)
    if person.accessory == "cat ears":
        worn.draw_cat_ears(plate, look, hair, depth, air)
    draw_over(plate, over, brush.do, depth + 0.02, air)
    if not look.behind:
        draw_brows(plate, look, hair, depth)
    _draw_worn(plate, look, person.accessory, _extra(brush), depth)


def _draw_worn(plate: Plate, look: Look, word: str, colour: Tone, depth: float) -> None:
    """Draw what is worn over the hair."""
    if word == "glasses":
        worn.draw_glasses(plate, look, depth)
    elif word == "hair ribbon":
        worn.draw_ribbon(plate, look, colour, depth)
    elif word == "hair flower":
        worn.draw_flower(plate, look, colour, depth)
    elif word == "headphones":
        worn.draw_headphones(plate, look, colour, depth)
    elif word.endswith(("hat", "beret")):
        worn.draw_hat(plate, look, word, colour, depth)
