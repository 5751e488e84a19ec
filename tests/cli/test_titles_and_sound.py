"""Titles, captions, sound and subtitles, from YAML to the files that a player opens."""

from __future__ import annotations

import json
import os
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np
import opentimelineio as otio
import pytest
from films import THREE_SHOTS

from animegen.video.barcode import read_barcode
from animegen.video.decode import read_yuv
from tests.sounds import write_tone

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Project, Result

TITLES = """titles:
  - {text: "Three shots", duration: 1s}
  - {text: "The end", duration: 500ms, place: closing}
shots:"""
SOUND = "soundtrack: {file: rain.wav, gain: -6, fade_in: 250ms, fade_out: 500ms}\nshots:"
OUT = "out/three-shots/film.slate"


@pytest.fixture
def film(project: Project) -> Project:
    project.write(THREE_SHOTS)
    write_tone(project.folder / "rain.wav", 10)
    return project


def render(film: Project, *flags: str) -> Result:
    result = film.storyboard("render", "film.yaml", "--slate", *flags)
    assert result.code == 0, result.err
    return result


def rendered(result: Result) -> list[str]:
    return [line.split(":")[0] for line in result.err.splitlines() if ": rendered in" in line]


def keys(film: Project, *flags: str) -> dict[str, str]:
    plan = json.loads(film.storyboard("plan", "film.yaml", "--slate", "--json", *flags).out)
    return {node["id"]: node["key"] for node in plan["nodes"]}


def packets(path: Path) -> list[tuple[bytes, int | None]]:
    with av.open(str(path)) as file:
        return [(bytes(packet), packet.pts) for packet in file.demux(video=0) if packet.size]


def test_cards_make_the_film_longer_and_change_no_frame_of_the_shots(film: Project) -> None:
    render(film)
    plain = list(read_yuv(film.folder / f"{OUT}.mp4"))
    film.edit("shots:", TITLES)
    result = render(film)
    assert rendered(result) == ["opening-1", "closing-1", "film"]
    titled = list(read_yuv(film.folder / f"{OUT}.mp4"))
    assert (len(plain), len(titled)) == (72, 24 + 72 + 12)
    # Frame for frame the same barcodes; x264 spends its bits differently, so not bit for bit.
    for before, after in zip(plain, titled[24:96], strict=True):
        assert read_barcode(before.y) == read_barcode(after.y)
        assert np.abs(before.y.astype(int) - after.y).mean() < 1
    assert all(frame.y.min() <= 17 for frame in (titled[0], titled[-1]))
    assert titled[12].y.max() > 200
    assert titled[102].y.max() > 200


def test_an_edited_card_renders_itself_and_the_film_alone(film: Project) -> None:
    film.edit("shots:", TITLES)
    render(film)
    film.edit("The end", "Fin")
    assert rendered(render(film)) == ["closing-1", "film"]
    film.edit("duration: 500ms", "duration: 750ms")
    assert rendered(render(film)) == ["closing-1", "film"]


@pytest.mark.parametrize(
    "words",
    [
        SOUND,
        "captions: subtitles\nshots:",
        "shots:",
        "titles: []\nshots:",
    ],
)
def test_no_word_changes_the_key_of_a_shot_or_of_a_film_without_it(
    film: Project, words: str
) -> None:
    before = keys(film)
    film.edit("shots:", words)
    after = keys(film)
    changed = {node for node in before if before[node] != after[node]}
    assert changed == ({"film"} if words == SOUND else set())


def test_dialogue_changes_no_key_and_a_caption_the_films_alone(film: Project) -> None:
    before = keys(film)
    film.edit('prompt: "river"', 'prompt: "river"\n    dialogue: [{text: "It rains."}]')
    assert keys(film) == before
    film.edit('prompt: "river"', 'prompt: "river"\n    caption: "Kyoto"')
    assert {node for node, key in keys(film).items() if key != before[node]} == {"film"}
    film.edit("shots:", "captions: subtitles\nshots:")
    assert keys(film) == before


def test_a_caption_stands_over_its_shot_alone(film: Project) -> None:
    render(film)
    plain = list(read_yuv(film.folder / f"{OUT}.mp4"))
    film.edit('prompt: "river"', 'prompt: "river"\n    caption: "Kyoto, 1987"')
    assert rendered(render(film)) == ["film"]
    seen = list(read_yuv(film.folder / f"{OUT}.mp4"))
    assert len(seen) == 72
    differ = [
        float(np.abs(a.y[:24, :80].astype(int) - b.y[:24, :80]).mean())
        for a, b in zip(plain, seen, strict=True)
    ]
    # What is coded with losses is nowhere quite the same; `test_caption` compares before that.
    assert max(differ[:24] + differ[48:]) < 1.5
    assert min(differ[29:43]) > 5


