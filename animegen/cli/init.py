"""`storyboard init`: writes a commented starter storyboard and the schema that editors read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from animegen.errors import UsageError

NAME = "init"
_SCHEMA = Path("schemas/storyboard.schema.json")


def command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What to write.")] = Path(
        "film.yaml"
    ),
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
) -> None:
    """Write a commented starter storyboard, with the schema for your editor beside it."""
    from animegen.resources import template_folder
    from animegen.storyboard.schema import schema_text

    if file.exists() and not force:
        raise UsageError(f"{file} exists", remedy="choose another name, or pass --force")
    schema = file.parent / _SCHEMA
    schema.parent.mkdir(parents=True, exist_ok=True)
    schema.write_text(schema_text(), encoding="utf-8")
    starter = (template_folder() / "starter.yaml").read_text(encoding="utf-8")
    file.write_text(starter, encoding="utf-8")
    typer.echo(f"wrote {file} and {schema}", err=True)
    typer.echo(f"next: storyboard plan {file}, then storyboard render {file}", err=True)
    typer.echo(str(file))
