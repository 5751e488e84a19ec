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

_HELP = "take it out to render now; `plan` accepts it"


def unbuilt_words(reading: Reading, *, severity: Severity = "error") -> tuple[Diagnostic, ...]:
    """Return a finding (SB901) for each word that `render` cannot honour."""
    return tuple(
        Diagnostic(
            code="SB901",
            severity=severity,
            message=f"`{where[-1]}` is planned, but this version does not render it yet",
            span=reading.document.marks.key(where),
            help=_HELP,
        )
        for where in _words(reading)
    )


def _words(reading: Reading) -> Iterator[Where]:
    """Yield each unbuilt word's place."""
    for name in ("soundtrack", "titles"):
        if getattr(reading.storyboard, name):
            yield (name,)
    for index, shot in enumerate(reading.storyboard.shots):
        for name in ("dialogue", "caption"):
            if getattr(shot, name):
                yield ("shots", index, name)