@pytest.mark.parametrize("rate", ["8", "23.976", "24", "29.97", "60"])
def test_sound_is_as_long_as_the_film_to_the_sample(film: Project, rate: str) -> None:
    film.edit("fps: 24}", f"fps: {rate}}}")
    film.edit("duration: 1s", "duration: 1100ms")  # no film of whole thousandths at 23.976
    film.edit("shots:", SOUND)
    render(film)
    path = film.folder / f"{OUT}.mp4"
    with av.open(str(path)) as file:
        (sound,), (pictures,) = file.streams.audio, file.streams.video
        exact = Fraction(pictures.frames) / pictures.average_rate
        assert (sound.codec_context.name, sound.sample_rate) == ("aac", 48_000)
        assert sound.layout.name == "stereo"
        assert (sound.start_time, pictures.start_time) == (0, 0)
        assert sound.duration * sound.time_base == Fraction(round(exact * 48_000), 48_000)
        samples = [frame.to_ndarray() for frame in file.decode(sound)]
    heard = np.concatenate(samples, axis=1)[0, : round(exact * 48_000)]
    # It fades in from the first sample and is a tone of 0.5 at -6 dB in between.
    assert np.abs(heard[:100]).max() < 0.01
    assert np.abs(heard[24_000:72_000]).max() == pytest.approx(0.25, abs=0.02)
    assert np.abs(heard[-100:]).max() < 0.01


def test_sound_begins_on_its_sample(film: Project) -> None:
    film.edit("shots:", "soundtrack: {file: rain.wav, at: 1s}\nshots:")
    render(film)
    with av.open(str(film.folder / f"{OUT}.mp4")) as file:
        heard = np.concatenate([frame.to_ndarray() for frame in file.decode(audio=0)], axis=1)[0]
    loud = np.flatnonzero(np.abs(heard) > 0.2)
    # AAC smears a beginning over a block at most; where the tone is loud, it is in phase.
    assert abs(int(loud[0]) - 48_000) < 1024
    time = np.arange(60_000, 100_000)
    expected = 0.5 * np.sin(2 * np.pi * 440 * (time - 48_000) / 48_000)
    assert np.abs(heard[60_000:100_000] - expected).max() < 0.05


def test_the_pictures_are_the_same_with_sound_bit_for_bit(film: Project) -> None:
    render(film)
    silent = packets(film.folder / f"{OUT}.mp4")
    film.edit("shots:", SOUND)
    assert rendered(render(film)) == ["film"]
    assert packets(film.folder / f"{OUT}.mp4") == silent


def test_the_same_sound_is_the_same_film_bit_for_bit(film: Project) -> None:
    film.edit("shots:", SOUND)
    render(film)
    first = (film.folder / f"{OUT}.mp4").read_bytes()
    render(film, "--store", "other", "-o", "again")
    assert (film.folder / "again/film.slate.mp4").read_bytes() == first


def test_sound_that_distorts_is_a_note(film: Project) -> None:
    film.edit("shots:", "soundtrack: {file: rain.wav, gain: 12}\nshots:")
    assert "film: note: the soundtrack is 6.0 dB too loud and distorts; lower its gain" in (
        render(film).err
    )


def test_other_sound_in_the_same_file_is_another_film(film: Project) -> None:
    film.edit("shots:", SOUND)
    render(film)
    assert rendered(render(film)) == []
    write_tone(film.folder / "rain.wav", 10, hertz=220)
    assert rendered(render(film)) == ["film"]
    os.rename(film.folder / "rain.wav", film.folder / "wind.wav")  # noqa: PTH104
    film.edit("rain.wav", "wind.wav")
    assert rendered(render(film)) == []


def test_a_soundtrack_that_is_not_there_is_an_error_before_any_work(film: Project) -> None:
    film.edit("shots:", "soundtrack: {file: gone.wav}\nshots:")
    result = film.storyboard("render", "film.yaml")
    assert (result.code, result.out) == (3, "")
    assert "film.yaml:8:20: error[SB604]: there is no file `gone.wav`" in result.err
    assert not (film.folder / ".storyboard").exists()


def test_a_film_of_some_shots_is_silent_and_has_its_cards(film: Project) -> None:
    film.edit("shots:", SOUND)
    film.edit("shots:", TITLES)
    render(film, "--only", "one")
    with av.open(str(film.folder / "out/three-shots/film.one.slate.mp4")) as file:
        assert not file.streams.audio
        assert file.streams.video[0].frames == 24 + 24
    render(film, "--only", "two")
    with av.open(str(film.folder / "out/three-shots/film.two.slate.mp4")) as file:
        assert file.streams.video[0].frames == 24


