"""One line of a file with a mark under a part of it, as wide as it looks on a terminal."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from animegen.storyboard.place import Span

WIDEST = 100
"""Terminal columns of the file's text; a longer line is clipped around the mark."""
_TAB = "    "
_MORE = "..."


def snippet(line: str, span: Span, mark: str) -> tuple[str, str]:
    """Return the line as it is shown, and the line of marks below it.

    A span of several lines is marked to the end of its first.
    """
    start = min(span.column - 1, len(line))
    end = span.end_column - 1 if span.end_line == span.line else len(line.rstrip())
    before, marked, after = line[:start], line[start : max(start, end)], line[max(start, end) :]
    before, marked, after = _clip(_visible(before), _visible(marked), _visible(after))
    return before + marked + after, " " * _width(before) + mark * max(1, _width(marked))


def _clip(before: str, marked: str, after: str) -> tuple[str, str, str]:
    """Shorten what is too wide: first what follows the mark, then what precedes it, then itself."""
    if _width(before + marked + after) <= WIDEST:
        return before, marked, after
    marked = _cut(marked, WIDEST // 2)
    after = _cut(after, max(WIDEST - _width(before + marked), WIDEST // 4))
    room = WIDEST - _width(marked + after)
    if _width(before) > room:
        while _width(before) > room - len(_MORE):
            before = before[1:]
        before = _MORE + before
    return before, marked, after


def _cut(text: str, room: int) -> str:
    if _width(text) <= room:
        return text
    text = text[:room]
    while _width(text) > room - len(_MORE):
        text = text[:-1]
    return text + _MORE


def _visible(text: str) -> str:
    """Replace tabs by spaces, and what has no shape of its own by a replacement character."""
    return "".join(
        _TAB if one == "\t" else one if one.isprintable() else "\N{REPLACEMENT CHARACTER}"
        for one in text
    )


def _width(text: str) -> int:
    """Count terminal columns (UAX #11): wide characters take two, combining ones none."""
    return sum(
        0 if unicodedata.combining(one) else 2 if unicodedata.east_asian_width(one) in "WF" else 1
        for one in text
    )
