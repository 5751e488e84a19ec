"""A scene becomes pictures: place, people, light, weather, style and flaw, and the ground truth.

The people's parts are drawn elsewhere; here is where they stand and how the layers join.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from training.scenes.camera import camera_at
from training.scenes.figure.keypoints import keypoints
from training.scenes.figure.person import draw_person, posture
from training.scenes.finish import bloomed, flawed, styled
from training.scenes.light import Light, light_of
from training.scenes.plate import Bytes, Plate
from training.scenes.seat import draw_seat
from training.scenes.settings import SETTINGS
from training.scenes.settings.backdrop import Backdrop
from training.scenes.shape import Affine, rotation, scaling, translation
from training.scenes.traits import FRAMINGS, Person, Scene
from training.scenes.weather import draw_weather

if TYPE_CHECKING:
    from training.scenes.palette import Rgb

_NEAR = 0.66
_HEAD_AT = {
    "close-up": 0.02,
    "portrait": -0.2,
    "upper body": -0.42,
    "cowboy shot": -0.55,
    "full body": -0.67,
    "wide shot": -0.12,
}
_PLACE_SIZE = {
    "close-up": 1.35,
    "portrait": 1.2,
    "upper body": 1.1,
    "cowboy shot": 1.03,
    "full body": 1.0,
    "wide shot": 0.94,
}
_FLOOR = {"full body": 0.84, "wide shot": 0.8}


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A drawn moment and its ground truth, pixel for pixel.

    `rgb` is uint8 (height, width, 3). `depth` is float32 (height, width), 1 near and 0 far.
    `lineart` is uint8 (height, width), 255 on a line. `people` is uint8 (height, width), 255 where
    somebody is. `keypoints` is float32 (people, 18, 3) in OpenPose's order: x and y in pixels, and
    1 when the joint is in the picture and not hidden by the head, else 0.
    """

    rgb: Bytes
    people: Bytes
    keypoints: npt.NDArray[np.float32]
    plate: Plate = field(repr=False, compare=False)

    @cached_property
    def depth(self) -> npt.NDArray[np.float32]:
        """How near everything is."""
        return self.plate.depth().astype(np.float32) / np.float32(255)

    @cached_property
    def lineart(self) -> Bytes:
        """The outlines."""
        return _lines(self.plate)


def draw(scene: Scene, t: float = 0.0, size: tuple[int, int] = (256, 256)) -> Picture:
    """Draw `scene` at `t` seconds; `size` is (width, height) in pixels."""
    width, height = size
    # A wide picture shows more at its sides; a tall one is a compromise, true to its framing.
    unit = min(height, (width * height) ** 0.5) / 2
    view = translation(width / 2, height / 2) @ scaling(unit)
    light = light_of(scene.time, scene.weather, scene.setting)
    plate = _plate(size, view, scene.style)
    _draw_sky(plate, scene, t, size, light)
    _draw_place(plate, scene, t, size, light)
    first = plate.next_ink
    poses = _draw_people(plate, scene, t, size)
    rgb = plate.colour(light.on_people, first)
    people = plate.covered(first, plate.next_ink)
    if scene.people:
        _cast_shadows(rgb, people, scene, poses, unit)
    if scene.style != "flat color":
        _rim(rgb, people, light)
    if light.lamps:
        rgb = bloomed(rgb, 150, 0.8, people)
    draw_weather(rgb, scene.weather, scene.seed, t, night=scene.time == "night")
    bare = Picture(
        rgb=rgb,
        people=people,
        keypoints=_visible(poses, size, hidden=scene.flaw == "bad anatomy"),
        plate=plate,
    )
    return _finished(bare, scene)


def _finished(bare: Picture, scene: Scene) -> Picture:
    """Return the picture in its style and with its flaw, if it has any."""
    if scene.style in ("anime", "flat color") and not scene.flaw:
        return bare
    rgb = styled(bare.rgb, bare.lineart, scene.style)
    rgb = flawed(rgb, bare.lineart, scene.flaw, random.Random(scene.seed ^ 0xF1A3))
    return replace(bare, rgb=rgb)


