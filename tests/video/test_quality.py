"""Figures say what is wrong with frames, and nothing else."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from PIL import Image

from animegen.video.descriptor import describe
from animegen.video.encode import write_lossless_rgb
from animegen.video.quality import Measured, measure

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

SIDE, COUNT = 96, 8


def drawn(seed: int = 0) -> NDArray[np.float32]:
    """Return a picture with edges, larger than what is shown of it."""
    cells = np.random.default_rng(seed).integers(40, 216, (24, 24, 3), np.uint8)
    return cv2.resize(cells, (SIDE * 2, SIDE * 2), interpolation=cv2.INTER_CUBIC).astype(np.float32)


def shown(picture: NDArray[np.float32], x: float = 0, y: float = 0) -> Picture:
    moved = cv2.warpAffine(picture, np.float32([[1, 0, x - 40], [0, 1, y - 40]]), (SIDE, SIDE))
    return np.clip(np.rint(moved), 0, 255).astype(np.uint8)


def panned(count: int = COUNT) -> list[Picture]:
    return [shown(drawn(), x=1.5 * n) for n in range(count)]


@pytest.fixture
def measured(tmp_path: Path) -> Callable[..., Measured]:
    def run(*segments: list[Picture], embed=describe, told=lambda done, total: None) -> Measured:
        Image.fromarray(shown(drawn())).save(tmp_path / "keyframe.png")
        paths = [tmp_path / f"{n}.mkv" for n in range(len(segments))]
        for path, frames in zip(paths, segments, strict=True):
            write_lossless_rgb(path, iter(frames), Fraction(8))
        return measure(tmp_path / "keyframe.png", paths, embed, told)

    return run


def mean(values: list[float]) -> float:
    return float(np.mean(values[1:]))


def test_a_pan_is_no_flicker_and_no_background_of_its_own(measured) -> None:
    series = measured(panned()).series
    assert mean(series.flicker) < 0.01 < 0.02 < mean(series.change)
    assert mean(series.background) < 0.002
    assert {len(values) for values in series} == {COUNT}


def test_brightness_that_goes_up_and_down_is_flicker(measured) -> None:
    steady = measured(panned()).series
    frames = [
        np.clip(frame * (1.08 if n % 2 else 0.92), 0, 255).astype(np.uint8)
        for n, frame in enumerate(panned())
    ]
    assert mean(measured(frames).series.flicker) > 5 * mean(steady.flicker)


def test_noise_is_flicker(measured) -> None:
    rng = np.random.default_rng(1)
    frames = [
        np.clip(frame + rng.normal(0, 20, frame.shape), 0, 255).astype(np.uint8)
        for frame in panned()
    ]
    assert mean(measured(frames).series.flicker) > 0.05


def test_what_comes_into_sight_is_no_flicker(measured) -> None:
    frames = [shown(drawn()) for _ in range(COUNT)]
    for n, frame in enumerate(frames):  # a card that hides and uncovers
        cv2.rectangle(frame, (4 + 7 * n, 10), (34 + 7 * n, 86), (250, 250, 250), -1)
    assert mean(measured(frames).series.flicker) < 0.007


def test_a_background_that_swims_is_told_from_a_camera_that_moves(measured) -> None:
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)

    def swimming(n: int) -> Picture:
        across, down = 1.5 * np.sin(y / 9 + 2.1 * n), 1.5 * np.sin(x / 7 + 1.7 * n)
        still = shown(drawn())
        return cv2.remap(still, x + across, y + down, cv2.INTER_LINEAR, None, cv2.BORDER_REFLECT)

    swims = measured([swimming(n) for n in range(COUNT)]).series
    assert mean(swims.background) > 5 * mean(measured(panned()).series.background)


def test_blur_is_less_sharp_than_the_keyframe(measured) -> None:
    found = measured([cv2.GaussianBlur(frame, (0, 0), 2) for frame in panned()])
    assert max(found.series.sharpness) < 0.7 * found.keyframe_sharpness
    assert measured(panned()).series.sharpness[0] == found.keyframe_sharpness


def test_black_flat_and_frozen_frames_can_be_told(measured) -> None:
    black, grey = np.zeros((SIDE, SIDE, 3), np.uint8), np.full((SIDE, SIDE, 3), 90, np.uint8)
    series = measured([shown(drawn()), black, grey, grey]).series
    assert series.brightest[1] == 0
    assert series.contrast[2] == 0 < series.contrast[0]
    assert series.change[3] == 0 < series.change[2]


def test_segments_are_laid_end_to_end_and_their_borders_told(measured) -> None:
    one, two, three = panned()[:3], panned()[3:5], panned()[5:]
    found = measured(one, two, three)
    assert found.borders == [3, 5]
    assert found.series == measured(panned()).series


def test_the_jump_across_a_border_stands_at_it(measured) -> None:
    other = [shown(drawn(7), x=1.5 * n) for n in range(4)]
    series = measured(panned()[:4], other).series
    assert np.argmax(series.change) == 4


def test_frames_are_compared_with_the_keyframe_a_few_at_once(measured) -> None:
    batches = []

    def embed(pictures: list[Picture]) -> NDArray[np.float32]:
        batches.append(len(pictures))
        first = np.array([[1, 0]], np.float32)
        return first if len(batches) == 1 else np.array([[0.6, 0.8]] * len(pictures), np.float32)

    reports = []
    found = measured(panned(40), embed=embed, told=lambda *report: reports.append(report))
    assert batches == [1, 16, 16, 8]
    assert found.series.likeness == [0.6] * 40
    assert found.keyframe_vector == [1, 0]
    assert reports == [(16, 40), (32, 40), (40, 40)]


def test_large_frames_are_looked_at_small(measured) -> None:
    tall = [cv2.resize(frame, (320, 1280)) for frame in panned(3)]
    series = measured(tall).series
    assert mean(series.change) > 0
    assert len(series.flicker) == 3


def test_the_descriptor_tells_pictures_apart() -> None:
    same, near, other = describe([shown(drawn()), shown(drawn(), x=1), shown(drawn(3))])
    assert same @ same == pytest.approx(1)
    assert same @ near > same @ other
    assert describe([np.zeros((8, 8, 3), np.uint8)]).shape == same[None].shape
