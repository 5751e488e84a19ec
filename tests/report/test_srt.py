"""SubRip: times to the frame, lines that fit, and text that stays text."""

from __future__ import annotations

from fractions import Fraction

import pytest

from animegen.plan.subtitles import Cue
from animegen.report.srt import srt_text
from animegen.units import parse_rate

RATES = ["8", "23.976", "24", "25", "29.97", "30", "59.94", "60", "120"]


def cue(*texts: str, first: int = 0, end: int = 24) -> Cue:
    return Cue(first=first, end=end, texts=texts)


def lines(text: str) -> list[str]:
    return srt_text([cue(text)], Fraction(24)).split("\n")[2:-1]


def test_cues_are_numbered_and_apart() -> None:
    cues = [cue("It rains."), cue("- Yes.", "- No.", first=36, end=90_000)]
    assert srt_text(cues, Fraction(24)) == (
        "1\n00:00:00,000 --> 00:00:01,000\nIt rains.\n\n"
        "2\n00:00:01,500 --> 01:02:30,000\n- Yes.\n- No.\n"
    )


def test_no_cues_are_no_file() -> None:
    assert srt_text([], Fraction(24)) == ""


@pytest.mark.parametrize("rate", RATES)
def test_a_player_shows_a_cue_on_its_frames_and_no_others(rate: str) -> None:
    fps = parse_rate(rate)
    for first, end in ((0, 1), (1, 2), (7, 100), (99_999, 100_001)):
        times = srt_text([cue("x", first=first, end=end)], fps).split("\n")[1].split(" --> ")
        begins, ends = (milliseconds(time) for time in times)
        # A frame is shown from n / rate on; a cue at its first instant counts.
        assert begins <= Fraction(first) / fps < ends
        assert Fraction(first - 1) / fps < begins or first == 0
        assert Fraction(end - 1) / fps < ends <= Fraction(end) / fps


def milliseconds(time: str) -> Fraction:
    hours, minutes, seconds = time.replace(",", ".").split(":")
    return int(hours) * 3600 + int(minutes) * 60 + Fraction(seconds)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<b>not bold</b>", "<\u2060b>not bold<\u2060/b>"),
        (r"{\an8}below", "{\u2060\\an8}below"),
        ("{y:i}upright", "{\u2060y:i}upright"),
        ("00:00:01,000 --> 00:00:02,000", "00:00:01,000 -\u2060-> 00:00:02,000"),
        ("I <3 you & {5} 2 < 3", "I <3 you & {5} 2 < 3"),
        ("\u96e8 \u2014 \u00e9", "\u96e8 \u2014 \u00e9"),
        ("  spaces   between ", "spaces between"),
    ],
)
def test_what_looks_like_an_instruction_is_shown_as_it_stands(text: str, shown: str) -> None:
    assert lines(text) == [shown]


def test_an_empty_line_cannot_end_a_cue() -> None:
    assert lines("one\n\n  \n2\r\nthree\x85four\u2028five") == ["one", "2", "three", "four", "five"]


def test_long_lines_are_broken_into_equal_ones() -> None:
    text = "It never stops raining here, not in June, and not in the long months after it."
    assert lines(text) == [
        "It never stops raining here, not in June,",
        "and not in the long months after it.",
    ]
    assert lines("a" * 60 + " b") == ["a" * 60, "b"]
