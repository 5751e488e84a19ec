"""Every part of a document knows where it was written, down to the characters of a text."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from animegen.storyboard.place import Span
from animegen.storyboard.yaml.compose import Composer
from animegen.storyboard.yaml.node import NodeMarks
from animegen.storyboard.yaml.text import Text


def marks_of(text: str) -> NodeMarks:
    text = textwrap.dedent(text)
    whole = Text(text)
    return NodeMarks(root=Composer(whole).compose(), text=whole)


def cut(text: str, span: Span) -> str:
    """Return what a span of one line covers."""
    assert span.line == span.end_line
    return textwrap.dedent(text).splitlines()[span.line - 1][span.column - 1 : span.end_column - 1]


DOCUMENT = """\
title: Rain
frame: {width: 256, fps: 8}   # a comment
shots:
  - id: one
    loras: [pastel, {use: flat, weight: 0.3}]
    let: &all
      weather: &w "rain"
  - id: two
    let: *all
  - <<: {duration: 3s}
    negative: *w
    caption:
"""


@pytest.mark.parametrize(
    ("where", "key", "value"),
    [
        (("title",), "title", "Rain"),
        (("frame",), "frame", "{width: 256, fps: 8}"),
        (("frame", "fps"), "fps", "8"),
        (("shots", 0, "loras", 0), "pastel", "pastel"),
        (("shots", 0, "loras", 1, "weight"), "weight", "0.3"),
        (("shots", 0, "let", "weather"), "weather", '"rain"'),
        (("shots", 1, "let", "weather"), "weather", '"rain"'),
        (("shots", 2, "duration"), "duration", "3s"),
        (("shots", 2, "negative"), "negative", '"rain"'),
        (("shots", 2, "caption"), "caption", ""),
        (("frame", "height"), "frame", "{width: 256, fps: 8}"),
        (("frame", "fps", "deeper"), "fps", "8"),
        (("shots", 0, "loras", 7), "loras", "[pastel, {use: flat, weight: 0.3}]"),
    ],
)
def test_key_and_value(where, key, value):
    marks = marks_of(DOCUMENT)
    assert cut(DOCUMENT, marks.key(where)) == key
    assert cut(DOCUMENT, marks.value(where)) == value


def test_a_block_ends_with_its_last_value_and_not_where_the_next_key_begins():
    marks = marks_of("shots:\n  - id: one\n    seed: 1\n\n# a comment\nseed: 2\n")
    assert marks.value(("shots",)) == Span(2, 3, 3, 12)
    assert marks.value(("shots", 0)) == Span(2, 5, 3, 12)


def test_columns_count_characters():
    marks = marks_of("title: 雨の川\nlet: {雨: 𝄞, b: x}\n")
    assert marks.value(("title",)) == Span(1, 8, 1, 11)
    assert marks.value(("let", "b")) == Span(2, 16, 2, 17)


STYLES = {
    "plain": "text: a girl  {{ mina }} runs\n",
    "plain over lines": "text: a girl\n  {{ mina }}\n\n  runs\n",
    "single": "text: 'a girl''s {{ mina }} runs'\n",
    "single over lines": "text: 'a\n  girl''s\n\n  {{ mina }} runs'\n",
    "double": 'text: "a \\"girl\\" \\u00e9\\t{{ mina }} runs"\n',
    "double over lines": 'text: "a girl\\\n    \\ and\n\n   {{ mina }} \\x41 runs"\n',
    "literal": "text: |\n  a girl\n    and {{ mina }}\n\n  runs\n",
    "literal with a header": "text: |2-  # on mina\n   a girl\n    and {{ mina }}\n  runs\n",
    "literal like its header": "text: |  # {{ mina\n  {{ mina }} runs\n",
    "folded": "text: >-\n  a girl\n  and\n\n    more\n\n  {{ mina }}\n  runs\n",
    "anchored": "text: &a 'x {{ mina }}'\n",
    "wide": 'text: "雨の{{ mina }}川"\n',
}


@pytest.mark.parametrize("style", STYLES)
def test_within(style):
    text = STYLES[style]
    marks = marks_of(text)
    value = marks.root.value["text"]
    start = value.index("mina")
    span = marks.within(("text",), start, start + 4)
    assert cut(text, span) == "mina"
    assert "mina" not in "".join(text.splitlines()[span.line :])
    whole = marks.within(("text",), 0, len(value))
    assert (whole.line, whole.column) <= (marks.within(("text",), start, start)[:2])


def test_within_ends_with_its_last_character_and_not_where_the_next_one_stands():
    text = 'text: "girl\\\n  boy"\n'
    marks = marks_of(text)
    assert marks.root.value["text"] == "girlboy"
    assert cut(text, marks.within(("text",), 0, 4)) == "girl"


def test_within_an_aliased_text_is_where_it_was_written():
    text = "a: &a |\n  x\n  {{ mina }}\nb: *a\n"
    span = marks_of(text).within(("b",), 5, 9)
    assert span == Span(3, 6, 3, 10)


def test_within_something_that_is_no_text_is_all_of_it():
    assert marks_of("let: {a: 256}\n").within(("let", "a"), 1, 2) == Span(1, 10, 1, 13)


words = st.text("ab'\"\\ \té雨:#{}|>-", min_size=1, max_size=12).filter(str.strip)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(lines=st.lists(words, min_size=1, max_size=4), style=st.sampled_from(["'", '"', "|", ">"]))
def test_every_visible_character_of_a_value_is_found_in_the_file(lines, style):
    if style == "'":
        text = "t: '" + "\n  ".join(line.replace("'", "''") for line in lines) + "'\n"
    elif style == '"':
        escaped = (line.replace("\\", "\\\\").replace('"', '\\"') for line in lines)
        text = 't: "' + "\n  ".join(escaped) + '"\n'
    else:
        text = f"t: {style}2\n" + "".join(f"  {line}\n" for line in lines)
    marks = marks_of(text)
    written = text.splitlines()
    for index, character in enumerate(marks.root.value["t"]):
        if not character.isspace():
            line, column, *_ = marks.within(("t",), index, index + 1)
            shown = written[line - 1][column - 1]
            assert shown == character or (shown == "\\" and character in '"\\')
