"""A scene becomes pictures: place, people, light, weather, style and flaw, and the ground truth.

The people's parts are drawn elsewhere; here is where they stand and how the layers join.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

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
from training.scenes.shape import Affine, apply, rotation, scaling, translation
from training.scenes.traits import FRAMINGS, Person, Scene
from training.scenes.weather import draw_weather

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
    depth: npt.NDArray[np.float32]
    lineart: Bytes
    people: Bytes
    keypoints: npt.NDArray[np.float32]


def draw(scene: Scene, t: float = 0.0, size: tuple[int, int] = (256, 256)) -> Picture:
    """Draw `scene` at `t` seconds; `size` is (width, height) in pixels."""
    width, height = size
    unit = min(width, height) / 2
    view = translation(width / 2, height / 2) @ scaling(unit)
    light = light_of(scene.time, scene.weather, scene.setting)
    place = _draw_place(scene, t, size, view, light)
    people, poses = _draw_people(scene, t, size, view)
    backdrop = place.colour(lambda table: table)
    figures = people.colour(light.on_people)
    rgb = _sky(scene, t, size, view, light)
    rgb = _over(rgb, backdrop)
    if scene.people:
        _cast_shadows(rgb, scene, poses, unit)
        if scene.style != "flat color":
            _rim(figures, light)
        rgb = _over(rgb, figures)
    mask = np.ascontiguousarray(figures[..., 3])
    depth = np.where(mask > 127, people.depth(), place.depth())
    lineart = _lines(place, people, mask, depth)
    if light.lamps:
        rgb = bloomed(rgb, 165, 0.75)
    draw_weather(rgb, scene.weather, scene.seed, t, night=scene.time == "night")
    rgb = styled(rgb, lineart, scene.style)
    rgb = flawed(rgb, lineart, scene.flaw, random.Random(scene.seed ^ 0xF1A3))
    return Picture(
        rgb=rgb,
        depth=depth.astype(np.float32) / 255,
        lineart=lineart,
        people=mask,
        keypoints=_visible(poses, size, hidden=scene.flaw == "bad anatomy"),
    )


def clip(
    scene: Scene, frames: int = 16, fps: int = 8, size: tuple[int, int] = (256, 256)
) -> list[Picture]:
    """Draw `frames` pictures of `scene`, `fps` to the second; the first is the still picture."""
    return [draw(scene, index / fps, size) for index in range(frames)]


def _oversample(size: tuple[int, int]) -> int:
    short = min(size)
    return 4 if short <= 384 else 2


def _plate(size: tuple[int, int], view: Affine, weight: float, style: str) -> Plate:
    bold = {"lineart": 1.5, "flat color": 0.8, "pastel": 0.9}.get(style, 1.0)
    return Plate(
        *size, view=view, weight=weight * bold * min(size) / 256, oversample=_oversample(size),
        flat=style == "flat color",
    )  # fmt: skip


def _draw_place(scene: Scene, t: float, size: tuple[int, int], view: Affine, light: Light) -> Plate:
    grown = _PLACE_SIZE.get(scene.framing, 1.0)
    plate = _plate(size, view @ scaling(grown), 1.1, scene.style)
    SETTINGS[scene.setting](
        Backdrop(
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
    )
    return plate


def horizon(scene: Scene) -> float:
    """Return the height of the scene's horizon in frame units."""
    return random.Random(scene.seed + 1).uniform(0.05, 0.22)


def _draw_people(
    scene: Scene, t: float, size: tuple[int, int], view: Affine
) -> tuple[Plate, list[npt.NDArray[np.float32]]]:
    """Draw the people; return their plate and their key points, (18, 3) in pixels each."""
    unit = FRAMINGS[scene.framing]
    plate = _plate(size, view, min(2.0, 0.5 + unit * 3.3), scene.style)
    poses = []
    with plate.placed(camera_at(scene.camera, t, 1.0)):
        for index, person in enumerate(scene.people):
            with plate.placed(_stance(scene, index, t)):
                if person.pose == "sitting":
                    draw_seat(plate, scene.setting, _NEAR)
                for double in _doubles(person, scene.flaw):
                    with plate.placed(double[1]):
                        draw_person(plate, double[0], t, scene.wind, _NEAR + 0.04 * index)
                draw_person(plate, person, t, scene.wind, _NEAR + 0.04 * index)
                joints = keypoints(posture(person, t, scene.wind))
                joints[:, :2] = plate.pixels(joints[:, :2])
                poses.append(joints.astype(np.float32))
    return plate, poses


def _doubles(person: Person, flaw: str) -> list[tuple[Person, Affine]]:
    """Return who is wrongly drawn behind `person`, and where, for flaws of the drawing."""
    if flaw == "two heads":
        return [(replace(person, tilt=person.tilt + 16 * person.side), translation(1.15 * person.side, -0.15))]
    if flaw == "extra limbs":
        wild = "arms up" if person.pose != "arms up" else "hands on hips"
        return [(replace(person, pose=wild), rotation(0.0)), (replace(person, pose="reaching", side=-person.side), rotation(0.0))]
    return []


