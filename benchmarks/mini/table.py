"""The benchmark's results: rows of figures, kept as JSON after every part, shown as a table.

Unaware of how anything is measured.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    Form = Callable[[float], str]

ABSENT = "not in this pack"
_HEAD = ("figure", "reached", "goal", "beside it")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One figure: what was `reached`, the `goal`, and what to hold beside it.

    `met` is None where there is no goal, or nothing was measured. `value` is the bare number.
    """

    figure: str
    reached: str
    goal: str = ""
    beside: str = ""
    met: bool | None = None
    value: float | None = None


def percent(share: float) -> str:
    """Return a share as text."""
    return f"{100 * share:.1f} %"


def at_least(
    figure: str, value: float, goal: float | None, *, beside: str = "", form: Form = "{:.2f}".format
) -> Row:
    """Return the row of a figure that should be `goal` or more; `form` writes both."""
    return _row(figure, value, goal, ">=", value >= (goal or 0), beside, form)


def at_most(
    figure: str, value: float, goal: float | None, *, beside: str = "", form: Form = "{:.2f}".format
) -> Row:
    """Return the row of a figure that should be `goal` or less; `form` writes both."""
    return _row(figure, value, goal, "<=", value <= (goal or 0), beside, form)


def _row(
    figure: str,
    value: float,
    goal: float | None,
    sign: str,
    met: bool,
    beside: str,
    form: Form,
) -> Row:
    return Row(
        figure=figure,
        reached=form(value),
        goal="" if goal is None else f"{sign} {form(goal)}",
        beside=beside,
        met=None if goal is None else met,
        value=round(value, 5),
    )


def absent(figure: str, name: str) -> Row:
    """Return the row of what could not be measured, for `name` is missing."""
    return Row(figure=figure, reached=f"{ABSENT}: {name}")


@dataclass(kw_only=True)
class Results:
    """The rows of each part, and what was measured where; `path` is written after every part."""

    path: Path
    about: dict[str, str]
    parts: dict[str, list[Row]]

    def add(self, part: str, rows: Iterable[Row]) -> None:
        """Keep the rows of a part, in place of earlier ones.

        What another process has written since stays: parts may be measured side by side.
        """
        if self.path.exists():
            self.parts |= read(self.path).parts
        self.parts[part] = list(rows)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        data = {
            "about": self.about,
            "parts": {part: [asdict(row) for row in rows] for part, rows in self.parts.items()},
        }
        beside = self.path.with_suffix(f".{os.getpid()}")
        beside.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
        beside.rename(self.path)


def read(path: Path) -> Results:
    """Return the results in a file."""
    data = json.loads(path.read_text(encoding="utf-8"))
    parts = {part: [Row(**row) for row in rows] for part, rows in data["parts"].items()}
    return Results(path=path, about=data["about"], parts=parts)


def plain(rows: Iterable[Row]) -> str:
    """Return rows as aligned text, a mark before each that has a goal."""
    lines = []
    for row in rows:
        mark = {True: "+", False: "-", None: " "}[row.met]
        goal = f"   goal {row.goal}" if row.goal else ""
        beside = f"   ({row.beside})" if row.beside else ""
        lines.append(f"  {mark} {row.figure:42} {row.reached:>12}{goal}{beside}")
    return "\n".join(lines)


def markdown(rows: Iterable[Row]) -> str:
    """Return rows as a Markdown table; what meets its goal is bold."""
    lines = [f"| {' | '.join(_HEAD)} |", "|---|---|---|---|"]
    for row in rows:
        reached = f"**{row.reached}**" if row.met else row.reached
        lines.append(f"| {row.figure} | {reached} | {row.goal} | {row.beside} |")
    return "\n".join(lines)
