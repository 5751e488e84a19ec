"""A strip says what was drawn, or nothing."""

from __future__ import annotations

import numpy as np
import pytest

from animegen.video.barcode import draw_barcode, read_barcode, shot_code


@pytest.mark.parametrize("size", [(32, 32), (100, 33), (256, 256), (1920, 1080), (333, 250)])
@pytest.mark.parametrize(("index", "read"), [(0, 0), (2731, 2731), (4095, 4095), (4099, 3)])
def test_what_is_drawn_is_read(size, index, read):
    frame = np.full((size[1], size[0], 3), 77, np.uint8)

    draw_barcode(frame, "river", index)

    assert read_barcode(frame) == (shot_code("river"), read)
    assert (frame[: size[1] * 7 // 8] == 77).all()


@pytest.mark.parametrize("level", [0, 77, 255])
def test_a_frame_without_a_strip_reads_as_none(level):
    assert read_barcode(np.full((64, 64, 3), level, np.uint8)) is None


@pytest.mark.parametrize("cell", range(32))
def test_one_wrong_cell_is_noticed(cell):
    frame = np.zeros((64, 64, 3), np.uint8)
    draw_barcode(frame, "river", 12)

    frame[-8:, cell * 2 : cell * 2 + 2] ^= 255

    assert read_barcode(frame) is None


def test_a_frame_too_narrow_is_refused():
    with pytest.raises(ValueError, match="needs 32 columns, not 31"):
        draw_barcode(np.zeros((64, 31, 3), np.uint8), "river", 0)
