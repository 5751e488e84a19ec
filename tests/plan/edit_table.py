"""The edit matrix as a table in Markdown, for docs/incremental.md.

PYTHONPATH=tests:tests/plan python -m edit_table
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from edit_rows import ALL, DELIVERY, MOVING, ROWS

if TYPE_CHECKING:
    from edit_rows import Row

_RUNS = {
    "": "nothing",
    ALL: "everything",
    DELIVERY: "all clips, the film",
    MOVING: "all but keyframes and their maps",
}


def table() -> str:
    """Return a row for each edit: what it is, what runs, what is told."""
    rows = [f"| {_edit(row)} | {_runs(row)} | {_told(row)} |" for row in ROWS]
    return "\n".join(["| edit | what runs | the cause that is told |", "|---|---|---|", *rows, ""])


def _edit(row: Row) -> str:
    return f"{row.name} ({row.because})" if row.because else row.name


def _runs(row: Row) -> str:
    return _RUNS.get(row.runs) or ", ".join(f"`{node}`" for node in row.runs.split())


def _told(row: Row) -> str:
    return ", ".join(f"`{name}`" if "`" not in name else name for name in row.told) or "-"


if __name__ == "__main__":
    print(table(), end="")
