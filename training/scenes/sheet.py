"""Contact sheets and clips as files, and the speed of drawing. Unaware of how scenes are drawn."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

import cv2
import numpy as np

from training.scenes.caption import caption
from training.scenes.sampling import sample
from training.scenes.stage import clip, draw

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from training.scenes.plate import Bytes

_LIMBS = (
    (1, 2), (1, 5), (2, 3), (3, 4), (5, 6), (6, 7), (1, 8), (8, 9), (9, 10), (1, 11), (11, 12),
    (12, 13), (1, 0), (0, 14), (14, 16), (0, 15), (15, 17),
)  # fmt: skip


def tiled(pictures: Sequence[Bytes], columns: int) -> Bytes:
    """Return the pictures (each height, width, 3) row by row; the last row is filled with black."""
    full = [*pictures, *[np.zeros_like(pictures[0])] * (-len(pictures) % columns)]
    rows = [np.hstack(full[start : start + columns]) for start in range(0, len(full), columns)]
    return np.asarray(np.vstack(rows), np.uint8)


def save(picture: Bytes, path: Path) -> None:
    """Write an RGB picture as the file type that `path` names.

    Raises:
        OSError: when the file cannot be written.
    """
    if not cv2.imwrite(str(path), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)):
        raise OSError(f"cannot write {path}")


def contact_sheet(
    seed: int, rows: int, columns: int, size: tuple[int, int]
) -> tuple[Bytes, list[str]]:
    """Return a sheet of scenes from `seed` on, and a caption of each."""
    scenes = [sample(seed + index) for index in range(rows * columns)]
    captions = [caption(scene, random.Random(scene.seed)) for scene in scenes]
    return tiled([draw(scene, size=size).rgb for scene in scenes], columns), captions


def truth_sheet(seed: int, count: int, size: tuple[int, int]) -> Bytes:
    """Return rows of picture, depth, line art and pose."""
    rows: list[Bytes] = []
    for index in range(count):
        picture = draw(sample(seed + index), size=size)
        depth = (picture.depth * 255).astype(np.uint8)
        maps = [np.repeat(layer[..., None], 3, axis=2) for layer in (depth, picture.lineart)]
        pose = picture.rgb // 3
        for joints in picture.keypoints:
            for limb, (a, b) in enumerate(_LIMBS):
                if joints[a, 2] and joints[b, 2]:
                    ends = [
                        (round(float(joints[i, 0])), round(float(joints[i, 1]))) for i in (a, b)
                    ]
                    hue = np.array([[[limb * 10, 255, 255]]], np.uint8)
                    colour = cv2.cvtColor(hue, cv2.COLOR_HSV2RGB)[0, 0].tolist()
                    cv2.line(pose, ends[0], ends[1], colour, 3, cv2.LINE_AA)
        rows += [picture.rgb, *maps, pose]
    return tiled(rows, 4)


def clip_sheet(seed: int, count: int, camera: str, size: tuple[int, int]) -> Bytes:
    """Return clips as rows of every second frame."""
    frames = [
        picture.rgb
        for index in range(count)
        for picture in clip(sample(seed + index, camera=camera, clean=True), size=size)[::2]
    ]
    return tiled(frames, 8)


def speed(seed: int, count: int, size: tuple[int, int]) -> float:
    """Return how many pictures one core draws in a second of its own time."""
    scenes = [sample(seed + index) for index in range(count)]
    draw(scenes[0], size=size)
    start = time.process_time()
    for scene in scenes:
        draw(scene, size=size)
    return count / (time.process_time() - start)
