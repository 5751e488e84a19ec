"""The `vary:` block: what is wrong with it, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from animegen.storyboard.diagnose import render_full
from animegen.storyboard.load import load

if TYPE_CHECKING:
    from tests.storyboard.conftest import Scratch

LET = "let: {weather: rain, count: 3, night: true}\n"


@pytest.mark.parametrize(
    "block",
    [
        "vary: {weather: [rain, snow]}",
        "vary: {weather: [rain], count: [1, 2.5], night: [true, false]}",
        "vary: {weather: [3, true]}",
        "vary: {seed: [1, 2], quality: [draft, high]}",
        "vary: {}",
    ],
)
def test_good_blocks(scratch: Scratch, block: str):
    assert scratch.top(f"{LET}{block}\n").findings() == ()


def test_a_variable_of_that_name_wins_over_the_word(scratch: Scratch):
    scratch.top("let: {seed: of evil, quality: good}\nvary: {seed: [apple], quality: [bad]}\n")
    assert scratch.findings() == ()


def test_the_variables_of_shots_can_be_varied(scratch: Scratch):
    scratch.film(
        "version: 1\ntitle: Rain\nvary: {coat: [red, blue]}\nshots:\n"
        "  - {id: one, duration: 3s, prompt: '{{ coat }}', let: {coat: red}}\n"
    )
    assert scratch.findings() == ()


def told(scratch: Scratch) -> str:
    """Return what is printed, without the count at the end."""
    text = render_full(scratch.findings(), load(scratch.path).source, color=False)
    return text.rsplit("\n\n", 1)[0]


def test_an_unknown_variable_is_told_at_its_name(scratch: Scratch):
    assert told(scratch.top(LET + "vary: {wether: [rain, snow]}\n")) == (
        """\
film.yaml:4:8: error[SB501]: `vary` names `wether`, and the storyboard has no such variable
  |
4 | vary: {wether: [rain, snow]}
  |        ^^^^^^
  |
  = help: did you mean `weather`?"""
    )


@pytest.mark.parametrize(
    ("block", "place", "code", "message", "help"),
    [
        ("vary: {weather: []}", (4, 17), "SB109", "`weather` needs at least 1 entry", ""),
        (
            "vary: {weather: rain}",
            (4, 17),
            "SB103",
            "`weather` must be a list, not the text 'rain'",
            "write it in brackets: [rain]",
        ),
        (
            "vary: {weather: [rain, [snow]]}",
            (4, 24),
            "SB103",
            "a variable is a text, a number, true or false",
            "write a single value, such as `weather: rain` or `count: 3`",
        ),
        (
            "vary: {weather: [rain, snow, rain]}",
            (4, 17),
            "SB109",
            "`rain` is listed twice",
            "take one of them out",
        ),
        ("vary: {count: [1, many]}", (4, 19), "SB103", "`count` is a number in the storyboard", ""),
        (
            "vary: {night: [dark]}",
            (4, 16),
            "SB103",
            "`night` is true or false in the storyboard",
            "",
        ),
        ("vary: {seed: [1, -2]}", (4, 18), "SB103", "`seed` must be a whole number from 0", ""),
        ("vary: {seed: [1.5]}", (4, 15), "SB103", "`seed` must be a whole number from 0", ""),
        (
            "vary: {quality: [best, hihg]}",
            (4, 24),
            "SB104",
            "`quality` cannot be `hihg`",
            "did you mean `high`?",
        ),
    ],
)
def test_what_is_wrong_is_told_where_it_stands(
    scratch: Scratch, block: str, place: tuple[int, int], code: str, message: str, help: str
):
    finding = scratch.top(f"{LET}{block}\n").findings()[-1]
    assert finding.span is not None
    assert (finding.span[:2], finding.code) == (place, code)
    assert (finding.message, finding.help) == (message, help)


def test_several_mistakes_come_at_once(scratch: Scratch):
    scratch.top(LET + "vary: {wether: [rain], count: [x, y], quality: [best]}\n")
    assert [finding.code for finding in scratch.findings()] == ["SB501", "SB103", "SB103", "SB104"]
