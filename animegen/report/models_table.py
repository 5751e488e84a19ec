"""The parts of a pack as `storyboard models list` shows them. Unaware of how they are found."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from animegen.packs.parts import Part
    from animegen.packs.places import Found

MADE = "made by code on first use"
_UNITS = ((10**9, "GB"), (10**6, "MB"), (10**3, "kB"))


class Row(NamedTuple):
    """One part and where it lies."""

    part: Part
    found: Found | None
    bytes: int
    """Of its files that are read; 0 while it is missing."""
    made: bool = False
    """Whether code makes it."""


def models_table(rows: Sequence[Row]) -> str:
    """Return a table: part, whether it is here, its size, licence, marks, and its place."""
    cells = [(row.part.name, _state(row), _size(row), _licence(row), _marks(row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = []
    for row, texts in zip(rows, cells, strict=True):
        padded = "  ".join(
            text.ljust(width) for text, width in zip(texts, widths, strict=True) if width
        )
        lines.append(f"  {padded}  {_place(row)}".rstrip())
        if row.part.row.note:
            lines.append(f"      {row.part.row.note}")
    return "\n".join(lines) + "\n"


def origin(part: Part) -> str:
    """Return where a part would come from."""
    row = part.row
    if row.hub:
        return f"{row.hub} at {row.revision[:12]}"
    return f"yours to bring, as {row.path}"


def _state(row: Row) -> str:
    if row.made:
        return "made"
    return "here" if row.found else "missing"


def _size(row: Row) -> str:
    if not row.bytes:
        return row.part.row.size or "-"
    for unit, name in _UNITS:
        if row.bytes >= unit:
            number = row.bytes / unit
            return f"{number:.1f} {name}" if number < 10 else f"{number:.0f} {name}"
    return f"{row.bytes} B"


def _licence(row: Row) -> str:
    return row.part.row.licence or "-"


def _marks(row: Row) -> str:
    marks = {True: ["verified"], False: ["unverified"], None: []}[row.part.row.verified]
    return ", ".join([*marks, *(["experimental"] if row.part.row.experimental else [])])


def _place(row: Row) -> str:
    if row.made:
        return MADE
    return f"{row.found.place}: {row.found.path}" if row.found else origin(row.part)
