"""RGB and YUV against the formulas of ITU-R BT.709-6, item 3."""

from __future__ import annotations

import numpy as np
import pytest

from animegen.video.color import picture_of, planes_of, rgb_to_yuv, yuv_to_rgb
from animegen.video.frame import YuvFrame

COLORS = [
    (255, 0, 0), (0, 255, 0), (0, 0, 255), (0, 255, 255), (255, 0, 255), (255, 255, 0),
    (0, 0, 0), (255, 255, 255), (128, 128, 128), (40, 90, 200), (233, 150, 122), (17, 3, 99),
]  # fmt: skip


def bt709(color):
    red, green, blue = (level / 255 for level in color)
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return 16 + 219 * luma, 128 + 224 * (blue - luma) / 1.8556, 128 + 224 * (red - luma) / 1.5748


def flat(color):
    return np.full((32, 48, 3), color, np.uint8)


@pytest.mark.parametrize("color", COLORS)
def test_planes_are_bt709_to_the_nearest_level(color):
    frame = rgb_to_yuv(flat(color))

    for plane, exact in zip(frame, bt709(color), strict=True):
        assert np.abs(plane - exact).max() <= 0.51


@pytest.mark.parametrize("color", COLORS)
def test_a_colour_comes_back(color):
    back = yuv_to_rgb(rgb_to_yuv(flat(color)))

    assert np.abs(back.astype(int) - color).max() <= 2


def test_planes_keep_their_places():
    rgb = np.zeros((6, 10, 3), np.uint8)
    rgb[4:, 8:] = 255

    frame = rgb_to_yuv(rgb)

    assert frame.size == (10, 6)
    assert [plane.shape for plane in frame] == [(6, 10), (3, 5), (3, 5)]
    assert frame.y[5, 9] == 235
    assert frame.y[0, 0] == 16


@pytest.mark.parametrize("size", [(64, 48), (500, 282), (66, 66), (130, 62), (16, 2), (2, 16)])
def test_planes_pass_through_pyav_whole_whatever_their_height(size):
    width, height = size
    dice = np.random.default_rng(0)
    shapes = [(height, width), (height // 2, width // 2), (height // 2, width // 2)]
    frame = YuvFrame(*(dice.integers(0, 256, shape, dtype=np.uint8) for shape in shapes))

    picture = picture_of(frame)

    assert (picture.width, picture.height) == size
    for given, kept in zip(frame, planes_of(picture), strict=True):
        assert np.array_equal(given, kept)
