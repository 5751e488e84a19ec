"""Frames fit the delivery size without distortion."""

from __future__ import annotations

import numpy as np
import pytest

from animegen.video.camera import View
from animegen.video.geometry import fit
from animegen.video.scale import film, scale


def circle(width: int, height: int, radius: float):
    rows, columns = np.mgrid[0:height, 0:width]
    away = np.hypot(columns - (width - 1) / 2, rows - (height - 1) / 2)
    return np.repeat(((away < radius) * 255).astype(np.uint8)[..., None], 3, axis=2)


def extent(frame):
    lit = frame[..., 0] > 127
    return lit.any(axis=0).sum(), lit.any(axis=1).sum()


@pytest.mark.parametrize("mode", ["crop", "pad"])
@pytest.mark.parametrize("target", [(96, 96), (192, 192), (192, 96), (64, 96), (40, 30), (32, 90)])
def test_a_circle_stays_a_circle_in_the_middle(mode, target):
    width, height = target

    placed = fit((96, 96), width, height, mode)
    frame = scale(circle(96, 96, 14), placed)

    across, down = extent(frame)
    assert frame.shape == (height, width, 3)
    assert across == pytest.approx(28 * placed.scale, abs=2)
    assert down == pytest.approx(across, abs=2)
    lit = np.argwhere(frame[..., 0] > 127).mean(axis=0)
    assert lit == pytest.approx(((height - 1) / 2, (width - 1) / 2), abs=1)


def test_crop_fills_the_frame_and_pad_leaves_black_on_even_pixels():
    white = np.full((96, 96, 3), 255, np.uint8)

    assert (scale(white, fit((96, 96), 190, 96, "crop")) == 255).all()
    padded = scale(white, fit((96, 96), 190, 96, "pad"))
    columns = np.flatnonzero(padded[48, :, 0])
    assert (columns[0], columns[-1]) == (46, 141)
    assert (padded[:, :46] == 0).all()


def test_shrinking_averages_instead_of_aliasing():
    stripes = np.zeros((64, 64, 3), np.uint8)
    stripes[:, ::2] = 255

    small = scale(stripes, fit((64, 64), 16, 16, "crop"))

    assert np.abs(small.astype(int) - 128).max() <= 1


def test_a_frame_of_the_right_size_passes_untouched():
    frame = circle(96, 96, 14)

    assert np.shares_memory(scale(frame, fit((96, 96), 96, 96, "crop")), frame)


@pytest.mark.parametrize("mode", ["crop", "pad"])
@pytest.mark.parametrize("target", [(192, 192), (192, 96), (48, 48), (30, 40)])
def test_a_camera_at_rest_sees_what_scaling_shows(mode, target):
    rows, columns = np.mgrid[0:96, 0:96]
    waves = 128 + 100 * np.sin(columns / 12) * np.cos(rows / 14)
    frame = np.repeat(waves.astype(np.uint8)[..., None], 3, axis=2)
    placed = fit((96, 96), *target, mode)

    still = film(frame, placed, View(zoom=1.0, pan=0.0, tilt=0.0, roll=0.0))

    assert np.abs(still.astype(int) - scale(frame, placed)).mean() < 2


def test_an_odd_crop_keeps_half_pixels():
    placed = fit((96, 64), 64, 64, "crop")

    assert placed.source == (16, 0, 64, 64)
    assert fit((65, 64), 64, 64, "crop").source.x == 0.5
