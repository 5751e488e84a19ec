"""Editing a lock's text: the lines that must change do, and no others."""

from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from animegen.storyboard.lock_text import edited, spelled
from animegen.storyboard.yaml.compose import Composer, Refused
from animegen.storyboard.yaml.text import Text


def root(text: str):
    try:
        return Composer(Text(text)).compose()
    except Refused:
        return None


def edit(text: str, wanted) -> str:
    return edited(text, root(text), wanted)


WRITTEN = dedent("""\
    # What we agreed on.
    version: 1

    takes:
        # The windy ones.
        roof:   2   # Ana's
        'river': 3
    # Drawn in May.
    choices:
      roof:
        __weather__: rain
    """)


@pytest.mark.parametrize(
    ("takes", "old", "new"),
    [
        ({"roof": 4, "river": 3}, "roof:   2   # Ana's", "roof:   4   # Ana's"),
        (
            {"roof": 2, "river": 3, "sea": 5},
            "    'river': 3\n",
            "    'river': 3\n    sea: 5\n",
        ),
        ({"river": 3}, "    roof:   2   # Ana's\n", ""),
        ({"roof": 2}, "    'river': 3\n", ""),
        ({}, "    roof:   2   # Ana's\n    'river': 3\n", ""),
        ({"sea": 5}, "    roof:   2   # Ana's\n    'river': 3\n", "    sea: 5\n"),
    ],
)
def test_one_line_changes(takes, old, new) -> None:
    wanted = {"version": 1, "takes": takes, "choices": {"roof": {"__weather__": "rain"}}}
    assert edit(WRITTEN, wanted) == WRITTEN.replace(old, new)


def test_a_section_that_was_emptied_is_filled_at_its_place() -> None:
    text = "version: 1\ntakes:  # none yet\nchoices: {}\n"
    wanted = {"version": 1, "takes": {"roof": 2}, "choices": {}}
    assert edit(text, wanted) == "version: 1\ntakes:  # none yet\n  roof: 2\nchoices: {}\n"


def test_what_stands_in_braces_goes_on_lines_of_its_own() -> None:
    text = "{version: 1, takes: {roof: 2}}\n"
    assert edit(text, {"version": 1, "takes": {"roof": 2, "sea": 3}}) == (
        "version: 1\ntakes:\n  roof: 2\n  sea: 3\n\n"
    )
    text = "version: 1\ntakes: {roof: 2}  # yes\n"
    assert edit(text, {"version": 1, "takes": {"roof": 2, "sea": 3}}) == (
        "version: 1\ntakes:\n  roof: 2\n  sea: 3  # yes\n"
    )


def test_line_ends_stay_and_a_missing_last_one_is_added() -> None:
    text = "version: 1\r\ntakes:\r\n  roof: 2"
    assert edit(text, {"version": 1, "takes": {"roof": 3, "sea": 4}}) == (
        "version: 1\r\ntakes:\r\n  roof: 3\r\n  sea: 4\r\n"
    )


def test_a_file_of_comments_is_continued() -> None:
    assert edit("# Ours.\n", {"version": 1}) == "# Ours.\nversion: 1\n"
    assert edit("", {"version": 1, "takes": {}}) == "version: 1\ntakes: {}\n"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("rain, neon light", "rain, neon light"),
        ("__weather__", "__weather__"),
        ("loras/own.safetensors", "loras/own.safetensors"),
        ("{red|blue}", '"{red|blue}"'),
        ("", '""'),
        ("null", '"null"'),
        ("1", '"1"'),
        ("a: b", '"a: b"'),
        ("two\nlines", '"two\\nlines"'),
        ("雨の夜", "雨の夜"),
        ("a\u2028b", '"a\\u2028b"'),
        ("0" * 64, f'"{"0" * 64}"'),
        ("1e" + "0" * 62, f'"1e{"0" * 62}"'),
        ("0a" + "0" * 62, "0a" + "0" * 62),
        (3, "3"),
    ],
)
def test_values_are_written_on_one_line(value, text) -> None:
    assert spelled(value) == text


texts = st.text(
    st.characters(exclude_categories=("Cs", "Cn"), exclude_characters="\0"), max_size=12
).filter(lambda text: text != "<<")
names = texts.filter(lambda text: text.strip())
documents = st.fixed_dictionaries(
    {"version": st.just(1)},
    optional={
        "takes": st.dictionaries(names, st.integers(1, 16), max_size=4),
        "choices": st.dictionaries(names, st.dictionaries(texts, texts, max_size=3), max_size=3),
    },
)


def full(value):
    """Return `value` without what an emptied section may look like."""
    if not isinstance(value, dict):
        return value
    return {key: full(one) for key, one in value.items() if one is not None and one != {}}


@given(documents, documents)
def test_any_edit_reads_back_as_what_was_wanted(before, after) -> None:
    text = edit("# top\n", before)
    assert full(root(text).value) == full(before)
    new = edit(text, after)
    assert full(root(new).value) == full(after)
    assert new.startswith("# top\n")
    assert edit(new, after) == new


def test_a_very_long_name_can_be_read_back() -> None:
    name = "{" + "|".join(f"a long alternative {number}" for number in range(100)) + "}"
    text = edit("", {"version": 1, "choices": {"roof": {name: "a long alternative 7"}}})
    assert root(text).value["choices"]["roof"] == {name: "a long alternative 7"}
    assert edit(text, {"version": 1, "choices": {"roof": {}}}) == (
        "version: 1\nchoices:\n  roof:\n"
    )
