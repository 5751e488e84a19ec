"""New frames are held to the keyframe and go on from the frames before; frozen ones never move."""

from __future__ import annotations

import pytest
import torch

from animegen.render.drift import towards
from animegen.render.seam import carry_on

pytestmark = pytest.mark.slow


def _latents(frames, mean=0.0, deviation=1.0, seed=1):
    generator = torch.Generator().manual_seed(seed)
    return mean + deviation * torch.randn((1, 4, frames, 8, 8), generator=generator)


def _statistics(z):
    return z.mean((-2, -1)), z.std((-2, -1))


def test_the_whole_drift_gives_the_keyframes_statistics():
    keyframe, clean = _latents(1, 0.5, 2.0)[:, :, 0], _latents(5, -1.0, 0.5, seed=2)
    moved = clean + towards(keyframe, 1.0, frozen=2)(clean)
    assert torch.equal(moved[:, :, :2], clean[:, :, :2])
    for got, wanted in zip(_statistics(moved[:, :, 2:]), _statistics(keyframe), strict=True):
        torch.testing.assert_close(got, wanted[:, :, None].expand_as(got), atol=1e-4, rtol=1e-4)


def test_drift_is_a_share_of_the_way():
    keyframe, clean = _latents(1, 0.5, 2.0)[:, :, 0], _latents(3, -1.0, 0.5, seed=2)
    whole, half = (towards(keyframe, drift, frozen=0)(clean) for drift in (1.0, 0.5))
    torch.testing.assert_close(half, whole / 2)


def test_frames_drift_by_themselves():
    keyframe, clean = _latents(1)[:, :, 0], _latents(4, seed=2)
    alone = towards(keyframe, 0.7, frozen=0)(clean[:, :, 2:3])
    among = towards(keyframe, 0.7, frozen=0)(clean)
    torch.testing.assert_close(among[:, :, 2:3], alone)


def test_a_flat_frame_stays_finite():
    assert towards(_latents(1)[:, :, 0], 1.0, frozen=0)(torch.zeros(1, 4, 2, 8, 8)).isfinite().all()


def test_the_error_on_the_last_known_frame_fades_over_the_new_ones():
    frozen, last = _latents(2), _latents(1, seed=2)
    clean = torch.cat([_latents(1, seed=3), last.expand(-1, -1, 6, -1, -1)], dim=2)
    error = frozen[:, :, -1] - last[:, :, 0]
    change = carry_on(frozen, 3)(clean)
    for frame, share in enumerate([0, 0, 3 / 4, 2 / 4, 1 / 4, 0, 0]):
        torch.testing.assert_close(change[:, :, frame], share * error, atol=1e-4, rtol=1e-4)


def test_little_is_carried_where_the_picture_has_moved_on():
    frozen = torch.zeros(1, 4, 2, 8, 8)
    clean = torch.ones(1, 4, 3, 8, 8)
    clean[:, :, 2, :, 4:] = 4.0  # three times as far as the error
    change = carry_on(frozen, 1)(clean)[0, 0, 2]
    torch.testing.assert_close(change[:, :3], torch.full((8, 3), -0.5))
    torch.testing.assert_close(change[:, 5:], torch.full((8, 3), -0.05))


def test_a_short_segment_ends_before_the_error_has_faded():
    assert carry_on(_latents(2), 8)(_latents(4)).shape == (1, 4, 4, 8, 8)
