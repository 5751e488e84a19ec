"""What can be wrong with a prompt, placed by characters. Unaware of the file around the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TEMPLATE_LIMIT = 16_000
"""Characters in a template."""
OUTPUT_LIMIT = 8_000
"""Characters in whatever a template, a filter or a choice makes."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """A finding about the characters `start:end` of a text."""

    code: str
    message: str
    start: int
    end: int
    help: str = ""
    severity: Literal["error", "warning"] = "error"
    name: str | None = None
    """The variable that is not defined (SB501), so that somebody can suggest another."""


class PromptRefused(Exception):
    """A text has no meaning; `problem` says why and where."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def too_long(start: int, end: int) -> PromptRefused:
    """Return the refusal of a text that grew beyond `OUTPUT_LIMIT`."""
    return PromptRefused(
        Problem(
            code="SB504",
            message=f"this makes a text of more than {OUTPUT_LIMIT:,} characters",
            start=start,
            end=end,
            help="a prompt is a few sentences; shorten the text or the variables in it",
        )
    )
