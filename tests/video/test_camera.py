"""The camera looks where it is told, at sub-pixel precision."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest

from animegen.video.camera import View, source_of_target, view_at
from animegen.video.effects import clip_of, frames_of
from animegen.video.geometry import fit
from animegen.video.scale import film

SIZE = 128
SAME = fit((SIZE, SIZE), SIZE, SIZE, "crop")


def view(**changed):
    return View(**({"zoom": 1.0, "pan": 0.0, "tilt": 0.0, "roll": 0.0} | changed))


def move(**changed):
    still = {"zoom": (1.0, 1.0), "pan": (0.0, 0.0), "tilt": (0.0, 0.0), "roll": (0.0, 0.0)}
    return SimpleNamespace(**(still | {"ease": "linear"} | changed))


def source_at(looking, x, y):
    return tuple(source_of_target(looking, SAME) @ [x, y, 1])


def dot(x: float, y: float):
    """A soft dot whose centre of mass is (x, y)."""
    rows, columns = np.mgrid[0:SIZE, 0:SIZE]
    light = 255 * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / 32)
    return np.repeat(light.round().astype(np.uint8)[..., None], 3, axis=2)


def centre(frame):
    light = frame[..., 0].astype(float)
    rows, columns = np.mgrid[0 : light.shape[0], 0 : light.shape[1]]
    return (columns * light).sum() / light.sum(), (rows * light).sum() / light.sum()


def test_a_still_camera_leaves_the_frame_untouched():
    frame = dot(30, 40)

    assert np.array_equal(film(frame, SAME, view()), frame)
    assert source_at(view(), 5, 7) == pytest.approx((5, 7))


@pytest.mark.parametrize("zoom", [1.0, 1.15, 2.0, 4.0])
def test_zoom_keeps_the_centre(zoom):
    middle = (SIZE - 1) / 2

    assert source_at(view(zoom=zoom), middle, middle) == pytest.approx((middle, middle))
    assert centre(film(dot(middle, middle), SAME, view(zoom=zoom))) == pytest.approx(
        (middle, middle), abs=0.05
    )


def test_zoom_two_shows_half_the_width():
    assert source_at(view(zoom=2.0), -0.5, -0.5) == pytest.approx((31.5, 31.5))
    assert source_at(view(zoom=2.0), SIZE - 0.5, SIZE - 0.5) == pytest.approx((95.5, 95.5))


@pytest.mark.parametrize(
    ("looking", "x", "y"),
    [
        (view(zoom=2.0, pan=-1.0), -0.5, 31.5),
        (view(zoom=2.0, pan=1.0), 63.5, 31.5),
        (view(zoom=2.0, tilt=1.0), 31.5, -0.5),
        (view(zoom=2.0, tilt=-1.0), 31.5, 63.5),
    ],
)
def test_pan_and_tilt_reach_the_edges_and_no_further(looking, x, y):
    assert source_at(looking, -0.5, -0.5) == pytest.approx((x, y))


def test_roll_turns_the_picture_clockwise():
    above = dot(63.5, 33.5)

    x, y = centre(film(above, SAME, view(roll=45.0)))

    assert x == pytest.approx(63.5 + 30 * 2**-0.5, abs=0.1)
    assert y == pytest.approx(63.5 - 30 * 2**-0.5, abs=0.1)


def test_a_slow_zoom_does_not_jitter():
    frame = dot(100, 63.5)
    zooms = [1 + 0.0005 * step for step in range(40)]

    columns = [centre(film(frame, SAME, view(zoom=zoom)))[0] for zoom in zooms]

    exact = [63.5 + (100 - 63.5) * zoom for zoom in zooms]
    assert np.abs(np.subtract(columns, exact)).max() < 0.05


def test_the_move_runs_from_start_to_end_and_rests_outside():
    zooming = move(zoom=(1.0, 3.0))

    assert [view_at(zooming, p).zoom for p in (-1, 0, 0.25, 1, 2)] == [1, 1, 1.5, 3, 3]
    eased = move(zoom=(1.0, 3.0), ease="smooth")
    assert [view_at(eased, p).zoom for p in (0, 0.25, 0.5, 1)] == [1, 1.3125, 2, 3]


@pytest.mark.parametrize("rate", ["8", "24000/1001", "60", "120000/1001"])
def test_moviepy_sees_every_frame_once_and_in_order(rate):
    frames = [np.full((4, 4, 3), index % 256, np.uint8) for index in range(2000)]
    clip = clip_of(iter(frames), 2000, Fraction(rate)).transform(lambda get, t: get(t))

    seen = [int(frame[0, 0, 0]) for frame in frames_of(clip, 2000, Fraction(rate))]

    assert seen == [index % 256 for index in range(2000)]
