"""Names the words that this version plans but does not render yet.

`render` refuses them before any work: a film without what was asked for is no film.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from animegen.storyboard.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from animegen.storyboard.diagnostic import Severity
    from animegen.storyboard.place import Where
    from animegen.storyboard.reading import Reading

_BASES = ("sdxl",)
"""Base models that the render floor drives."""
_REMEDY = "take it out to render now; `plan`, `validate` and `render --slate` accept it"


def unbuilt_words(
    reading: Reading, *, slate: bool, severity: Severity = "error"
) -> tuple[Diagnostic, ...]:
    """Return a finding (SB901) for each word that `render` cannot honour.

    Slates need no base model, so only what is heard or added to the film is refused of them.
    """
    return tuple(
        Diagnostic(
            code="SB901",
            severity=severity,
            message=f"`{_named(where, reading)}` is planned, "
            "but this version does not render it yet",
            span=reading.document.marks.key(where),
            help=_REMEDY if not heard else "take it out to render now; `plan` accepts it",
        )
        for where, heard in _words(reading)
        if heard or not slate
    )


def _named(where: Where, reading: Reading) -> str:
    return f"pack: {reading.storyboard.pack}" if where == ("pack",) else str(where[-1])


def _words(reading: Reading) -> Iterator[tuple[Where, bool]]:
    """Yield each unbuilt word's place, and whether a slate lacks it, too."""
    if reading.pack.base_model not in _BASES:
        yield ("pack",), False
    for name in ("soundtrack", "titles"):
        if getattr(reading.storyboard, name):
            yield (name,), True
    for index, shot in enumerate(reading.storyboard.shots):
        for name in ("dialogue", "caption"):
            if getattr(shot, name):
                yield ("shots", index, name), True
