"""`storyboard schema`: prints the JSON Schema of the language, or checks a copy of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from animegen.errors import AnimegenError

NAME = "schema"


def command(
    check: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Fail when FILE is not the current schema."),
    ] = None,
) -> None:
    """Print the storyboard's JSON Schema (draft 7), for editors."""
    from animegen.storyboard.schema import schema_text

    text = schema_text()
    if check is None:
        typer.echo(text, nl=False)
    elif not holds(check, text):
        raise AnimegenError(
            f"{check} is not the current schema", remedy=f"run: storyboard schema > {check}"
        )


def holds(file: Path, text: str) -> bool:
    """Say whether `file` is there with this text; what is no text at all does not hold it."""
    return file.is_file() and file.read_text(encoding="utf-8", errors="replace") == text
