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
    elif not check.is_file() or check.read_text(encoding="utf-8") != text:
        raise AnimegenError(
            f"{check} is not the current schema", remedy=f"run: storyboard schema > {check}"
        )
