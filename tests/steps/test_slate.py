"""Slates count their frames and say which they are, through every later stage."""

from __future__ import annotations

import numpy as np
import pytest

from animegen.errors import Interrupted
from animegen.steps.clip import Clip
from animegen.steps.slate import Slate
from animegen.video.barcode import read_barcode, shot_code
from animegen.video.decode import read_rgb, read_yuv


def slate(**changed):
    fields = {
        "shot": "rooftop",
        "prompt": "1girl on a rooftop, rain, night city",
        "details": ("motion: pan-left",),
        "width": 256,
        "height": 256,
        "frames": 10,
        "head": 2,
        "screen": 6,
        "fps": "8",
    }
    return Slate(**(fields | changed))


def test_a_slate_has_one_numbered_frame_per_generated_frame(work):
    slate().render({}, work)

    seen = [read_barcode(frame) for frame in read_rgb(work.folder / "frames.mkv")]
    assert seen == [(shot_code("rooftop"), index) for index in range(10)]
    assert work.reports[-1] == (10, 10, "frame")


@pytest.mark.parametrize("size", [(768, 768), (320, 320), (64, 64)])
def test_the_barcode_survives_the_delivery_size(size, artifact, work):
    slate().render({}, work)
    frames = artifact(work.folder / "frames.mkv")
    clip = Clip(
        fps="8", rate="8", head=2, before=2, after=8, screen=6, width=size[0], height=size[1],
        fit="crop", interpolate="flow",
    )  # fmt: skip

    clip.render({"frames-00000": frames}, work)

    seen = [read_barcode(frame.y) for frame in read_yuv(work.folder / "clip.mkv")]
    assert seen == [(shot_code("rooftop"), index) for index in range(10)]


def test_only_the_clock_and_the_bars_move(work):
    slate(head=0, screen=10).render({}, work)

    frames = list(read_rgb(work.folder / "frames.mkv"))
    assert np.array_equal(frames[0][:150], frames[9][:150])
    assert not np.array_equal(frames[0][150:240], frames[1][150:240])


@pytest.mark.parametrize("text", ["", "word " * 400, "a" * 500, "夜の雨 🌧"])
@pytest.mark.parametrize("size", [(64, 64), (320, 192), (48, 256)])
def test_any_prompt_fits_any_card(text, size, work):
    width, height = size
    slate(prompt=text, details=(text,) * 9, width=width, height=height, frames=2).render({}, work)

    assert [frame.shape for frame in read_rgb(work.folder / "frames.mkv")] == [
        (height, width, 3)
    ] * 2


def test_the_same_slate_gives_the_same_bytes(work):
    slate().render({}, work)
    once = (work.folder / "frames.mkv").read_bytes()
    slate().render({}, work)

    assert (work.folder / "frames.mkv").read_bytes() == once


def test_an_interruption_passes_through(work, monkeypatch):
    def stop(done, total, unit):
        if done == 3:
            raise Interrupted("stopped")

    monkeypatch.setattr(work, "progress", stop)

    with pytest.raises(Interrupted):
        slate().render({}, work)
