"""`storyboard audit`: proves where a finished film comes from, or says what was altered."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from animegen.store.store import Store

NAME = "audit"


def command(
    place: Annotated[
        Path, typer.Argument(metavar="FILM", help="A film, or the folder it lies in.")
    ],
    store: Annotated[
        Path | None,
        typer.Option("--store", help="Its store [default: the nearest .storyboard above it]."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Check a film, its provenance.json and its store: every key, every digest, every frame.

    Proves that no picture came from outside and that nothing was altered since. Exits with 1 and
    names what was, otherwise. Nothing is written.
    """
    from animegen.proof.audit import audit, films_at
    from animegen.report.audit_text import audit_json, audit_text

    films = films_at(place)
    opened = _store_of(films[0], store)
    reports = [audit(film, opened) for film in films]
    if as_json:
        typer.echo(audit_json(reports))
    else:
        typer.echo("\n".join(map(audit_text, reports)))
    if not all(report.holds for report in reports):
        raise typer.Exit(1)


def _store_of(film: Path, chosen: Path | None) -> Store | None:
    """Open the store that was named, or the nearest one upwards from the film."""
    from animegen.errors import UsageError
    from animegen.store.store import Store
    from animegen.storyboard.project import STORE

    if chosen is not None:
        if not chosen.is_dir():
            raise UsageError(f"--store {chosen}: there is no such folder")
        return Store(chosen)
    folders = film.resolve().parents
    found = next((folder / STORE for folder in folders if (folder / STORE).is_dir()), None)
    return None if found is None else Store(found)
