"""Broken pictures never leave the decoder; half precision gets a second chance."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from animegen.errors import RenderFailed
from animegen.render import decode
from animegen.render.decode import decode_frames

pytestmark = pytest.mark.slow


class FakeVae:
    """Shows its latents enlarged; overflows in half precision if asked to."""

    def __init__(self, dtype=torch.float32, overflows=False, paint=None):
        self.config = SimpleNamespace(scaling_factor=0.5, block_out_channels=[0] * 4)
        self.use_tiling, self.tile_latent_min_size, self.tile_sample_min_size = False, 64, 512
        self.dtype = dtype
        self.overflows = overflows
        self.paint = paint
        self.decoder = torch.nn.Identity()
        self.batches = []
        self.dtypes = []

    def to(self, dtype):
        self.dtype = dtype
        return self

    def enable_tiling(self):
        self.use_tiling = True

    def decode(self, latents, return_dict):
        assert latents.dtype == self.dtype
        self.batches.append(len(latents))
        self.dtypes.append(self.dtype)
        pixels = latents[:, :3].repeat_interleave(8, 2).repeat_interleave(8, 3)
        if self.overflows and self.dtype != torch.float32:
            pixels = pixels / 0
        return (pixels if self.paint is None else torch.full_like(pixels, self.paint),)


def _z(frames=3):
    return torch.linspace(-0.5, 0.5, 4 * frames * 4).reshape(1, 4, frames, 2, 2)


def test_on_a_gpu_batches_are_of_one_size(bench, monkeypatch):
    monkeypatch.setattr(decode, "_AT_ONCE", {"cpu": 4})
    vae, plain = FakeVae(), FakeVae()
    frames = list(decode_frames(vae, _z(6), bench("six")))
    assert vae.batches == [4, 4]
    monkeypatch.undo()
    for found, true in zip(frames, decode_frames(plain, _z(6), bench()), strict=True):
        assert np.array_equal(found, true)


def test_what_is_rare_runs_uncompiled(bench):
    vae = FakeVae(torch.float16, overflows=True)
    vae.decoder._compiled_call_impl = compiled = vae.decoder._call_impl
    frames = decode_frames(vae, _z(), bench())
    next(frames)
    assert vae.decoder._compiled_call_impl is None
    frames.close()
    assert vae.decoder._compiled_call_impl is compiled


def test_frames_come_out_in_order_as_rgb(bench):
    vae = FakeVae()
    frames = list(decode_frames(vae, _z(), bench()))
    assert [frame.shape for frame in frames] == [(16, 16, 3)] * 3
    assert all(frame.dtype == np.uint8 for frame in frames)
    means = [frame.mean() for frame in frames]
    assert means == sorted(means)
    assert vae.batches == [1, 1, 1]
    expected = round((float(_z()[0, 0, 0, 0, 0]) / 0.5 / 2 + 0.5) * 255)
    assert frames[0][0, 0, 0] == expected


def test_nan_latents_fail(bench):
    z = _z()
    z[0, 0, 0, 0, 0] = float("nan")
    with pytest.raises(RenderFailed, match="not finite"):
        list(decode_frames(FakeVae(), z, bench()))


def test_half_precision_is_decoded_again_in_float32(bench):
    work = bench()
    vae = FakeVae(torch.float16, overflows=True)
    again = list(decode_frames(vae, _z(2), work))
    assert work.notes == ["the VAE overflowed in float16: decoding in float32"]
    plain = list(decode_frames(FakeVae(), _z(2), work))
    assert all(np.array_equal(one, two) for one, two in zip(again, plain, strict=True))
    assert vae.dtype == torch.float16


def test_after_one_overflow_all_frames_are_decoded_in_float32(bench):
    work = bench()
    vae = FakeVae(torch.float16, overflows=True)
    assert len(list(decode_frames(vae, _z(5), work))) == 5
    assert vae.dtypes == [torch.float16, *[torch.float32] * 5]
    assert len(work.notes) == 1
    assert vae.dtype == torch.float16


@pytest.mark.parametrize("paint", [float("nan"), 0.0])
def test_a_broken_picture_leaves_the_vae_as_it_was(bench, paint):
    class Full(FakeVae):
        def decode(self, latents, return_dict):
            (pixels,) = super().decode(latents, return_dict)
            return (pixels if self.dtype == torch.float32 else pixels / 0 * 0,)

    vae = Full(torch.float16, paint=paint)
    with pytest.raises(RenderFailed):
        list(decode_frames(vae, _z(), bench()))
    assert vae.dtypes == [torch.float16, torch.float32]
    assert vae.dtype == torch.float16


def test_an_error_in_the_second_decode_leaves_the_vae_as_it_was(bench):
    class Full(FakeVae):
        def decode(self, latents, return_dict):
            if self.dtype == torch.float32:
                raise torch.OutOfMemoryError("tried to allocate 20 GiB")
            return super().decode(latents, return_dict)

    vae = Full(torch.float16, overflows=True)
    with pytest.raises(torch.OutOfMemoryError):
        list(decode_frames(vae, _z(), bench()))
    assert vae.dtype == torch.float16


def test_a_reader_that_stops_leaves_the_vae_as_it_was(bench):
    vae = FakeVae(torch.float16, overflows=True)
    frames = decode_frames(vae, _z(), bench())
    next(frames)
    assert vae.dtype == torch.float32
    frames.close()
    assert vae.dtype == torch.float16


def test_nan_pixels_fail(bench):
    with pytest.raises(RenderFailed, match="pictures are not finite"):
        list(decode_frames(FakeVae(paint=float("nan")), _z(), bench()))


@pytest.mark.parametrize(("paint", "level"), [(-1.0, 0), (0.0, 128), (9.0, 255)])
def test_black_and_flat_pictures_fail(bench, paint, level):
    with pytest.raises(RenderFailed, match=rf"flat \(every pixel is about {level} "):
        list(decode_frames(FakeVae(paint=paint), _z(), bench()))
