"""A clip shows the generated frames where its clocks say."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from animegen.errors import RenderFailed
from animegen.steps.clip import CameraMove, Clip
from animegen.video.barcode import draw_barcode, read_barcode
from animegen.video.decode import read_yuv
from animegen.video.encode import write_lossless_rgb

SIZE = 64


def generated(index: int):
    frame = np.full((SIZE, SIZE, 3), 90, np.uint8)
    frame[20:40, 12:52] = 200
    draw_barcode(frame, "shot", index)
    return frame


@pytest.fixture
def parts(artifact, tmp_path):
    """Two segments of 16 and 12 frames."""
    inputs = {}
    for number, span in enumerate((range(16), range(16, 28))):
        path = tmp_path / f"part{number}" / "frames.mkv"
        path.parent.mkdir()
        write_lossless_rgb(path, map(generated, span), Fraction(8))
        inputs[f"frames-{number:03d}"] = artifact(path)
    return inputs


def clip(**changed):
    fields = {
        "fps": "8",
        "rate": "8",
        "head": 0,
        "before": 0,
        "after": 28,
        "screen": 28,
        "width": SIZE,
        "height": SIZE,
        "fit": "crop",
        "interpolate": "hold",
    }
    return Clip(**(fields | changed))


def shown(work):
    return [read_barcode(frame.y) for frame in read_yuv(work.folder / "clip.mkv")]


@pytest.mark.parametrize("rate", ["8", "24000/1001", "24", "25", "60"])
def test_a_clip_frame_shows_the_generated_frame_of_its_moment(rate, parts, work):
    scale = Fraction(rate) / 8
    before, after = math.floor(5 * scale), math.floor(23 * scale)

    clip(rate=rate, head=5, before=before, after=after).render(parts, work)

    expected = [math.floor(5 + m / scale) for m in range(-before, after)]
    assert [code.frame for code in shown(work)] == expected
    assert work.reports[-1] == (before + after, before + after, "frame")


def test_positions_beyond_the_generated_frames_show_the_nearest(parts, work):
    clip(head=1, before=3, after=30).render(parts, work)

    frames = [code.frame for code in shown(work)]
    assert frames == [0, 0, *range(28), 27, 27, 27]


@pytest.mark.parametrize("method", ["blend", "flow"])
def test_whole_positions_are_the_generated_frames_themselves(method, parts, work):
    clip(rate="16", after=55, interpolate=method).render(parts, work)

    assert [code.frame for code in shown(work)[::2]] == list(range(28))


def test_a_camera_moves_over_the_screen_time_and_rests_in_the_handles(parts, work):
    move = CameraMove(zoom=(1.0, 2.0))
    clip(head=4, before=4, after=20, screen=10, camera=move).render(parts, work)

    # The block is 40 of 64 pixels wide; at zoom 2 it fills the row.
    frames = list(read_yuv(work.folder / "clip.mkv"))
    widths = [int((frame.y[30] > 150).sum()) for frame in frames]
    assert widths[:5] == [40] * 5
    assert widths[4:14] == sorted(widths[4:14])
    assert widths[8] == pytest.approx(40 * (1 + 4 / 9), abs=2)
    assert widths[13:] == [SIZE] * 11


def test_a_clip_without_generated_frames_is_an_error(work):
    with pytest.raises(RenderFailed, match="no generated frames"):
        clip().render({}, work)


def test_frames_of_another_format_are_an_error(parts, work, artifact, tmp_path):
    clip().render(parts, work)
    wrong = tmp_path / "frames.mkv"
    (work.folder / "clip.mkv").rename(wrong)

    with pytest.raises(RenderFailed, match="holds yuv420p, not bgr0"):
        clip().render({"frames-00000": artifact(wrong)}, work)
