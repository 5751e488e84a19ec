"""Subtitles: when lines begin, how long they stand, and that no two stand at once."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from animegen.packs.pack import MotionSettings
from animegen.plan.cut_list import cut_list
from animegen.plan.subtitles import subtitles
from animegen.plan.timeline import lay_out
from animegen.storyboard.lines import place_lines, reading_time
from animegen.storyboard.model import Storyboard

MOTION = MotionSettings(path="motion", frames=16, overlap=4)
SENTENCE = "Thirty letters stand in here.."


def cues(*shots: dict[str, Any], rate: str = "10", only: tuple[str, ...] = (), **film: Any):
    rows = [
        {"id": f"s{index}", "prompt": "rain", "duration": "4s"} | shot
        for index, shot in enumerate(shots)
    ]
    document = {"version": 1, "title": "t", "shots": rows, "output": {"fps": rate}} | film
    storyboard = Storyboard.model_validate(document)
    cuts = cut_list(lay_out(storyboard, MOTION), only)
    return [(cue.first, cue.end, *cue.texts) for cue in subtitles(storyboard, cuts)]


def said(*lines: dict[str, Any]) -> dict[str, Any]:
    return {"dialogue": list(lines)}


def test_a_line_begins_at_its_time_on_its_shots_clock() -> None:
    line = {"text": "Hi", "at": "1s", "lasts": "2s"}
    assert cues({}, said(line)) == [(50, 70, "Hi")]


def test_a_line_without_a_time_follows_the_one_before_it() -> None:
    lines = said({"text": "a", "at": "500ms", "lasts": "1s"}, {"text": "b", "lasts": "8f"})
    assert cues(lines) == [(5, 15, "a"), (15, 25, "b")]


def test_the_first_line_begins_with_its_shot() -> None:
    assert cues(said({"text": "a", "lasts": "1s"}))[0][0] == 0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Hi", Fraction(1)),
        (SENTENCE, Fraction(2)),
        ("x" * 1000, Fraction(7)),
        ("雨が降っている。", Fraction(8 * 3, 15)),
    ],
)
def test_a_line_stands_as_long_as_it_takes_to_read_it(text: str, seconds: Fraction) -> None:
    assert reading_time(text) == seconds
    assert cues(said({"text": text})) == [(0, min(round(seconds * 10), 40), text)]


def test_a_line_of_no_stated_length_gives_way_to_the_next() -> None:
    assert cues(said({"text": SENTENCE}, {"text": "b", "at": "1s", "lasts": "1s"})) == [
        (0, 10, SENTENCE),
        (10, 20, "b"),
    ]


def test_lines_that_shall_overlap_stand_together() -> None:
    lines = said({"text": "a", "at": "0s", "lasts": "2s"}, {"text": "b", "at": "1s", "lasts": "2s"})
    assert cues(lines) == [(0, 10, "a"), (10, 20, "- a", "- b"), (20, 30, "b")]


def test_a_line_may_last_beyond_its_cut_but_not_beyond_the_film() -> None:
    late = said({"text": "a", "at": "3s", "lasts": "2s"})
    assert cues(late, {}) == [(30, 50, "a")]
    assert cues(late) == [(30, 40, "a")]


def test_cards_before_the_shots_move_the_lines() -> None:
    card = {"text": "A film", "duration": "2s"}
    assert cues(said({"text": "a", "lasts": "1s"}), titles=[card]) == [(20, 30, "a")]


def test_speakers_are_named() -> None:
    assert cues(said({"text": "Hi", "speaker": "Mina", "lasts": "1s"})) == [(0, 10, "Mina: Hi")]


def test_a_selection_has_the_lines_of_its_shots() -> None:
    one, two = said({"text": "a", "lasts": "1s"}), said({"text": "b", "lasts": "1s"})
    assert cues(one, two, only=("s1",)) == [(0, 10, "b")]


def test_captions_stand_in_the_picture_unless_they_are_asked_for_as_subtitles() -> None:
    shot = {"caption": "Kyoto"} | said({"text": "Hi", "at": "1s", "lasts": "1s"})
    assert cues(shot) == [(10, 20, "Hi")]
    assert cues(shot, captions="subtitles") == [
        (0, 10, "Kyoto"),
        (10, 20, "Kyoto", "Hi"),
        (20, 40, "Kyoto"),
    ]


def test_empty_lines_are_no_cues() -> None:
    assert cues(said({"text": " "}) | {"caption": ""}, captions="subtitles") == []


LINE = st.fixed_dictionaries(
    {"text": st.sampled_from(["a", SENTENCE, "x" * 200])},
    optional={
        "at": st.integers(0, 39).map(lambda tenth: f"{tenth * 100}ms"),
        "lasts": st.integers(1, 60).map(lambda tenth: f"{tenth * 100}ms"),
    },
)


@settings(max_examples=150, deadline=None)
@given(shots=st.lists(st.lists(LINE, max_size=4), min_size=1, max_size=3))
def test_cues_are_in_order_never_overlap_and_lose_no_line(
    shots: list[list[dict[str, str]]],
) -> None:
    rows = [said(*lines) for lines in shots]
    found = cues(*rows)
    edges = [frame for first, end, *_ in found for frame in (first, end)]
    assert edges == sorted(edges)
    assert all(first < end <= 40 * len(shots) for first, end, *_ in found)
    document = {"version": 1, "title": "t", "shots": [
        {"id": f"s{n}", "prompt": "x", "duration": "4s"} | row for n, row in enumerate(rows)
    ]}  # fmt: skip
    for number, shot in enumerate(Storyboard.model_validate(document).shots):
        for spoken in place_lines(shot, Fraction(8)):
            first = 40 * number + round(spoken.start * 10)
            if first < 40 * len(shots) and round(spoken.end * 10) > round(spoken.start * 10):
                shown = [texts for at, end, *texts in found if at <= first < end]
                assert any(text.endswith(spoken.line.text) for texts in shown for text in texts)
