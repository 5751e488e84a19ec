"""OpenTimelineIO reads the timeline back: clips, handles, dissolves, sound."""

from __future__ import annotations

from fractions import Fraction

import opentimelineio as otio

from animegen.plan.cut_list import Cut, CutList
from animegen.report.otio import otio_text
from animegen.steps.film import Join

FADE = Join(word="crossfade", before=6, after=7)
RATE = Fraction(24000, 1001)


def cuts() -> CutList:
    return CutList(
        rate=RATE,
        cuts=(
            Cut(id="opening-1", text="A film", start=0, frames=24, available=24),
            Cut(
                id="one", start=24, frames=48, offset=12, available=80,
                into=Join(word="fade-in", after=12),
            ),
            Cut(id="two", start=72, frames=50, offset=13, available=90, into=FADE),
        ),
        ending=Join(word="fade-out", before=12),
        whole=True,
    )  # fmt: skip


def read(**options):
    options.setdefault("media", lambda _: None)
    return otio.adapters.read_from_string(otio_text("Über", cuts(), **options), "otio_json")


def test_clips_have_their_ranges_and_what_is_available() -> None:
    timeline = read()
    assert timeline.name == "Über"
    assert timeline.duration() == otio.opentime.RationalTime(122, float(RATE))
    found = [
        (
            clip.name,
            clip.source_range.start_time.value,
            clip.source_range.duration.value,
            clip.available_range().start_time.value,
            clip.available_range().duration.value,
        )
        for clip in timeline.find_clips()
    ]
    assert found == [("opening-1", 0, 24, 0, 24), ("one", 12, 48, 0, 80), ("two", 13, 50, 0, 90)]


def test_every_cut_lies_on_its_frame() -> None:
    track = read().tracks[0]
    starts = [track.range_of_child(clip).start_time.value for clip in track.find_clips()]
    assert starts == [0, 24, 72]


def test_a_crossfade_is_a_dissolve_and_black_has_its_own_name() -> None:
    track = read().tracks[0]
    found = [
        (one.name, one.transition_type, one.in_offset.value, one.out_offset.value)
        for one in track
        if isinstance(one, otio.schema.Transition)
    ]
    assert found == [
        ("fade-in", "Custom_Transition", 0, 12),
        ("crossfade", "SMPTE_Dissolve", 6, 7),
        ("fade-out", "SMPTE_Dissolve", 12, 0),
    ]
    handles = track.handles_of_child(track[2])
    assert [handle.value for handle in handles] == [0, 7]


def test_sources_that_are_there_are_named() -> None:
    timeline = read(media=lambda cut: f"clips/{cut.id}.mkv" if cut.id == "two" else None)
    kinds = [type(clip.media_reference).__name__ for clip in timeline.find_clips()]
    assert kinds == ["MissingReference", "MissingReference", "ExternalReference"]
    assert list(timeline.find_clips())[2].media_reference.target_url == "clips/two.mkv"


def test_the_soundtrack_is_a_track_of_its_own() -> None:
    track = read(sound=("../../rain.flac", 10, 5)).tracks[1]
    assert (track.kind, track.name) == ("Audio", "A1")
    gap, clip = track
    assert gap.duration().value == 10
    assert clip.media_reference.target_url == "../../rain.flac"
    assert (clip.source_range.start_time.value, clip.source_range.duration.value) == (5, 112)


def test_the_same_film_is_the_same_file_and_survives_a_round_trip() -> None:
    text = otio_text("t", cuts(), media=lambda _: None)
    assert text == otio_text("t", cuts(), media=lambda _: None)
    back = otio.adapters.read_from_string(text, "otio_json")
    assert otio.adapters.write_to_string(back, "otio_json") + "\n" == text
