"""One finding about a storyboard: what, where, and what to do. Unaware of how it is printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from animegen.errors import StoryboardInvalid

if TYPE_CHECKING:
    from pathlib import Path

    from animegen.storyboard.place import Source, Span

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, kw_only=True)
class Diagnostic:
    """`file:line:col: severity[code]: message`, with the source line, a caret and help."""

    code: str
    """`SBnnn`; its long form is in `codes`."""
    severity: Severity
    message: str
    span: Span | None
    """None when the finding is about the file as a whole."""
    help: str = ""
    related: tuple[tuple[Span, str], ...] = ()
    """Other places that matter, each with a few words: ((span, "first defined here"),)."""


class StoryboardErrors(StoryboardInvalid):
    """A storyboard with errors: every finding at once, with the source to print them from."""

    def __init__(
        self, diagnostics: tuple[Diagnostic, ...], source: Source, files: tuple[Path, ...] = ()
    ) -> None:
        errors = sum(finding.severity == "error" for finding in diagnostics)
        super().__init__(f"{source.path} has {errors} error{'s' if errors != 1 else ''}")
        self.diagnostics = diagnostics
        self.source = source
        self.files = files
        """The other files that it was read with, as far as that went; see `Reading.files`."""
