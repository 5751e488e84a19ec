"""`storyboard init`: writes a commented starter storyboard and the schema that editors read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from animegen.cli.schema import holds
from animegen.errors import UsageError

NAME = "init"
_SCHEMA = Path("schemas/storyboard.schema.json")


def command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What to write.")] = Path(
        "film.yaml"
    ),
    force: Annotated[bool, typer.Option("--force", help="Overwrite existing files.")] = False,
) -> None:
    """Write a commented starter storyboard, with the schema for your editor beside it."""
    from animegen.resources import template_folder
    from animegen.storyboard.schema import schema_text

    schema, text = file.parent / _SCHEMA, schema_text()
    if not force:
        _refuse_to_overwrite(file, schema, text)
    schema.parent.mkdir(parents=True, exist_ok=True)
    starter = (template_folder() / "starter.yaml").read_text(encoding="utf-8")
    file.write_text(starter, encoding="utf-8")
    schema.write_text(text, encoding="utf-8")
    typer.echo(f"wrote {file} and {schema}", err=True)
    typer.echo(f"next: storyboard plan {file}, then storyboard render {file}", err=True)
    typer.echo(str(file))


def _refuse_to_overwrite(file: Path, schema: Path, text: str) -> None:
    if file.exists():
        raise UsageError(f"{file} exists", remedy="choose another name, or pass --force")
    if schema.exists() and not holds(schema, text):
        raise UsageError(
            f"{schema} exists and is not this version's schema",
            remedy=f"renew it with: storyboard schema > {schema}; or pass --force",
        )