def _stance(scene: Scene, index: int, t: float) -> Affine:
    """Return where person `index` stands: from head units to frame units."""
    unit = FRAMINGS[scene.framing]
    x, y = scene.offset
    if len(scene.people) == 2:
        unit *= 0.92
        x += (index - 0.5) * {"upper body": 0.92, "cowboy shot": 0.82, "full body": 0.72}.get(scene.framing, 0.5)
    head = _HEAD_AT[scene.framing] + y
    person = scene.people[index]
    if scene.framing in _FLOOR:
        bones = posture(person, 0.0, scene.wind).skeleton
        head = _FLOOR[scene.framing] + y - unit * (max(toe.y for toe in bones.toes) + 0.1)
    elif person.pose == "sitting":
        head += 0.12
    return translation(x, head) @ scaling(unit)


def _sky(scene: Scene, t: float, size: tuple[int, int], view: Affine, light: Light) -> Bytes:
    """Return the sky's gradient, (height, width, 3)."""
    back = np.linalg.inv(view @ camera_at(scene.camera, t, 0.2))
    ys = back[1, 1] * np.arange(size[1])[:, None] + back[1, 0] * np.arange(size[0])[None] + back[1, 2]
    low = horizon(scene)
    level = np.clip((ys + 1.1) * (255 / (low + 1.1)), 0, 255).astype(np.uint8)
    stops = np.array(light.sky, np.float32)
    table = np.stack([np.interp(np.arange(256), [0, 140, 255], stops[:, c]) for c in range(3)], axis=1)
    return np.ascontiguousarray(table.astype(np.uint8)[level])


def _over(below: Bytes, above: Bytes) -> Bytes:
    """Return premultiplied `above` (height, width, 4) over `below` (height, width, 3)."""
    through = np.asarray(cv2.cvtColor(255 - above[..., 3], cv2.COLOR_GRAY2RGB), np.uint8)
    kept = cv2.multiply(below, through, scale=1 / 255)
    return np.asarray(cv2.add(kept, np.ascontiguousarray(above[..., :3])), np.uint8)


def _rim(figures: Bytes, light: Light) -> None:
    """Light the edges that face the light, in place."""
    alpha = np.ascontiguousarray(figures[..., 3])
    height, width = alpha.shape
    scale = min(height, width) / 256
    shift = np.array([[1, 0, 2.2 * scale], [0, 1, 2.0 * scale]], np.float32)
    moved = np.asarray(cv2.warpAffine(alpha, shift, (width, height)), np.uint8)
    edge = np.asarray(cv2.subtract(alpha, moved), np.uint8)
    edge = np.asarray(cv2.multiply(edge, alpha, scale=light.rim_strength / 255), np.uint8)
    glow = np.array(light.rim, np.float32)
    lit = figures[..., :3] + (glow - figures[..., :3]) * (edge[..., None].astype(np.float32) / 255)
    figures[..., :3] = np.minimum(lit, alpha[..., None]).astype(np.uint8)


def _cast_shadows(rgb: Bytes, scene: Scene, poses: list[npt.NDArray[np.float32]], unit: float) -> None:
    """Darken the ground under people whose feet are seen, in place."""
    if scene.framing not in _FLOOR or scene.setting in ("sky", "simple background"):
        return
    mask = np.zeros(rgb.shape[:2], np.uint8)
    for joints in poses:
        feet = joints[[10, 13], :2]
        x = float(feet[:, 0].mean())
        y = float(feet[:, 1].max()) + FRAMINGS[scene.framing] * unit * 0.5
        reach = FRAMINGS[scene.framing] * unit * 1.5
        cv2.ellipse(mask, (round(x), round(y)), (round(reach), round(reach * 0.24)), 0, 0, 360, 255, -1, cv2.LINE_AA)
    soft = np.asarray(cv2.GaussianBlur(mask, (0, 0), 1.2), np.float32)[..., None] * (0.36 / 255)
    rgb[:] = (rgb * (1 - soft) + np.array([38, 30, 70], np.float32) * soft).astype(np.uint8)


def _lines(place: Plate, people: Plate, mask: Bytes, depth: Bytes) -> Bytes:
    """Join outlines with the edges where depth jumps."""
    behind = np.asarray(cv2.multiply(place.lines(), 255 - mask, scale=1 / 255), np.uint8)
    drawn = np.asarray(cv2.add(behind, people.lines()), np.uint8)
    step = cv2.morphologyEx(depth, cv2.MORPH_GRADIENT, np.ones((2, 2), np.uint8))
    edge = np.asarray(cv2.threshold(step, 5, 200, cv2.THRESH_BINARY)[1], np.uint8)
    return np.maximum(drawn, edge)


def _visible(
    poses: list[npt.NDArray[np.float32]], size: tuple[int, int], *, hidden: bool
) -> npt.NDArray[np.float32]:
    if not poses:
        return np.zeros((0, 18, 3), np.float32)
    joints = np.stack(poses)
    inside = (joints[..., 0] >= 0) & (joints[..., 0] < size[0]) & (joints[..., 1] >= 0) & (joints[..., 1] < size[1])
    joints[..., 2] *= inside & (not hidden)
    return joints
