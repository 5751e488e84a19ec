"""Finds where a prompt leaves a choice open: `{red|blue}` and `__weather__`. Makes none."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from animegen.storyboard.prompts.problem import Problem

_MARK = re.compile(r"[{}|]|__(?P<wildcard>[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*)__")


class Slot(NamedTuple):
    """A choice as written, `start:end` in its text."""

    text: str
    start: int
    end: int
    bars: tuple[int, ...] = ()
    """Where the `|` between the alternatives stand."""
    wildcard: str | None = None

    def options(self) -> tuple[str, ...]:
        """Return the alternatives between the braces."""
        edges = (0, *(bar - self.start for bar in self.bars), len(self.text) - 1)
        return tuple(self.text[left + 1 : right].strip() for left, right in pairwise(edges))


def find_slots(text: str) -> tuple[list[Slot], list[Problem]]:
    """Return the outermost choices of a text, in order, and its stray braces (SB505)."""
    scan = _Scan(text)
    for mark in _MARK.finditer(text):
        scan.take(mark)
    for place in scan.opened:
        scan.warn("`{` is never closed", place, place + 1)
    return scan.slots, scan.problems


class _Scan:
    def __init__(self, text: str) -> None:
        self.text = text
        self.slots: list[Slot] = []
        self.problems: list[Problem] = []
        self.opened: list[int] = []
        self.bars: list[int] = []

    def take(self, mark: re.Match[str]) -> None:
        start, end = mark.span()
        if mark[0] == "{":
            self.opened.append(start)
        elif mark[0] == "}":
            self._close(start, end)
        elif mark[0] == "|":
            self.bars += [start] if len(self.opened) == 1 else []
        elif not self.opened:
            self.slots.append(Slot(mark[0], start, end, wildcard=mark["wildcard"]))

    def _close(self, start: int, end: int) -> None:
        if not self.opened:
            self.warn("`}` closes nothing", start, end)
            return
        first = self.opened.pop()
        if self.opened:
            return
        slot = Slot(self.text[first:end], first, end, tuple(self.bars))
        self.bars = []
        if slot.bars:
            self.slots.append(slot)
        else:
            inside = slot.text[1:-1].strip()
            self.warn(f"`{slot.text}` has nothing to choose from", first, end, inside)

    def warn(self, message: str, start: int, end: int, inside: str = "name") -> None:
        name = inside if inside.isidentifier() else "name"
        self.problems.append(
            Problem(
                code="SB505",
                severity="warning",
                message=message,
                start=start,
                end=end,
                help=f"write `{{{{ {name} }}}}` for a variable, or `{{a|b}}` for a choice",
            )
        )