def clip(
    scene: Scene, frames: int = 16, fps: int = 8, size: tuple[int, int] = (256, 256)
) -> list[Picture]:
    """Draw `frames` pictures of `scene`, `fps` to the second; the first is the still picture."""
    return [draw(scene, index / fps, size) for index in range(frames)]


def _plate(size: tuple[int, int], view: Affine, style: str) -> Plate:
    return Plate(
        *size, view=view, oversample=4 if min(size) <= 384 else 2, flat=style == "flat color"
    )


def _weight(size: tuple[int, int], weight: float, style: str) -> float:
    """Return the outlines' width in pixels, given it for a clean picture of 256."""
    bold = {"lineart": 1.5, "flat color": 0.8, "pastel": 0.9}.get(style, 1.0)
    return weight * bold * min(size) / 256


def _draw_place(plate: Plate, scene: Scene, t: float, size: tuple[int, int], light: Light) -> None:
    plate.weight = _weight(size, 1.1, scene.style)
    drop = Backdrop(
        plate=plate,
        light=light,
        rng=random.Random(scene.seed),
        t=t,
        camera=scene.camera,
        horizon=horizon(scene),
        time=scene.time,
        weather=scene.weather,
        wind=scene.wind,
    )
    with plate.placed(scaling(_PLACE_SIZE[scene.framing])):
        SETTINGS[scene.setting](drop)


def horizon(scene: Scene) -> float:
    """Return the height of the scene's horizon in frame units."""
    if scene.setting == "sky":
        return 1.0
    return random.Random(scene.seed + 1).uniform(0.05, 0.22)


def _draw_people(
    plate: Plate, scene: Scene, t: float, size: tuple[int, int]
) -> list[npt.NDArray[np.float32]]:
    """Draw the people; return the key points of each, (18, 3) in pixels."""
    plate.weight = _weight(size, min(2.0, 0.5 + FRAMINGS[scene.framing] * 3.3), scene.style)
    poses = []
    with plate.placed(camera_at(scene.camera, t, 1.0)):
        for index, person in enumerate(scene.people):
            with plate.placed(_stance(scene, index)):
                if person.pose == "sitting":
                    draw_seat(plate, scene.setting, _NEAR)
                near = _NEAR + 0.04 * index
                for double, place in _doubles(person, scene.flaw):
                    with plate.placed(place):
                        draw_person(plate, double, posture(double, t, scene.wind), near)
                held = posture(person, t, scene.wind)
                draw_person(plate, person, held, near)
                joints = keypoints(held)
                joints[:, :2] = plate.pixels(joints[:, :2])
                poses.append(joints.astype(np.float32))
    return poses


def _doubles(person: Person, flaw: str) -> list[tuple[Person, Affine]]:
    """Return who is wrongly drawn behind `person`, and where, for flaws of the drawing."""
    if flaw == "two heads":
        return [
            (
                replace(person, tilt=person.tilt + 16 * person.side),
                translation(1.15 * person.side, -0.15),
            )
        ]
    if flaw == "extra limbs":
        wild = "arms up" if person.pose != "arms up" else "hands on hips"
        return [
            (replace(person, pose=wild), rotation(0.0)),
            (replace(person, pose="reaching", side=-person.side), rotation(0.0)),
        ]
    return []


def _stance(scene: Scene, index: int) -> Affine:
    """Return where person `index` stands: from head units to frame units."""
    unit = FRAMINGS[scene.framing]
    x, y = scene.offset
    if len(scene.people) == 2:
        unit *= 0.92
        x += (index - 0.5) * {"upper body": 0.92, "cowboy shot": 0.82, "full body": 0.72}.get(
            scene.framing, 0.5
        )
    head = _HEAD_AT[scene.framing] + y
    person = scene.people[index]
    if scene.framing in _FLOOR:
        bones = posture(person, 0.0, scene.wind).skeleton
        head = _FLOOR[scene.framing] + y - unit * (max(toe.y for toe in bones.toes) + 0.1)
    elif person.pose == "sitting":
        head += 0.12
    return translation(x, head) @ scaling(unit)


