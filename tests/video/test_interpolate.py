"""Frames between frames: whole positions are exact, moving things are where they should be."""

from __future__ import annotations

from fractions import Fraction

import cv2
import numpy as np
import pytest

from animegen.errors import RenderFailed
from animegen.video.interpolate import METHODS, interpolate

SIZE = 128


def texture(seed: int, side: int):
    noise = np.random.default_rng(seed).integers(0, 256, (side, side, 3), dtype=np.uint8)
    soft = cv2.GaussianBlur(noise, (0, 0), 3)
    return np.uint8(cv2.normalize(soft, None, 0, 255, cv2.NORM_MINMAX))


BACKGROUND, SQUARE, ELSEWHERE = texture(1, SIZE), texture(2, 48), texture(3, SIZE)


def scene(x: int):
    """A textured square whose left edge stands at column x."""
    frame = BACKGROUND.copy()
    frame[40:88, x : x + 48] = SQUARE
    return frame


def error(first, second):
    return np.abs(first.astype(int) - second).mean()


def between(method, left, right, share):
    return next(interpolate([left, right], [Fraction(share)], method))


@pytest.mark.parametrize("method", METHODS)
def test_whole_positions_are_the_frames_themselves(method):
    frames = [scene(x) for x in (20, 30, 40)]

    seen = list(interpolate(iter(frames), map(Fraction, (0, 1, 1, 2)), method))

    assert [any(frame is original for original in frames) for frame in seen] == [True] * 4
    assert [int(np.argmin([error(frame, f) for f in frames])) for frame in seen] == [0, 1, 1, 2]


@pytest.mark.parametrize("method", METHODS)
def test_positions_outside_show_the_first_and_the_last(method):
    frames = [scene(20), scene(30)]

    seen = list(interpolate(frames, [Fraction(-3, 2), Fraction(5, 4), Fraction(9)], method))

    assert [frame is frames[at] for frame, at in zip(seen, (0, 1, 1), strict=True)] == [True] * 3


def test_hold_shows_the_earlier_frame_and_blend_mixes():
    left, right = np.full((8, 8, 3), 10, np.uint8), np.full((8, 8, 3), 110, np.uint8)

    assert (between("hold", left, right, Fraction(9, 10)) == 10).all()
    assert (between("blend", left, right, Fraction(1, 4)) == 35).all()


@pytest.mark.parametrize("share", [Fraction(1, 3), Fraction(1, 2), Fraction(2, 3)])
@pytest.mark.parametrize("distance", [6, 12])
def test_flow_puts_a_moving_square_where_it_is_then(distance, share):
    left, right = scene(34), scene(34 + distance)
    then = 34 + int(distance * share)

    flowed = between("flow", left, right, share)

    truth, blended = scene(then), between("blend", left, right, share)
    inside = np.s_[48:80, then + 8 : then + 40]
    assert error(flowed, truth) < 0.7 * error(blended, truth)
    assert error(flowed[inside], truth[inside]) < 0.25 * error(blended[inside], truth[inside])


@pytest.mark.parametrize(("share", "nearest"), [(Fraction(2, 5), 0), (Fraction(3, 5), 1)])
def test_flow_does_not_smear_a_cut_inside_the_shot(share, nearest):
    sides = [scene(20), ELSEWHERE]

    assert between("flow", *sides, share) is sides[nearest]


def test_flow_leaves_still_parts_alone():
    flowed = between("flow", scene(34), scene(40), Fraction(1, 2))

    assert error(flowed[:24], BACKGROUND[:24]) < 1


def test_frames_are_read_only_as_far_as_needed():
    read = []

    def frames():
        for index in range(10):
            read.append(index)
            yield scene(20)

    stream = interpolate(frames(), map(Fraction, range(10)), "hold")
    next(stream)
    assert read == [0, 1]
    next(stream)
    assert read == [0, 1, 2]


def test_no_frames_are_an_error():
    with pytest.raises(RenderFailed, match="no frames"):
        list(interpolate([], [Fraction(0)], "hold"))
