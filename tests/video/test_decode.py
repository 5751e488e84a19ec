"""Reading counts frames and refuses what it cannot read."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from animegen.errors import RenderFailed
from animegen.video.decode import count_packets, read_rgb, read_yuv
from animegen.video.encode import write_lossless_rgb


@pytest.fixture
def path(tmp_path):
    noise = np.random.default_rng(1)
    frames = (noise.integers(0, 256, (48, 64, 3), dtype=np.uint8) for _ in range(9))
    write_lossless_rgb(tmp_path / "frames.mkv", frames, Fraction(8))
    return tmp_path / "frames.mkv"


def test_packets_are_frames(path):
    assert count_packets(path) == len(list(read_rgb(path))) == 9


def test_a_file_of_another_kind_is_refused(path):
    with pytest.raises(RenderFailed, match="holds bgr0, not yuv420p"):
        next(read_yuv(path))


@pytest.mark.parametrize("content", [b"", b"not a video at all"])
def test_what_is_no_video_is_an_error(content, tmp_path):
    (tmp_path / "frames.mkv").write_bytes(content)

    with pytest.raises(RenderFailed, match=r"cannot read frames\.mkv"):
        next(read_rgb(tmp_path / "frames.mkv"))


def test_a_missing_file_is_an_error(tmp_path):
    with pytest.raises(RenderFailed, match=r"cannot read frames\.mkv: .*No such file"):
        count_packets(tmp_path / "frames.mkv")


def test_a_truncated_file_yields_fewer_frames_or_an_error(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    assert count_packets(path) < 9
