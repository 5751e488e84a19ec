"""A text that remembers where its characters came from. Unaware of what the text means.

A prompt is rendered, its choices are made, its LoRAs are taken out; a caret must still point at
what the user wrote.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Piece(NamedTuple):
    """A stretch of text and the half-open range of source characters it came from."""

    text: str
    start: int
    end: int
    exact: bool
    """Each character is the source's own; otherwise the whole range made the whole text."""

    def cut(self, begin: int, end: int) -> Piece:
        """Return characters `begin:end` of the piece."""
        if not self.exact:
            return self._replace(text=self.text[begin:end])
        return Piece(self.text[begin:end], self.start + begin, self.start + end, exact=True)


class Edit(NamedTuple):
    """Put `text` in place of the characters `start:end`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Traced:
    """Pieces laid end to end."""

    pieces: tuple[Piece, ...]

    @classmethod
    def plain(cls, text: str) -> Traced:
        """Return a text that is its own source."""
        return cls((Piece(text, 0, len(text), exact=True),))

    @cached_property
    def text(self) -> str:
        """The whole text."""
        return "".join(piece.text for piece in self.pieces)

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Return the source range that characters `start:end` came from."""
        parts = list(self._between(start, max(end, start + 1)))
        if not parts:
            last = self.pieces[-1].end if self.pieces else 0
            return last, last
        return parts[0].start, max(parts[-1].end, parts[0].start)

    def edited(self, edits: Iterable[Edit]) -> Traced:
        """Return the text after `edits`, which are sorted and do not overlap."""
        pieces: list[Piece] = []
        position = 0
        for edit in edits:
            pieces += self._between(position, edit.start)
            pieces.append(Piece(edit.text, *self.origin(edit.start, edit.end), exact=False))
            position = edit.end
        pieces += self._between(position, len(self.text))
        return Traced(tuple(pieces))

    def _between(self, start: int, end: int) -> Iterator[Piece]:
        at = 0
        for piece in self.pieces:
            begin, stop = max(start - at, 0), min(end - at, len(piece.text))
            if begin < stop:
                yield piece.cut(begin, stop)
            at += len(piece.text)
