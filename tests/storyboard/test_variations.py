"""The product of variations, and names for it that every file system keeps apart."""

from __future__ import annotations

import pytest

from animegen.storyboard.variations import Axis, merge_axes, spell, vary


def axis(name: str, *values: str) -> Axis:
    return Axis(name=name, values=values)


def folders(*axes: Axis) -> list[str]:
    return [variation.folder for variation in vary(axes)]


def test_the_last_axis_turns_fastest():
    found = vary([axis("weather", "rain", "snow"), axis("mood", "calm", "tense")])
    assert [variation.label for variation in found] == [
        "weather=rain, mood=calm",
        "weather=rain, mood=tense",
        "weather=snow, mood=calm",
        "weather=snow, mood=tense",
    ]
    assert found[1].folder == "weather=rain,mood=tense"
    assert found[1].settings == {"weather": "rain", "mood": "tense"}


def test_an_axis_of_the_command_line_takes_the_place_of_the_blocks():
    block = [axis("weather", "rain", "snow"), axis("mood", "calm")]
    given = [axis("coat", "red"), axis("weather", "fog")]
    merged = merge_axes(block, given)
    assert merged == (axis("weather", "fog"), axis("mood", "calm"), axis("coat", "red"))


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("rain", "v=rain"),
        ("heavy rain", "v=heavy-rain"),
        ("a/b\\c:d*e?f", "v=a-b-c-d-e-f"),
        ("../..", "v=..-"),
        ("<script>alert(1)</script>", "v=-script-alert-1-script"),
        ("0.5", "v=0.5"),
        ("-1", "v=-1"),
        ("crème brûlée", "v=crème-brûlée"),
        ("雨", "v=雨"),
        ("cre\u0300me", "v=crème"),
        ("end. ", "v=end"),
        ("a\nb", "v=a-b"),
        ("", "v="),
    ],
)
def test_odd_values_make_safe_names(value: str, name: str):
    (folder,) = folders(axis("v", value))
    assert folder.rstrip("-. ") == name.rstrip("-. ")
    assert not set(folder) & set('/\\:*?"<>|\n')
    assert not folder.endswith((".", " "))


@pytest.mark.parametrize(
    "values",
    [
        ("a b", "a-b"),
        ("Rain", "rain"),
        ("a.", "a"),
        ("ﬁn", "fin"),
        ("x" * 50 + "1", "x" * 50 + "2"),
    ],
)
def test_values_that_would_share_a_name_do_not(values: tuple[str, str]):
    one, two = folders(axis("v", *values))
    assert one.casefold() != two.casefold()
    # Which name a value has does not depend on the order in which the values stand.
    assert folders(axis("v", *reversed(values))) == [two, one]


def test_a_folder_is_never_too_long_for_a_disk():
    axes = [axis("v" * 64 + str(number), "雨" * 100, "雪" * 100) for number in range(5)]
    found = folders(*axes)
    assert len(set(found)) == 32
    assert max(len(folder.encode()) for folder in found) <= 180


@pytest.mark.parametrize(
    ("value", "text"), [("rain", "rain"), (True, "true"), (False, "false"), (3, "3"), (0.5, "0.5")]
)
def test_values_are_spelt_as_set_reads_them(value: str | bool | float, text: str):
    assert spell(value) == text
