"""How findings are printed: carets under the right columns, colours on request, stable JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from animegen.storyboard.diagnose import (
    in_order,
    render_concise,
    render_full,
    render_json,
    summarize,
)
from animegen.storyboard.diagnose_snippet import WIDEST, snippet
from animegen.storyboard.diagnostic import Diagnostic
from animegen.storyboard.place import Source, Span

SOURCE = Source(path=Path("film.yaml"), text="a: 1\n" * 8 + "shots: x\na: 2\n")
ERROR = Diagnostic(
    code="SB201",
    severity="error",
    message="a duration must be longer than zero",
    span=Span(9, 8, 9, 9),
    help="write 3",
    related=((Span(10, 1, 10, 2), "see here"),),
)
WARNING = Diagnostic(code="SB703", severity="warning", message="too strong", span=Span(1, 4, 1, 5))
NOTE = Diagnostic(code="SB705", severity="note", message="long", span=None, help="shorten it")


def test_full():
    assert render_full([ERROR, WARNING, NOTE], SOURCE, color=False) == (
        """\
film.yaml:9:8: error[SB201]: a duration must be longer than zero
   |
 9 | shots: x
   |        ^
  ::: film.yaml:10:1
10 | a: 2
   | - see here
   |
   = help: write 3

film.yaml:1:4: warning[SB703]: too strong
  |
1 | a: 1
  |    ^

film.yaml: note[SB705]: long
  = help: shorten it

1 error, 1 warning, 1 note
"""
    )


def test_concise():
    assert render_concise([ERROR, NOTE], SOURCE) == (
        "film.yaml:9:8: error[SB201]: a duration must be longer than zero\n"
        "film.yaml: note[SB705]: long\n"
    )


def test_colours_only_wrap_the_plain_text():
    colored = render_full([ERROR, WARNING], SOURCE, color=True)
    assert "\x1b[1;31merror[SB201]\x1b[0m" in colored
    assert "\x1b[1;33mwarning[SB703]\x1b[0m" in colored
    plain = colored
    for code in ("0", "1", "1;31", "1;33", "1;34"):
        plain = plain.replace(f"\x1b[{code}m", "")
    assert plain == render_full([ERROR, WARNING], SOURCE, color=False)


def test_json():
    assert json.loads(render_json([ERROR, NOTE], SOURCE)) == {
        "version": 1,
        "file": "film.yaml",
        "errors": 1,
        "warnings": 0,
        "notes": 1,
        "diagnostics": [
            {
                "code": "SB201",
                "severity": "error",
                "message": "a duration must be longer than zero",
                "help": "write 3",
                "span": {"line": 9, "column": 8, "end_line": 9, "end_column": 9},
                "related": [
                    {
                        "span": {"line": 10, "column": 1, "end_line": 10, "end_column": 2},
                        "message": "see here",
                    }
                ],
            },
            {
                "code": "SB705",
                "severity": "note",
                "message": "long",
                "help": "shorten it",
                "span": None,
                "related": [],
            },
        ],
    }


def test_order_is_by_place_and_the_whole_file_comes_first():
    assert in_order([ERROR, WARNING, NOTE]) == (NOTE, WARNING, ERROR)


@pytest.mark.parametrize(
    ("found", "summary"),
    [([], ""), ([ERROR, ERROR], "2 errors"), ([NOTE, WARNING, WARNING], "2 warnings, 1 note")],
)
def test_summary(found, summary):
    assert summarize(found) == summary


@pytest.mark.parametrize(
    ("line", "columns", "shown", "marks"),
    [
        ("key: value", (6, 11), "key: value", "     ^^^^^"),
        ("雨: 川の水", (4, 6), "雨: 川の水", "    ^^^^"),
        ("e\u0301: x", (5, 6), "e\u0301: x", "   ^"),
        ("\tkey: x", (2, 5), "    key: x", "    ^^^"),
        ("key:", (5, 5), "key:", "    ^"),
        ("a\x07b", (3, 4), "a\N{REPLACEMENT CHARACTER}b", "  ^"),
    ],
)
def test_marks_stand_under_what_they_mean(line, columns, shown, marks):
    start, end = columns
    assert snippet(line, Span(1, start, 1, end), "^") == (shown, marks)


def test_a_span_of_several_lines_is_marked_to_the_end_of_the_first():
    assert snippet("shots:  ", Span(1, 1, 4, 2), "^") == ("shots:  ", "^^^^^^")


@pytest.mark.parametrize("start", [1, 300, 590])
def test_a_long_line_is_clipped_around_the_mark(start):
    line = "".join(f"{number:04d} " for number in range(120))
    text, marks = snippet(line, Span(1, start, 1, start + 4), "^")
    assert len(text) <= WIDEST
    assert text[marks.index("^") :][:4] == line[start - 1 : start + 3]
    assert ("..." in text[:3]) == (start > 1)


def test_a_long_mark_is_clipped_itself():
    text, marks = snippet("x" * 500, Span(1, 1, 1, 501), "^")
    assert len(text) <= WIDEST
    assert marks == "^" * len(text)
