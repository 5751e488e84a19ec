"""Collects what the checks find, each with its place; the same finding counts once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from animegen.storyboard.diagnostic import Diagnostic

if TYPE_CHECKING:
    from animegen.storyboard.diagnostic import Severity
    from animegen.storyboard.place import Marks, Span, Where
    from animegen.storyboard.prompts.problem import Problem


class At(NamedTuple):
    """A value of the document, or the characters `start:end` of its text."""

    where: Where
    start: int = 0
    end: int = 0


class Findings:
    """The findings of one check."""

    def __init__(self, marks: Marks) -> None:
        self._marks = marks
        # A film repeats its mistakes: the style's are met again in every shot.
        self._found: dict[tuple[str, str, Span | None], Diagnostic] = {}

    def span(self, at: At) -> Span:
        """Return where `at` stands in the file."""
        if at.end > at.start:
            return self._marks.within(at.where, at.start, at.end)
        return self._marks.value(at.where)

    def key(self, where: Where) -> Span:
        """Return where the key of `where` stands in the file."""
        return self._marks.key(where)

    def add(
        self,
        code: str,
        message: str,
        place: At | Span | None,
        help: str = "",
        *,
        severity: Severity = "error",
        related: tuple[tuple[Span, str], ...] = (),
    ) -> None:
        """Report an error, or something of another severity."""
        span = self.span(place) if isinstance(place, At) else place
        self._found.setdefault(
            (code, message, span),
            Diagnostic(
                code=code,
                severity=severity,
                message=message,
                span=span,
                help=help,
                related=related,
            ),
        )

    def problem(self, where: Where, problem: Problem) -> None:
        """Report a problem of the text at `where`, whose characters the problem counts."""
        self.add(
            problem.code,
            problem.message,
            At(where, problem.start, problem.end),
            problem.help,
            severity=problem.severity,
        )

    def sorted(self) -> tuple[Diagnostic, ...]:
        """Return the findings in the file's order; those without a place come first."""
        return tuple(sorted(self._found.values(), key=lambda found: found.span or (0, 0, 0, 0)))