def _draw_sky(plate: Plate, scene: Scene, t: float, size: tuple[int, int], light: Light) -> None:
    """Cover the plate with the sky's gradient."""
    fine = plate.oversample
    back = np.linalg.inv(plate.view @ camera_at(scene.camera, t, 0.2))
    # Unless the camera rolls, the sky is the same all along a row.
    columns = np.arange(size[0] * fine if back[1, 0] else 1)[None] / fine
    ys = back[1, 1] * np.arange(size[1] * fine)[:, None] / fine + back[1, 0] * columns + back[1, 2]
    level = np.clip((ys + 1.1) * (255 / (horizon(scene) + 1.1)), 0, 255).astype(np.uint8)
    stops = np.array(light.sky)
    shades = [np.interp(np.arange(256), [0, 140, 255], stops[:, c]) for c in range(3)]
    plate.gradient(np.stack(shades, axis=1), level)


def _rim(painted: Bytes, people: Bytes, light: Light) -> None:
    """Light the people's edges that face the light, in place."""
    step = max(1, round(min(people.shape) * 2 / 256))
    moved = np.zeros_like(people)
    moved[step:, step:] = people[:-step, :-step]
    edge = np.asarray(cv2.subtract(people, moved), np.uint8)
    _tint(painted, edge, light.rim, light.rim_strength)


def _tint(painted: Bytes, mask: Bytes, colour: Rgb, strength: float) -> None:
    """Blend `colour` into `painted` (height, width, 3) where `mask` says, in place."""
    found = cv2.findNonZero(mask)
    if found is None:
        return
    columns, rows = np.reshape(found, (-1, 2)).T
    share = mask[rows, columns, None].astype(np.float32) * (strength / 255)
    before = painted[rows, columns].astype(np.float32)
    painted[rows, columns] = before + (np.array(colour, np.float32) - before) * share


def _cast_shadows(
    painted: Bytes,
    people: Bytes,
    scene: Scene,
    poses: list[npt.NDArray[np.float32]],
    unit: float,
) -> None:
    """Darken the ground under people whose feet are seen, in place."""
    if scene.framing not in _FLOOR or scene.setting in ("sky", "simple background"):
        return
    mask = np.zeros(people.shape, np.uint8)
    for joints in poses:
        feet = joints[[10, 13], :2]
        x = float(feet[:, 0].mean())
        y = float(feet[:, 1].max()) + FRAMINGS[scene.framing] * unit * 0.5
        reach = FRAMINGS[scene.framing] * unit * 1.5
        axes = (round(reach), round(reach * 0.24))
        cv2.ellipse(mask, (round(x), round(y)), axes, 0, 0, 360, 255, -1, cv2.LINE_AA)
    _tint(painted, np.asarray(cv2.subtract(mask, people), np.uint8), (38, 30, 70), 0.36)


def _lines(plate: Plate) -> Bytes:
    """Join outlines with the edges where depth jumps."""
    step = cv2.morphologyEx(plate.depth(), cv2.MORPH_GRADIENT, np.ones((2, 2), np.uint8))
    edge = np.asarray(cv2.threshold(step, 5, 200, cv2.THRESH_BINARY)[1], np.uint8)
    soft = np.asarray(cv2.GaussianBlur(edge, (3, 3), 0), np.uint8)
    return np.maximum(plate.lines(), soft)


def _visible(
    poses: list[npt.NDArray[np.float32]], size: tuple[int, int], *, hidden: bool
) -> npt.NDArray[np.float32]:
    if not poses:
        return np.zeros((0, 18, 3), np.float32)
    joints = np.stack(poses)
    inside = (
        (joints[..., 0] >= 0)
        & (joints[..., 0] < size[0])
        & (joints[..., 1] >= 0)
        & (joints[..., 1] < size[1])
    )
    joints[..., 2] *= inside & (not hidden)
    return joints
