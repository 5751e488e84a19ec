"""One frame out of a video is that frame."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from animegen.errors import RenderFailed
from animegen.video.color import rgb_to_yuv
from animegen.video.encode import write_h264, write_lossless_rgb
from animegen.video.single import write_frame

if TYPE_CHECKING:
    from pathlib import Path


def grays(count: int):
    return [np.full((32, 32, 3), 40 * index, np.uint8) for index in range(count)]


def test_of_frames_as_drawn(tmp_path: Path) -> None:
    write_lossless_rgb(tmp_path / "frames.mkv", iter(grays(4)), Fraction(8))
    write_frame(tmp_path / "frames.mkv", 2, tmp_path / "deep/two.png", drawn=True)
    with Image.open(tmp_path / "deep/two.png") as picture:
        assert (picture.mode, picture.getpixel((5, 5))) == ("RGB", (80, 80, 80))
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["two.png"]


def test_of_a_film(tmp_path: Path) -> None:
    frames = map(rgb_to_yuv, grays(4))
    write_h264(tmp_path / "film.mp4", frames, Fraction(8), crf=4, preset="veryfast", threads=1)
    write_frame(tmp_path / "film.mp4", 3, tmp_path / "three.png")
    with Image.open(tmp_path / "three.png") as picture:
        assert all(abs(value - 120) <= 2 for value in picture.getpixel((16, 16)))


def test_beyond_the_end(tmp_path: Path) -> None:
    write_lossless_rgb(tmp_path / "frames.mkv", iter(grays(2)), Fraction(8))
    with pytest.raises(RenderFailed, match=r"frames\.mkv has no frame 2"):
        write_frame(tmp_path / "frames.mkv", 2, tmp_path / "x.png", drawn=True)
    assert not (tmp_path / "x.png").exists()
