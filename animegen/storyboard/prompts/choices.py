"""Makes a prompt's choices: `{red|blue}` and `__weather__`. Unaware of seeds, files and locks.

A choice depends on what was written and on who draws, never on where in the film it stands:
inserting a shot changes no other shot's choices.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from animegen.storyboard.prompts.problem import OUTPUT_LIMIT, Problem, PromptRefused, too_long
from animegen.storyboard.prompts.slots import Slot, find_slots
from animegen.storyboard.prompts.traced import Edit

if TYPE_CHECKING:
    from animegen.storyboard.prompts.traced import Traced

Draw = Callable[[str, int, tuple[str, ...]], str]
"""(what is written, how often it stood before in this text, its alternatives) to one of them."""

_MOST = 100
"""Choices in one text, and so the deepest that choices can nest."""


class WildcardRefused(Exception):
    """A `__wildcard__` has no lines to choose from."""

    def __init__(self, code: str, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.remedy = remedy


Lines = Callable[[str], tuple[str, ...]]
"""The lines of a wildcard; raises `WildcardRefused`."""


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """A text with its choices made."""

    text: Traced
    choices: dict[str, str]
    """What became of each `{...}` and `__...__`, by its text (the second of two: `{a|b} #2`)."""
    problems: tuple[Problem, ...]


def choose(traced: Traced, draw: Draw, lines: Lines) -> Chosen:
    """Make every choice in a text.

    Raises:
        PromptRefused: for a wildcard without lines (SB308), or choices out of bounds (SB504).
    """
    if "{" not in traced.text and "__" not in traced.text and "}" not in traced.text:
        return Chosen(text=traced, choices={}, problems=())
    choosing = _Choosing(draw, lines)
    slots, problems = find_slots(traced.text)
    edits = []
    for slot in slots:
        try:
            edits.append(Edit(slot.start, slot.end, choosing.fill(slot)))
        except WildcardRefused as refused:
            raise _placed(refused, slot) from None
    return Chosen(text=traced.edited(edits), choices=choosing.choices, problems=tuple(problems))


def name_of(written: str, nth: int) -> str:
    """Return what a choice is recorded under: its text; of a second one, `{a|b} #2`."""
    return f"{written} #{nth + 1}" if nth else written


class _Choosing:
    def __init__(self, draw: Draw, lines: Lines) -> None:
        self.draw = draw
        self.lines = lines
        self.seen: Counter[str] = Counter()
        self.choices: dict[str, str] = {}

    def fill(self, slot: Slot) -> str:
        if self.seen.total() >= _MOST:
            raise WildcardRefused(
                "SB504", f"one text may hold {_MOST} choices, with those they lead to"
            )
        options = self.lines(slot.wildcard) if slot.wildcard else slot.options()
        nth = self.seen[slot.text]
        self.seen[slot.text] += 1
        chosen = self._expand(self.draw(slot.text, nth, options))
        self.choices[name_of(slot.text, nth)] = chosen
        return chosen

    def _expand(self, text: str) -> str:
        parts, position = [], 0
        for slot in find_slots(text)[0]:
            parts += [text[position : slot.start], self.fill(slot)]
            position = slot.end
        expanded = "".join(parts) + text[position:]
        if len(expanded) > OUTPUT_LIMIT:
            raise WildcardRefused("SB504", too_long(0, 1).problem.message)
        return expanded


def _placed(refused: WildcardRefused, slot: Slot) -> PromptRefused:
    problem = Problem(
        code=refused.code,
        message=refused.message,
        start=slot.start,
        end=slot.end,
        help=refused.remedy,
    )
    return PromptRefused(problem)
