"""Detectors find what is there, in the picture's own pixels, and say when there is nothing."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
import torch

from animegen.errors import RenderFailed, WeightsUnusable
from animegen.render import detectors
from animegen.render.detect import KINDS, NothingFound, detect
from animegen.render.detectors import Detector, find_nearness, find_people
from animegen.render.maps import draw_pose
from animegen.render.pose import read_joints

if TYPE_CHECKING:
    from pathlib import Path

CELLS = 64


def bumps(*places: tuple[int, float, float], height: float = 1.0) -> np.ndarray:
    """Heatmaps with a Gaussian for every (joint, x, y)."""
    maps = np.zeros((17, CELLS, CELLS), np.float32)
    row, column = np.mgrid[:CELLS, :CELLS]
    for joint, x, y in places:
        bump = height * np.exp(-((column - x) ** 2 + (row - y) ** 2) / (2 * 1.5**2))
        maps[joint] = np.maximum(maps[joint], bump)
    return maps


def body(x: float) -> list[tuple[int, float, float]]:
    """A whole person around `x`, every joint at its own height."""
    return [(joint, x + (-3 if joint % 2 else 3), 4 + 3 * joint) for joint in range(17)]


def test_joints_are_read_between_cells() -> None:
    (found,) = read_joints(bumps(*((j, x + 0.3, y - 0.4) for j, x, y in body(30))))
    for joint, x, y in body(30):
        assert found[joint, :2] == pytest.approx((x + 0.3, y - 0.4), abs=0.1)
        assert found[joint, 2] > 0.9


def test_two_people_are_read_from_left_to_right() -> None:
    found = read_joints(bumps(*body(46), *body(15)))
    assert found.shape == (2, 17, 3)
    for person, x in zip(found, (15, 46), strict=True):
        assert np.abs(person[:, 0] - [place[1] for place in body(x)]).max() < 0.2


def test_what_only_one_of_two_shows_goes_to_the_nearer() -> None:
    faceless = [place for place in body(46) if place[0] > 4]
    left, right = read_joints(bumps(*faceless, *body(15)))
    assert left[:, 2].all()
    assert not right[:5, 2].any()


def test_doubt_about_left_and_right_makes_no_second_person() -> None:
    sure = bumps(*body(20), *[(j, x + 24, y) for j, x, y in body(20) if j in (0, 15)])
    swapped = [(j + 1 if j % 2 else j - 1, x, y) for j, x, y in body(20) if j > 8]
    assert len(read_joints(np.maximum(sure, bumps(*swapped, height=0.6)))) == 1


def test_seen_from_the_side_both_shoulders_stay() -> None:
    (found,) = read_joints(bumps((0, 30, 10), (5, 30, 20), (6, 30.5, 20), (9, 33, 30)))
    assert found[[5, 6], 2].all()


def test_too_little_is_nobody() -> None:
    assert read_joints(bumps()).shape == (0, 17, 3)
    assert read_joints(bumps((0, 9, 9), (1, 9, 9))).shape == (0, 17, 3)
    assert read_joints(bumps(*body(30), height=0.2)).shape == (0, 17, 3)


def test_a_head_alone_is_no_pose() -> None:
    head, shoulders = body(30)[:5], body(30)[5:7]
    assert read_joints(bumps(*head)).shape == (0, 17, 3)
    assert read_joints(bumps(*head, shoulders[0])).shape == (0, 17, 3)
    assert read_joints(bumps(*head, *shoulders)).shape == (1, 17, 3)


def seeing(answer) -> Detector:
    """A detector of 256 x 256 whose model is `answer`."""
    answer.device = torch.device("cpu")
    return Detector(
        model=answer, width=256, height=256, multiple=8, mean=[0.5] * 3, deviation=[0.5] * 3
    )


@pytest.mark.parametrize("size", [(256, 256), (320, 192), (192, 320), (1024, 768), (64, 64)])
def test_places_are_in_pixels_of_the_picture(size: tuple[int, int]) -> None:
    """A model that takes the brightest place for every joint."""

    def bright(pixels: torch.Tensor) -> SimpleNamespace:
        rows = torch.linspace(0, 255, CELLS).round().long()
        light = (pixels.mean(1) + 1) / 2
        soft = torch.nn.functional.avg_pool2d(light[:, None], 9, 1, 4) * 4
        return SimpleNamespace(heatmaps=soft[:, :, rows][..., rows].expand(1, 17, -1, -1))

    width, height = size
    unit = max(size) / 256
    x, y = width * 0.3, height * 0.8
    picture = np.zeros((height, width, 3), np.uint8)
    cv2.circle(picture, (round(x), round(y)), round(6 * unit), (255, 255, 255), -1)
    (found,) = find_people(picture, seeing(bright))
    assert found.shape == (18, 3)
    assert np.abs(found[:, :2] - (x, y)).max() < 3 * unit + 1


@pytest.mark.parametrize("size", [(256, 256), (320, 192), (250, 130)])
def test_depth_is_as_large_as_the_picture(size: tuple[int, int]) -> None:
    seen = []

    def redness(pixels: torch.Tensor) -> SimpleNamespace:
        seen.append(pixels.shape)
        return SimpleNamespace(predicted_depth=pixels[:, 0])

    width, height = size
    picture = np.zeros((height, width, 3), np.uint8)
    picture[:, : width // 2, 0] = 255
    near = find_nearness(picture, seeing(redness))
    assert near.shape == (height, width)
    assert near[:, : width // 3].min() > near[:, -width // 3 :].max()
    assert all(side % 8 == 0 for side in seen[0][2:])


@pytest.mark.parametrize("kind", KINDS)
def test_a_blank_picture_shows_nothing(kind: str, tmp_path: Path) -> None:
    with pytest.raises(NothingFound, match=f"no {kind} map: the picture shows nothing"):
        detect(kind, np.full((64, 64, 3), 90, np.uint8), tmp_path)


@pytest.mark.parametrize("kind", ["canny", "lineart"])
@pytest.mark.parametrize("size", [(256, 256), (320, 192), (250, 130)])
def test_edges_and_lines_need_no_weights(kind: str, size: tuple[int, int]) -> None:
    width, height = size
    picture = np.full((height, width, 3), 220, np.uint8)
    cv2.circle(picture, (width // 2, height // 2), 40, (30, 20, 40), 2)
    drawn = detect(kind, picture)
    assert drawn.shape == picture.shape
    assert drawn.dtype == np.uint8
    ring = drawn[height // 2, width // 2 + 36 : width // 2 + 45].max()
    assert ring > 100
    assert drawn[:8, :8].max() < 10


def test_a_detector_must_be_there_and_be_one(tmp_path: Path) -> None:
    picture = np.arange(64 * 64 * 3, dtype=np.uint8).reshape(64, 64, 3)
    with pytest.raises(WeightsUnusable, match="the pack has no detector for depth maps"):
        detect("depth", picture)
    (tmp_path / "preprocessor_config.json").write_text(json.dumps({"size": {}}))
    with pytest.raises(WeightsUnusable, match="cannot be used"):
        detect("openpose", picture, tmp_path)


def test_poses_and_depths_are_drawn_or_refused(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    picture = np.arange(96 * 64 * 3, dtype=np.uint8).reshape(64, 96, 3)
    answers = {"heatmaps": bumps(*body(30)), "predicted_depth": np.eye(64, dtype=np.float32)}

    def answer(pixels: torch.Tensor) -> SimpleNamespace:
        return SimpleNamespace(**{k: torch.from_numpy(v)[None] for k, v in answers.items()})

    monkeypatch.setattr(detectors, "_load", lambda *_: seeing(answer))
    monkeypatch.setattr(detectors, "_KEPT", {})
    expected = draw_pose(find_people(picture, seeing(answer)), 96, 64)
    assert np.array_equal(detect("openpose", picture, tmp_path), expected)
    assert detect("depth", picture, tmp_path).shape == (64, 96, 3)
    answers |= {"heatmaps": bumps(), "predicted_depth": np.ones((64, 64), np.float32)}
    with pytest.raises(NothingFound, match="nobody is seen"):
        detect("openpose", picture, tmp_path)
    with pytest.raises(RenderFailed, match="equally far away"):
        detect("depth", picture, tmp_path)
