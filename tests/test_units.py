"""Durations, rates and the one rounding."""

from __future__ import annotations

from fractions import Fraction

import pytest

from animegen.units import (
    Duration,
    cover_frames,
    parse_duration,
    parse_instant,
    parse_rate,
    round_to_frame,
    timecode,
)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        (3, "3"),
        (2.5, "5/2"),
        ("3s", "3"),
        ("0.1", "1/10"),
        ("750ms", "3/4"),
        ("24f", "3"),
        (" 2 s ", "2"),
    ],
)
def test_durations_are_exact(written: object, seconds: str) -> None:
    assert parse_duration(written).seconds(Fraction(8)) == Fraction(seconds)


@pytest.mark.parametrize(
    "written",
    ["-1s", 0, "0s", "3h", "1:30", "2.5f", float("nan"), float("inf"), True, None, [], ""],
)
def test_what_is_no_duration_is_refused(written: object) -> None:
    with pytest.raises(ValueError, match="duration"):
        parse_duration(written)


def test_minutes_are_refused_with_the_seconds_to_write() -> None:
    with pytest.raises(ValueError, match="write 90s"):
        parse_duration("1.5min")


@pytest.mark.parametrize("written", [0, "0", "0s", "0ms", "0f", 0.0])
def test_an_instant_may_be_zero(written: object) -> None:
    assert parse_instant(written) == Duration(Fraction(0))


@pytest.mark.parametrize(
    ("written", "rate"),
    [
        (24, "24"),
        (23.976, "24000/1001"),
        ("23.98", "24000/1001"),
        ("29.97", "30000/1001"),
        (59.94, "60000/1001"),
        ("30000/1001", "30000/1001"),
        (12.5, "25/2"),
    ],
)
def test_rates_are_exact_and_ntsc_decimals_are_shorthand(written: object, rate: str) -> None:
    assert parse_rate(written) == Fraction(rate)


@pytest.mark.parametrize("written", [0, -1, "abc", "1/0", True, None, float("nan")])
def test_what_is_no_rate_is_refused(written: object) -> None:
    with pytest.raises(ValueError, match="rate"):
        parse_rate(written)


def test_halves_round_upwards() -> None:
    assert [round_to_frame(Fraction(n, 16), Fraction(8)) for n in range(5)] == [0, 1, 1, 2, 2]


def test_covering_never_falls_short() -> None:
    assert cover_frames(Fraction(7, 10), Fraction(8)) == 6
    assert cover_frames(Fraction(3), Fraction(8)) == 24


def test_timecode() -> None:
    assert timecode(Fraction(125, 2)) == "1:02.500"
