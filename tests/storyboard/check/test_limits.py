"""Steps, guidance and sizes."""

from __future__ import annotations

import pytest

SHOT = "shots:\n  - {id: a, duration: 2s, prompt: x}\n"


@pytest.mark.parametrize(
    ("quality", "sampling", "marked", "message"),
    [
        (
            "fast",
            "{steps: 12}",
            "12",
            "steps 12 is outside 4 to 6, where `fast` works with pack `tiny`",
        ),
        (
            "fast",
            "{guidance: 7.5}",
            "7.5",
            "guidance 7.5 is outside 1.5 to 2, where `fast` works with pack `tiny`",
        ),
        (
            "high",
            "{steps: 6}",
            "6",
            "steps 6 is outside 20 to 30, where `high` works with pack `tiny`",
        ),
    ],
)
def test_sampling_out_of_range_warns(
    film, quality: str, sampling: str, marked: str, message: str
) -> None:
    checked = film.check(f"quality: {quality}\nsampling: {sampling}\n{SHOT}")
    assert checked.found == [("warning SB704", marked, message)]


def test_sampling_is_judged_by_each_shots_quality(film) -> None:
    checked = film.check("""
        sampling: {steps: 5}
        shots:
          - {id: a, duration: 2s, prompt: x}
          - {id: b, duration: 2s, prompt: x, quality: high}
          - {id: c, duration: 2s, prompt: x, quality: high, sampling: {steps: 25}}
          - {id: d, duration: 2s, prompt: x, sampling: {steps: 25}}
        """)
    assert checked.found == [
        ("warning SB704", "5", "steps 5 is outside 20 to 30, where `high` works with pack `tiny`"),
        ("warning SB704", "25", "steps 25 is outside 4 to 6, where `fast` works with pack `tiny`"),
    ]


def test_an_overlap_is_shorter_than_a_segment(film) -> None:
    checked = film.check("""
        chaining: {overlap: 16}
        shots:
          - {id: a, duration: 2s, prompt: x, chaining: {overlap: 15}}
          - {id: b, duration: 2s, prompt: x, chaining: {overlap: 99}}
        """)
    why = "`overlap` must be less than 16, the frames of a segment of pack `tiny`"
    assert checked.found == [("SB205", "16", why), ("SB205", "99", why)]


def test_sides_are_multiples(film) -> None:
    checked = film.check(f"frame: {{width: 130, height: 128}}\n{SHOT}")
    assert checked.found == [("SB706", "130", "the frame's width must be a multiple of 8")]
    assert checked.only.help == "write 128 or 136"


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (
            "{width: 512, height: 136}",
            "too many pixels for pack `tiny`, which was trained at 128x128",
        ),
        ("{width: 24}", "too few pixels for pack `tiny`, which was trained at 128x128"),
    ],
)
def test_sizes_far_from_the_packs_own_warn(film, frame: str, message: str) -> None:
    ((code, _, found),) = film.check(f"frame: {frame}\n{SHOT}").found
    assert (code, found) == ("warning SB706", message)


def test_four_times_the_pixels_is_fine(film) -> None:
    assert film.check(f"frame: {{width: 256, height: 256}}\n{SHOT}").found == []
    assert film.check(f"frame: {{width: 64, height: 64}}\n{SHOT}").found == []


def test_delivered_sides_are_even(film) -> None:
    checked = film.check(f"output: {{height: 767}}\n{SHOT}")
    assert checked.found == [("SB706", "767", "the output's height must be even")]
    assert checked.only.help == ("write 766 or 768; video stores colour for every second pixel")


def test_more_steps_than_lcm_has_are_an_error(film) -> None:
    allowed = film.check(f"sampling: {{steps: 40}}\n{SHOT}")
    assert [severity for severity, *_ in allowed.found] == ["warning SB704"]
    checked = film.check(f"sampling: {{steps: 41}}\n{SHOT}")
    assert checked.found[-1] == (
        "SB704",
        "41",
        "`fast` (LCM) cannot take 41 steps with pack `tiny`",
    )
