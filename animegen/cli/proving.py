"""Leaves the credits and the provenance of a finished film beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from animegen.cli.session import Session
    from animegen.store.artifact import Blob
    from animegen.storyboard.reading import Reading


def prove(reading: Reading, session: Session, blob: Blob, film: Path) -> None:
    """Write `credits.md`, then the provenance: last, because it proves what else lies there.

    Raises:
        StoreFailed: when the disk refuses.
    """
    from animegen.proof.write import FILM, write_provenance, write_text
    from animegen.report.credits import credits_of, to_markdown

    plan = session.compiled.plan
    if film.stem == FILM:
        rows = credits_of(plan, session.weights)
        text = to_markdown(reading.storyboard.title, rows, {})
        write_text(session.store, film.with_name("credits.md"), text)
    write_provenance(reading, plan, session.weights, session.store, blob, film)
