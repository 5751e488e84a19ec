"""The takes of shots as a table for people. Prints nothing itself; returns text."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_HEADINGS = ("shot", "take", "seed", "path", "")


class Row(NamedTuple):
    """One take and where it lies."""

    shot: str
    take: int
    seed: int
    path: str
    """Empty when it failed."""
    picked: bool


def takes_table(rows: Sequence[Row]) -> str:
    """Return a line for each take, the picked ones marked."""
    cells = [_HEADINGS, *map(_cells, rows)]
    shots, takes, seeds, paths, _ = (max(map(len, column)) for column in zip(*cells, strict=True))
    lines = [
        f"{shot:<{shots}}  {take:>{takes}}  {seed:>{seeds}}  {path:<{paths}}  {mark}"
        for shot, take, seed, path, mark in cells
    ]
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _cells(row: Row) -> tuple[str, ...]:
    mark = "picked" if row.picked else ""
    return row.shot, str(row.take), str(row.seed), row.path or "failed", mark
