"""Barcoded frames prove what every frame of a film shows, at every rate."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import av
import numpy as np
import pytest

from animegen.errors import RenderFailed
from animegen.steps.film import Caption, Edit, Film, Join
from animegen.steps.protocol import record_of
from animegen.units import round_to_frame
from animegen.video.barcode import draw_barcode, read_barcode, shot_code
from animegen.video.color import rgb_to_yuv
from animegen.video.decode import read_yuv
from animegen.video.encode import write_lossless_yuv
from animegen.video.frame import black

WIDTH, HEIGHT = 96, 64
RATES = ["8", "10", "12", "24000/1001", "24", "25", "30000/1001", "30", "60"]
# Seconds that land between frames at most rates.
CUTS = [Fraction(0), Fraction(11, 10), Fraction(19, 10), Fraction(33, 10)]
GREYS = {"one": 60, "two": 190, "three": 110}
CUT = Join()


def picture(shot: str, index: int):
    rgb = np.full((HEIGHT, WIDTH, 3), GREYS[shot], np.uint8)
    rgb[:, index % WIDTH] = 255  # frames that follow each other differ above the strip, too
    draw_barcode(rgb, shot, index)
    return rgb_to_yuv(rgb)


def shoot(artifact, folder, shot: str, count: int):
    path = folder / shot / "clip.mkv"
    path.parent.mkdir()
    write_lossless_yuv(path, (picture(shot, index) for index in range(count)), Fraction(8))
    return artifact(path)


def three_shots(artifact, folder, rate: str, join_of, handle: int):
    cuts = [round_to_frame(cut, Fraction(rate)) for cut in CUTS]
    edits, inputs = [], {}
    for number, shot in enumerate(GREYS):
        frames = cuts[number + 1] - cuts[number]
        into = join_of(number)
        edits.append(Edit(offset=handle, frames=frames, into=into))
        clip = shoot(artifact, folder, shot, frames + 2 * handle)
        inputs[f"clip-{number:05d}"] = clip
    film = Film(
        edits=tuple(edits), ending=CUT, rate=rate, width=WIDTH, height=HEIGHT, crf=2,
        preset="veryfast", threads=1,
    )  # fmt: skip
    return film, inputs, cuts


@pytest.mark.parametrize("rate", RATES)
def test_each_shot_starts_on_its_frame(rate, artifact, work, tmp_path):
    film, inputs, cuts = three_shots(artifact, tmp_path, rate, lambda _: CUT, handle=3)

    film.render(inputs, work)

    seen = [read_barcode(frame.y) for frame in read_yuv(work.folder / "film.mp4")]
    expected = [
        (shot_code(shot), 3 + m)
        for shot, start, end in zip(GREYS, cuts, cuts[1:], strict=False)
        for m in range(end - start)
    ]
    assert seen == expected
    assert len(seen) == film.frames == round_to_frame(CUTS[-1], Fraction(rate))
    assert work.reports == [(done, film.frames, "frame") for done in range(1, film.frames + 1)]


@pytest.mark.parametrize("rate", RATES)
def test_a_crossfade_mixes_the_two_right_frames_around_the_cut(rate, artifact, work, tmp_path):
    length = round_to_frame(Fraction(1, 2), Fraction(rate))
    join = Join(word="crossfade", before=length // 2, after=length - length // 2)
    handle = length
    film, inputs, cuts = three_shots(
        artifact, tmp_path, rate, lambda number: join if number else CUT, handle
    )

    film.render(inputs, work)

    seen = list(read_yuv(work.folder / "film.mp4"))
    assert len(seen) == film.frames
    mixed = set()
    for out, into, start, cut in (("one", "two", 0, cuts[1]), ("two", "three", cuts[1], cuts[2])):
        for j in range(length):
            k = cut - join.before + j
            mixed.add(k)
            share = (j + 0.5) / length
            expected = (1 - share) * picture(out, handle + k - start).y + share * picture(
                into, handle + k - cut
            ).y
            off_by_one = (1 - share) * picture(out, handle + k - start).y + share * picture(
                into, handle + k - cut + 1
            ).y
            error = np.abs(seen[k].y - expected).mean()
            assert error < 1.5, (k, error)
            assert error < np.abs(seen[k].y - off_by_one).mean()
    for shot, start, end in zip(GREYS, cuts, cuts[1:], strict=False):
        for k in range(start, end):
            if k not in mixed:
                assert read_barcode(seen[k].y) == (shot_code(shot), handle + k - start)


@pytest.mark.parametrize("rate", RATES)
def test_the_film_lasts_exactly_its_frames(rate, artifact, work, tmp_path):
    clip = shoot(artifact, tmp_path, "one", 7)
    edit = Edit(offset=0, frames=7, into=CUT)
    film = Film(edits=(edit,), ending=CUT, rate=rate, width=WIDTH, height=HEIGHT)

    film.render({"clip-00000": clip}, work)

    with av.open(str(work.folder / "film.mp4")) as file:
        stream = file.streams.video[0]
        assert stream.average_rate == Fraction(rate)
        assert stream.frames == 7
        assert stream.start_time == 0
        assert stream.duration * stream.time_base == 7 / Fraction(rate)


def test_fades_begin_and_end_in_black(artifact, work, tmp_path):
    clip = shoot(artifact, tmp_path, "two", 20)
    film = Film(
        edits=(Edit(offset=0, frames=20, into=Join(word="fade-in", before=0, after=5)),),
        ending=Join(word="fade-out", before=5, after=0),
        rate="24", width=WIDTH, height=HEIGHT, crf=2,
    )  # fmt: skip

    film.render({"clip-00000": clip}, work)

    grey = float(picture("two", 0).y[0, WIDTH // 2])
    levels = [float(np.median(frame.y[:32])) for frame in read_yuv(work.folder / "film.mp4")]
    for j in range(5):
        expected = 16 + (grey - 16) * (j + 0.5) / 5
        assert abs(levels[j] - expected) < 2
        assert abs(levels[19 - j] - expected) < 2
    assert levels[5:15] == pytest.approx([grey] * 10, abs=1)


def test_a_missing_handle_is_an_error(artifact, work, tmp_path):
    clip = shoot(artifact, tmp_path, "one", 10)
    film = Film(
        edits=(
            Edit(offset=0, frames=10, into=CUT),
            Edit(offset=0, frames=10, into=Join(word="crossfade", before=2, after=2)),
        ),
        ending=CUT, rate="24", width=WIDTH, height=HEIGHT,
    )  # fmt: skip

    with pytest.raises(RenderFailed, match="has no frame -2"):
        film.render({"clip-00000": clip, "clip-00001": clip}, work)


def test_x264_runs_with_the_steps_settings(artifact, work, tmp_path):
    # x264 uses fewer threads than asked for on low frames.
    write_lossless_yuv(tmp_path / "clip.mkv", [black(64, 512)] * 3, Fraction(8))
    film = Film(
        edits=(Edit(offset=0, frames=3, into=CUT),), ending=CUT, rate="24", width=64, height=512,
        crf=31, preset="ultrafast", threads=3,
    )  # fmt: skip

    film.render({"clip-00000": artifact(tmp_path / "clip.mkv")}, work)

    content = (work.folder / "film.mp4").read_bytes()  # x264 writes its settings into the stream
    assert b" crf=31.0 " in content
    assert b" threads=3 " in content
    assert b" me=dia " in content


def test_words_that_joined_later_are_in_the_record_only_when_they_are_used():
    edit = Edit(offset=0, frames=3, into=CUT)
    film = Film(edits=(edit,), ending=CUT, rate="24", width=64, height=64)
    caption = Caption(text="Kyoto", font=None, first=0, frames=3, fade=1)
    assert set(record_of(film, {}).fields) == {
        "edits", "ending", "rate", "width", "height", "crf", "preset", "threads",
    }  # fmt: skip
    assert "captions" in record_of(replace(film, captions=(caption,)), {}).fields
