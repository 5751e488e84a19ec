"""Pictures and their ground truth: shapes, alignment, poses, cameras, clips, flaws and styles."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from tests.training.test_scenes import MANY, SIZE, alone, plain
from training.scenes import Scene, clip, draw, sample
from training.scenes.figure.poses import POSES
from training.scenes.traits import FLAWS, STYLES


@pytest.mark.parametrize("size", [(256, 256), (80, 48), (48, 80)])
def test_shapes_and_types(size: tuple[int, int]) -> None:
    picture = draw(plain(), size=size)
    width, height = size
    assert picture.rgb.shape == (height, width, 3)
    assert picture.rgb.dtype == np.uint8
    assert picture.depth.shape == (height, width)
    assert picture.depth.dtype == np.float32
    assert 0 <= picture.depth.min() < picture.depth.max() <= 1
    assert picture.lineart.shape == picture.people.shape == (height, width)
    assert picture.lineart.dtype == picture.people.dtype == np.uint8
    assert picture.keypoints.shape == (1, 18, 3)
    assert picture.keypoints.dtype == np.float32


def test_nobody_has_no_key_points_and_two_have_two() -> None:
    assert draw(plain(people=()), size=SIZE).keypoints.shape == (0, 18, 3)
    pair = next(scene for scene in MANY if len(scene.people) == 2)
    assert draw(pair, size=SIZE).keypoints.shape == (2, 18, 3)


@pytest.mark.parametrize("pose", POSES)
def test_key_points_lie_on_the_figure(pose: str) -> None:
    for view, yaw in (("front", 0.0), ("three-quarter view", 30.0), ("from behind", 180.0)):
        scene = alone(plain(), pose=pose, view=view, yaw=yaw, outfit="hoodie")
        picture = draw(scene, 0.3, (192, 192))
        near = cv2.dilate(picture.people, np.ones((5, 5), np.uint8))
        for x, y, visible in picture.keypoints[0]:
            if visible:
                assert near[int(y), int(x)] > 0


def test_right_is_the_persons_own_right() -> None:
    front = draw(plain(), size=SIZE).keypoints[0]
    assert front[2, 0] < front[5, 0]
    assert front[14, 0] < front[15, 0]
    behind = draw(alone(plain(), view="from behind", yaw=180.0), size=SIZE).keypoints[0]
    assert behind[2, 0] > behind[5, 0]
    assert not behind[[0, 14, 15], 2].any()


def test_people_are_nearer_than_what_is_behind_them() -> None:
    picture = draw(plain(setting="meadow"), size=(128, 128))
    assert picture.depth[picture.people > 250].min() > picture.depth[picture.people == 0].max()


def test_people_are_where_the_mask_says() -> None:
    scene = plain()
    empty, picture = draw(replace(scene, people=()), size=SIZE), draw(scene, size=SIZE)
    outside = picture.people == 0
    assert np.array_equal(picture.rgb[outside], empty.rgb[outside])
    inside = picture.people == 255
    assert (picture.rgb[inside] != empty.rgb[inside]).any(axis=1).mean() > 0.9


def test_line_art_is_dark_in_the_picture() -> None:
    picture = draw(plain(framing="portrait"))
    grey = picture.rgb.mean(axis=2)
    assert grey[picture.lineart > 250].mean() + 60 < grey[picture.lineart == 0].mean()


def _moved(before: np.ndarray, after: np.ndarray) -> tuple[float, float, float]:
    """Return the shift (x, y) of the picture by phase correlation, and how sure it is."""
    window = cv2.createHanningWindow(before.shape[::-1], cv2.CV_32F)
    (x, y), sure = cv2.phaseCorrelate(before, after, window)
    return x, y, sure


def _grey(scene: Scene, t: float, size: tuple[int, int] = (192, 192)) -> np.ndarray:
    return draw(scene, t, size).rgb.mean(axis=2).astype(np.float32)


def _still(camera: str) -> Scene:
    return plain(people=(), setting="city", framing="wide shot", camera=camera)


@pytest.mark.parametrize(
    ("camera", "x", "y"),
    [("pan-left", 1, 0), ("pan-right", -1, 0), ("tilt-up", 0, 1), ("tilt-down", 0, -1)],
)
def test_the_camera_moves_the_picture_the_other_way(camera: str, x: int, y: int) -> None:
    dx, dy, sure = _moved(_grey(_still(camera), 0.0), _grey(_still(camera), 0.35))
    assert sure > 0.1
    assert dx * x + dy * y > 1.5
    assert abs(dx * y) + abs(dy * x) < 1.0


def _polar(picture: np.ndarray) -> np.ndarray:
    """Return the picture over (angle, log radius): turning and growing become shifts."""
    height, width = picture.shape
    centre = (width / 2, height / 2)
    flags = cv2.WARP_POLAR_LOG | cv2.INTER_LINEAR
    return cv2.warpPolar(picture, (192, 192), centre, width / 2, flags)


@pytest.mark.parametrize(
    ("camera", "growth", "turn"),
    [("zoom-in", 1, 0), ("zoom-out", -1, 0), ("roll-cw", 0, 1), ("roll-ccw", 0, -1)],
)
def test_the_camera_grows_and_turns_the_picture(camera: str, growth: int, turn: int) -> None:
    scene = _still(camera)
    dx, dy, _ = _moved(_polar(_grey(scene, 0.0)), _polar(_grey(scene, 0.5)))
    assert dx * growth + dy * turn > 0.8


def test_without_a_camera_word_the_place_keeps_still() -> None:
    scene = plain(people=(), setting="shrine", framing="wide shot")
    dx, dy, _ = _moved(_grey(scene, 0.0), _grey(scene, 1.0))
    assert abs(dx) + abs(dy) < 0.1


def test_a_clip_begins_with_the_still_and_moves() -> None:
    scene = sample(41, clean=True)
    frames = clip(scene, frames=4, fps=8, size=SIZE)
    assert len(frames) == 4
    assert np.array_equal(frames[0].rgb, draw(scene, size=SIZE).rgb)
    assert not np.array_equal(frames[0].rgb, frames[3].rgb)


def test_the_movement_comes_round_after_two_seconds() -> None:
    scene = alone(plain(), pose="walking", turns_head=True, hair_style="long hair")
    assert np.abs(draw(scene, 0.0, SIZE).rgb.astype(int) - draw(scene, 2.0, SIZE).rgb).mean() < 0.1


def test_eyes_blink_and_hands_wave() -> None:
    scene = plain(framing="close-up")
    opened, shut = (draw(alone(scene, blink_at=moment), 1.0) for moment in (0.2, 1.0))
    x, y = opened.keypoints[0][14, :2].astype(int)
    eye = np.s_[y - 12 : y + 12, x - 12 : x + 12]
    assert np.abs(opened.rgb[eye].astype(int) - shut.rgb[eye]).mean() > 30
    waver = alone(plain(framing="upper body"), pose="waving", side=1)
    wrists = [draw(waver, t, SIZE).keypoints[0][7, 0] for t in (0.0, 0.25, 0.5, 0.75)]
    assert max(wrists) - min(wrists) > 2


def test_a_walk_lifts_one_foot_and_then_the_other() -> None:
    walker = alone(plain(), pose="walking", view="from side", yaw=80.0)
    gaps = [
        np.subtract(*draw(walker, t, SIZE).keypoints[0][[10, 13], 0])
        for t in np.arange(0, 1, 0.125)
    ]
    assert max(gaps) > 3
    assert min(gaps) < -3


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_flaw_shows(flaw: str) -> None:
    clean = plain(framing="upper body", setting="street")
    before, after = draw(clean).rgb, draw(replace(clean, flaw=flaw)).rgb
    assert np.abs(before.astype(int) - after).mean() > 1


def test_blur_and_low_resolution_lose_detail() -> None:
    clean = plain(framing="upper body", setting="street")
    sharp = cv2.Laplacian(_grey(clean, 0.0), cv2.CV_32F).var()
    for flaw in ("blurry", "lowres"):
        assert cv2.Laplacian(_grey(replace(clean, flaw=flaw), 0.0), cv2.CV_32F).var() < 0.6 * sharp


def test_styles_look_different() -> None:
    seen = [
        draw(plain(framing="upper body", setting="street", style=style), size=SIZE).rgb
        for style in STYLES
    ]
    for i, one in enumerate(seen):
        for two in seen[i + 1 :]:
            assert np.abs(one.astype(int) - two).mean() > 1


def test_a_flat_picture_has_fewer_colours() -> None:
    shaded, flat = (
        len(np.unique(draw(plain(framing="portrait", style=style)).rgb.reshape(-1, 3), axis=0))
        for style in ("anime", "flat color")
    )
    assert flat < 0.7 * shaded
