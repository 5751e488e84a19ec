"""Noise belongs to a frame, a seed and a stream, and to nothing else."""

from __future__ import annotations

import pytest
import torch

from animegen.render.noise import INITIAL, noise_source, step_stream

pytestmark = pytest.mark.slow

SIZE = (4, 3, 5)


def _draw(seed, frames, stream=INITIAL):
    return noise_source(seed, frames, SIZE, torch.device("cpu"))(stream)


def test_shape_and_spread():
    noise = _draw(1, range(64))
    assert noise.shape == (1, 4, 64, 3, 5)
    assert noise.dtype == torch.float32
    assert abs(noise.mean().item()) < 0.05
    assert abs(noise.std().item() - 1) < 0.05


def test_a_frame_keeps_its_noise_in_any_segment():
    assert torch.equal(_draw(1, range(16))[:, :, 12:], _draw(1, range(12, 16)))


def test_seed_frame_and_stream_all_count():
    base = _draw(1, [3])
    for other in (_draw(2, [3]), _draw(1, [4]), _draw(1, [3], step_stream(0))):
        assert not torch.equal(base, other)
    assert not torch.equal(_draw(1, [3], step_stream(0)), _draw(1, [3], step_stream(1)))
