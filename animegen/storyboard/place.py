"""Places in a storyboard file. Lines and columns count from 1, columns in characters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from pathlib import Path


Where = tuple[str | int, ...]
"""A path into the document as the user wrote it: ("shots", 0, "transition", "crossfade")."""


class Span(NamedTuple):
    """A stretch of the file, half-open."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, kw_only=True)
class Source:
    """The file as text."""

    path: Path
    text: str

    @property
    def lines(self) -> list[str]:
        """The file's lines without their ends."""
        return self.text.splitlines()


class Marks(Protocol):
    """Where each part of the document stands."""

    def key(self, where: Where) -> Span:
        """Return the span of the key (or of the list entry) at `where`, or its nearest ancestor."""

    def value(self, where: Where) -> Span:
        """Return the span of the value at `where`, or of its nearest ancestor."""

    def within(self, where: Where, start: int, end: int) -> Span:
        """Return the span of characters `start:end` of the text at `where`, in any scalar style."""