def test_a_render_leaves_the_timeline_and_the_subtitles(film: Project) -> None:
    film.edit("shots:", TITLES)
    film.edit('prompt: "river"', 'prompt: "river"\n    dialogue: [{text: "It rains."}]')
    assert render(film).out == f"{OUT}.mp4\n"
    assert (film.folder / f"{OUT}.srt").read_text(encoding="utf-8") == (
        "1\n00:00:02,000 --> 00:00:03,000\nIt rains.\n"
    )
    timeline = otio.adapters.read_from_file(str(film.folder / f"{OUT}.otio"))
    assert timeline.duration().value == 108
    names = [clip.name for clip in timeline.find_clips()]
    assert names == ["opening-1", "one", "two", "three", "closing-1"]
    edl = (film.folder / f"{OUT}.edl").read_text(encoding="ascii")
    assert edl.splitlines()[-2].endswith("00:00:04:00 00:00:04:12")
    assert "V     D    006" in edl


def test_a_film_that_lost_its_lines_loses_its_subtitles(film: Project) -> None:
    said = 'prompt: "river"\n    dialogue: [{text: "It rains."}]'
    film.edit('prompt: "river"', said)
    render(film)
    film.edit(said, 'prompt: "river"')
    render(film)
    assert not (film.folder / f"{OUT}.srt").exists()


def test_export_writes_all_forms_without_rendering(film: Project) -> None:
    film.edit('prompt: "sea"', 'prompt: "sea"\n    dialogue: [{text: "The sea."}]')
    result = film.storyboard("export", "film.yaml")
    stem = "out/three-shots/film"
    assert (result.code, result.out) == (0, f"{stem}.otio\n{stem}.srt\n{stem}.edl\n")
    assert not (film.folder / ".storyboard").exists()


def test_export_writes_what_is_asked_for_where_it_is_asked_for(film: Project) -> None:
    result = film.storyboard("export", "film.yaml", "--edl", "--only", "one,two", "-o", "cut")
    assert (result.code, result.out) == (0, "cut/film.one+two.edl\n")
    assert [path.name for path in (film.folder / "cut").iterdir()] == ["film.one+two.edl"]


def test_clips_lie_beside_the_timeline_when_asked_for(film: Project) -> None:
    film.edit("shots:", TITLES)
    result = film.storyboard("export", "film.yaml", "--slate", "--clips", "--otio")
    assert result.code == 0
    assert result.err == "note: not rendered yet: opening-1, one, two, three, closing-1\n"
    render(film, "--only", "one,two")
    result = film.storyboard("export", "film.yaml", "--slate", "--clips", "--otio")
    assert result.err == "note: not rendered yet: three, closing-1\n"
    timeline = otio.adapters.read_from_file(str(film.folder / f"{OUT}.otio"))
    for clip in timeline.find_clips():
        if clip.name in ("three", "closing-1"):
            assert clip.media_reference.is_missing_reference
            continue
        path = film.folder / "out/three-shots" / clip.media_reference.target_url
        frames = sum(1 for _ in read_yuv(path))
        assert frames == clip.available_range().duration.value
        assert clip.trimmed_range().end_time_exclusive().value <= frames


def test_a_render_keeps_clips_that_lie_there_its_own(film: Project) -> None:
    render(film)
    assert not (film.folder / f"{OUT}.clips").exists()
    film.storyboard("export", "film.yaml", "--slate", "--clips")
    path = film.folder / f"{OUT}.clips/two.mkv"
    before = path.read_bytes()
    film.edit('"river"', '"lake"')
    render(film)
    assert path.read_bytes() != before


def test_a_film_too_fast_for_an_edl_is_rendered_and_says_so(film: Project) -> None:
    film.edit("fps: 24}", "fps: 120}")
    result = render(film)
    assert "note: no film.slate.edl: an EDL holds at most 100 frames in a second" in result.err
    result = film.storyboard("export", "film.yaml", "--edl")
    assert (result.code, result.out) == (1, "")
    assert "use the .otio file, which has no such limit" in result.err


def test_the_plan_shows_cards_in_their_place(film: Project) -> None:
    film.edit("shots:", TITLES)
    out = film.storyboard("plan", "film.yaml", "--slate").out
    rows = [line.split() for line in out.splitlines()[1:7]]
    assert [row[0] for row in rows] == ["shot", "opening-1", "one", "two", "three", "closing-1"]
    assert [row[3] for row in rows[1:]] == ["0-23", "24-47", "48-71", "72-95", "96-107"]
    assert "0:04.500 = 108 frames at 24 fps" in out


def test_letters_that_animegens_font_lacks_are_drawn_with_another_that_enters_the_key(
    film: Project,
) -> None:
    film.edit("shots:", 'titles: [{text: "Regen über dem Fluß", duration: 1s}]\nshots:')
    result = film.storyboard("plan", "film.yaml", "--slate", "--json")
    if result.code == 4:
        assert "no font of this machine has all letters of 'Regen über dem Fluß'" in result.err
        return
    render(film)
    assert list(read_yuv(film.folder / f"{OUT}.mp4"))[12].y.max() > 200
