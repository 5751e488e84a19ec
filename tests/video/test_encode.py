"""Files hold what was written, tagged, identical from run to run; a failed write is an error."""

from __future__ import annotations

import errno
import os
import resource
from fractions import Fraction

import av
import numpy as np
import pytest
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc

from animegen.errors import RenderFailed, StoreFailed
from animegen.video import encode
from animegen.video.color import rgb_to_yuv, yuv_to_rgb
from animegen.video.decode import count_packets, read_rgb, read_yuv
from animegen.video.encode import write_h264, write_lossless_rgb, write_lossless_yuv
from animegen.video.frame import YuvFrame

RATE = Fraction(24000, 1001)


@pytest.fixture
def pictures():
    noise = np.random.default_rng(1)
    return [noise.integers(0, 256, (48, 64, 3), dtype=np.uint8) for _ in range(9)]


@pytest.fixture
def frames(pictures):
    return [rgb_to_yuv(picture) for picture in pictures]


def test_lossless_rgb_comes_back_bit_for_bit(pictures, tmp_path):
    path = tmp_path / "frames.mkv"

    assert write_lossless_rgb(path, pictures, Fraction(8)) == 9
    assert all(np.array_equal(a, b) for a, b in zip(pictures, read_rgb(path), strict=True))


def test_lossless_yuv_comes_back_bit_for_bit(frames, tmp_path):
    path = tmp_path / "clip.mkv"

    assert write_lossless_yuv(path, frames, RATE) == 9
    for written, read in zip(frames, read_yuv(path), strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(written, read, strict=True))


@pytest.mark.parametrize("size", [(31, 17), (64, 48)])
def test_lossless_rgb_takes_any_size(size, tmp_path):
    picture = np.random.default_rng(2).integers(0, 256, (*size, 3), dtype=np.uint8)

    write_lossless_rgb(tmp_path / "frames.mkv", [picture], Fraction(8))

    assert np.array_equal(next(read_rgb(tmp_path / "frames.mkv")), picture)


def test_the_film_is_tagged_bt709_limited(frames, tmp_path):
    write_h264(tmp_path / "film.mp4", frames, RATE)

    with av.open(str(tmp_path / "film.mp4")) as file:
        context = file.streams.video[0].codec_context
        assert context.name == "h264"
        assert context.pix_fmt == "yuv420p"
        assert context.color_primaries == ColorPrimaries.BT709
        assert context.color_trc == ColorTrc.BT709
        assert context.colorspace == Colorspace.ITU709
        assert context.color_range == ColorRange.MPEG


@pytest.mark.parametrize("color", [(255, 0, 0), (0, 255, 0), (0, 0, 255), (233, 150, 122)])
def test_the_films_colours_are_right(color, tmp_path):
    picture = np.full((64, 64, 3), color, np.uint8)

    write_h264(tmp_path / "film.mp4", [rgb_to_yuv(picture)] * 3, Fraction(24))

    for frame in read_yuv(tmp_path / "film.mp4"):
        assert np.abs(yuv_to_rgb(frame).astype(int) - color).max() <= 3


def test_the_films_index_stands_before_its_frames(frames, tmp_path):
    write_h264(tmp_path / "film.mp4", frames, RATE)

    content = (tmp_path / "film.mp4").read_bytes()
    assert 0 < content.index(b"moov") < content.index(b"mdat")


@pytest.mark.parametrize("write", [write_h264, write_lossless_yuv])
def test_identical_frames_give_identical_files(write, frames, tmp_path):
    write(tmp_path / "first", frames, RATE)
    write(tmp_path / "second", frames, RATE)

    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()


@pytest.mark.parametrize("write", [write_h264, write_lossless_yuv])
@pytest.mark.parametrize("count", [1, 9])
def test_a_full_disk_is_an_error(write, count, frames, tmp_path):
    full = tmp_path / "film"
    full.symlink_to("/dev/full")  # every write to it says ENOSPC

    with pytest.raises(StoreFailed, match="No space left on device") as caught:
        write(full, frames[:count], RATE)
    assert "free some space" in caught.value.remedy


def test_a_disk_that_fills_up_halfway_is_an_error(frames, tmp_path):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16_000, hard))
    try:
        with pytest.raises(StoreFailed, match=os.strerror(errno.EFBIG)):
            write_lossless_yuv(tmp_path / "clip", frames * 3, RATE)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_missing_folder_is_an_error(frames, tmp_path):
    with pytest.raises(RenderFailed, match=rf"cannot write film\.mp4: .*{os.strerror(2)}"):
        write_h264(tmp_path / "nowhere" / "film.mp4", frames, RATE)


def test_an_encoder_that_refuses_its_parameters_is_not_the_disk(frames, tmp_path):
    with pytest.raises(RenderFailed, match=r"cannot write film\.mp4: .*libx264"):
        write_h264(tmp_path / "film.mp4", frames, RATE, preset="no-such-preset")


def test_an_encoder_that_fails_with_an_os_error_is_not_the_disk(frames, tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(encode, "_encode", refuse)
    with pytest.raises(RenderFailed, match=r"cannot write film\.mp4: .*Invalid argument"):
        write_h264(tmp_path / "film.mp4", frames, RATE)


def test_a_frame_lost_on_the_way_is_an_error(frames, tmp_path, monkeypatch):
    monkeypatch.setattr(encode, "count_packets", lambda path: count_packets(path) - 1)

    with pytest.raises(RenderFailed, match="holds 8 frames where 9 were written"):
        write_h264(tmp_path / "film.mp4", frames, RATE)


@pytest.mark.parametrize("write", [write_h264, write_lossless_yuv, write_lossless_rgb])
def test_no_frames_are_an_error(write, tmp_path):
    with pytest.raises(RenderFailed, match="no frames to write"):
        write(tmp_path / "film", [], RATE)


def test_an_error_of_the_frames_passes_through(frames, tmp_path):
    def failing():
        yield from frames[:4]
        raise RenderFailed("the fifth frame is black")

    with pytest.raises(RenderFailed, match="the fifth frame is black"):
        write_h264(tmp_path / "film.mp4", failing(), RATE)


@pytest.mark.parametrize("size", [64, 96, 128])
def test_tiny_films_are_identical_whatever_lay_in_memory(size, tmp_path):
    dice = np.random.default_rng(0)
    coarse = dice.integers(30, 220, (size // 8 + 12, size // 8 + 12), dtype=np.uint8)
    scene = np.kron(coarse, np.ones((8, 8), np.uint8))
    half = np.full((size // 2, size // 2), 128, np.uint8)

    def moving():
        for n in range(20):
            np.full(dice.integers(1000, 200_000), n, np.uint8)  # stirs the heap
            yield YuvFrame(scene[3 * n : 3 * n + size, 2 * n : 2 * n + size].copy(), half, half)

    files = set()
    for _ in range(12):
        write_h264(tmp_path / "film.mp4", moving(), Fraction(8))
        files.add((tmp_path / "film.mp4").read_bytes())
    assert len(files) == 1
