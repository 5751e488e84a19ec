"""The Markdown of `--about`: what is understood, and that everything else stays text."""

from __future__ import annotations

from xml.sax.saxutils import escape

import pytest

from animegen.report.handin.markdown import Block, inline, read_markdown


def test_blocks() -> None:
    text = "# Title #\none\ntwo\n\n- a\n  more\n* b\n3. c\n\n## Sub\n"
    assert read_markdown(text) == [
        Block("heading", "Title", 1), Block("text", "one two"), Block("bullet", "a more"),
        Block("bullet", "b"), Block("number", "c", 3), Block("heading", "Sub", 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("a **b** *c* _d_", "a <b>b</b> <i>c</i> <i>d</i>"),
        ("snake_case_name 2*3*4", "snake_case_name 2*3*4"),
        ("`<x>`", '<font color="#111111">&lt;x&gt;</font>'),
        ("<b>no</b> & more", "&lt;b&gt;no&lt;/b&gt; &amp; more"),
        (
            "[here](https://a.org/?x=1&y)",
            '<a href="https://a.org/?x=1&amp;y" color="#111111">here</a>',
        ),
        ("see https://a.org.", 'see <a href="https://a.org" color="#111111">https://a.org</a>.'),
        ("[no](javascript:alert)", "[no](javascript:alert)"),
        ("before ![art](art.png) after", "before  after"),
    ],
)
def test_inline(text: str, markup: str) -> None:
    assert inline(text, escape, link_color="#111111") == markup


def test_a_picture_alone_is_left_out() -> None:
    assert read_markdown("![art](art.png)\n\nwords") == [Block("text", "words")]
