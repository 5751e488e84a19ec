"""The timeline: exact lengths, handles, segments, on both clocks."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from animegen.packs.pack import MotionSettings
from animegen.plan.timeline import Timeline, lay_out
from animegen.storyboard.model import Storyboard
from animegen.units import parse_rate, round_to_frame

MOTION = MotionSettings(path="motion", frames=16, overlap=4)
RATES = ["8", "10", "12", "23.976", "24", "25", "29.97", "30", "60"]


def timeline(*shots: dict[str, Any], fps: int = 8, rate: str | None = None) -> Timeline:
    rows = [
        {"id": f"s{index}", "prompt": "rain", "duration": "3s"} | shot
        for index, shot in enumerate(shots)
    ]
    document = {"version": 1, "title": "t", "frame": {"fps": fps}, "shots": rows}
    if rate:
        document["output"] = {"fps": rate}
    return lay_out(Storyboard.model_validate(document), MOTION)


def test_whole_seconds_at_the_generation_rate() -> None:
    film = timeline({}, {}, {})
    assert film.frames == 72
    assert [(shot.cut, shot.frames) for shot in film.shots] == [(0, 24), (24, 24), (48, 24)]


def test_surplus_frames_of_whole_segments_become_handles() -> None:
    (shot,) = timeline({}).shots
    assert [(span.first, span.frames, span.overlap) for span in shot.segments] == [
        (0, 16, 0),
        (12, 16, 4),
    ]
    assert (shot.head, shot.body, shot.tail) == (2, 24, 2)


def test_a_crossfade_within_the_handles_moves_nothing() -> None:
    cut, faded = timeline({}, {}), timeline({}, {"transition": {"crossfade": "500ms"}})
    for before, after in zip(cut.shots, faded.shots, strict=True):
        assert (before.segments, before.head) == (after.segments, after.head)
        assert (before.before, before.after) == (after.before, after.after)
    assert (faded.shots[1].into.before, faded.shots[1].into.after) == (2, 2)


def test_a_crossfade_beyond_the_handles_adds_a_segment_to_each_shot() -> None:
    film = timeline({}, {"transition": {"crossfade": "1200ms"}})
    assert [len(shot.segments) for shot in film.shots] == [3, 3]


def test_a_crossfade_sits_on_the_cut_and_leaves_the_length_alone() -> None:
    film = timeline({}, {"transition": {"crossfade": "1s"}}, rate="24")
    assert film.frames == 144
    assert film.shots[1].cut == 72
    assert (film.shots[1].into.before, film.shots[1].into.after) == (12, 12)


def test_a_position_in_the_film_changes_nothing_about_a_shot() -> None:
    alone = timeline({"duration": "2.3s"}, rate="23.976").shots[0]
    later = timeline({"duration": "1.1s"}, {"duration": "2.3s"}, rate="23.976").shots[1]
    assert (alone.head, alone.before, alone.after) == (later.head, later.before, later.after)
    assert alone.segments == later.segments


@pytest.mark.parametrize("rate", RATES)
def test_ntsc_and_integer_rates_never_drift(rate: str) -> None:
    film = timeline(*({"duration": "0.7s"} for _ in range(100)), rate=rate)
    assert film.frames == round_to_frame(Fraction(70), parse_rate(rate))
    for before, after in zip(film.shots, film.shots[1:], strict=False):
        assert after.cut == before.cut + before.frames


durations = st.integers(min_value=200, max_value=9000).map(lambda ms: f"{ms}ms")
fades = st.integers(min_value=1, max_value=190).map(lambda ms: {"crossfade": f"{ms}ms"})


@settings(max_examples=150, deadline=None)
@given(
    shots=st.lists(st.tuples(durations, st.one_of(st.just("cut"), fades)), min_size=1, max_size=6),
    fps=st.integers(min_value=8, max_value=12),
    rate=st.sampled_from(RATES),
)
def test_any_film_lasts_its_durations_and_every_clip_holds_its_handles(
    shots: list[tuple[str, Any]], fps: int, rate: str
) -> None:
    rows = [{"duration": length, "transition": into} for length, into in shots]
    rows[0]["transition"] = "cut"
    film = timeline(*rows, fps=fps, rate=rate)
    total = sum((shot.duration for shot in film.shots), Fraction(0))
    assert film.frames == round_to_frame(total, parse_rate(rate))
    following = [*(shot.into.after for shot in film.shots[1:]), 0]
    for shot, outgoing in zip(film.shots, following, strict=True):
        assert shot.head >= 0
        assert shot.tail >= 0
        assert shot.before >= shot.into.before
        assert shot.after >= shot.frames + outgoing
