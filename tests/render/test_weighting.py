"""The field's prompt syntax, read as A1111 reads it."""

from __future__ import annotations

import pytest

from animegen.render.weighting import Fragment, parse_prompt, plain_text


@pytest.mark.parametrize(
    ("text", "fragments"),
    [
        ("a cat", [("a cat", 1.0)]),
        ("a (cat:1.4) here", [("a", 1.0), ("cat", 1.4), ("here", 1.0)]),
        ("(cat)", [("cat", 1.1)]),
        ("[cat]", [("cat", 0.909091)]),
        ("((cat))", [("cat", 1.21)]),
        ("(a (cat:2) b:1.5)", [("a", 1.5), ("cat", 3.0), ("b", 1.5)]),
        ("(cat: 1.2 )", [("cat", 1.2)]),
        ("(cat:.5)", [("cat", 0.5)]),
        (r"saber \(fate\), (x:1.2)", [("saber (fate),", 1.0), ("x", 1.2)]),
        ("time 12:30 now", [("time 12:30 now", 1.0)]),
        ("a (cat", [("a", 1.0), ("cat", 1.1)]),
        ("a cat) b", [("a cat) b", 1.0)]),
        ("a cat:1.2) b", [("a cat:1.2) b", 1.0)]),
        ("(a] b)", [("a] b", 1.1)]),
        ("", [("", 1.0)]),
        ("  ()  ", [("", 1.0)]),
    ],
)
def test_fragments(text, fragments):
    (chunk,) = parse_prompt(text)
    assert chunk == tuple(Fragment(*fragment) for fragment in fragments)


def test_break_splits_chunks():
    assert parse_prompt("a (b:2) BREAK c BREAKING") == (
        (Fragment("a"), Fragment("b", 2.0)),
        (Fragment("c BREAKING"),),
    )


def test_plain_text_has_no_weights():
    assert plain_text("a (cat:1.4), [b] BREAK c") == "a cat , b c"
