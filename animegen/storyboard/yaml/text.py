"""Offsets in a text as lines and columns. Unaware of YAML."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from animegen.storyboard.place import Span


class Text:
    """A text that knows on which line each of its characters stands."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *accumulate(len(line) for line in text.splitlines(keepends=True))]

    def span(self, start: int, end: int) -> Span:
        """Return the half-open span of the characters `start:end`."""
        return Span(*self.place(start), *self.place(max(start, end)))

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column, both from 1; past the end counts as the end of the last line."""
        offset = min(offset, len(self.text))
        line = max(bisect_right(self._starts, offset) - 1, 0)
        if line and self._starts[line] == len(self.text):
            # The end of the file is on its last line, not on one that does not exist.
            line -= 1
            offset = self._starts[line] + len(self.text[self._starts[line] :].rstrip("\r\n"))
        return line + 1, offset - self._starts[line] + 1

    def rest_of_line(self, offset: int) -> int:
        """Return the offset where the text of the line at `offset` ends."""
        end = self._starts[self.place(offset)[0]]
        return offset + len(self.text[offset:end].rstrip())
