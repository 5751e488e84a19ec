"""`storyboard credits`: who made the weights that a film is drawn with."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from animegen.cli.options import SetVariables, Slate, StoreFolder, StoryboardFile

NAME = "credits"


class CreditsFormat(StrEnum):
    """How credits are written."""

    markdown = "markdown"
    bibtex = "bibtex"
    card = "card"


def command(
    file: StoryboardFile = Path("film.yaml"),
    form: Annotated[
        CreditsFormat,
        typer.Option("--format", help="Markdown, BibTeX, or lines for the film's end card."),
    ] = CreditsFormat.markdown,
    variables: SetVariables = [],
    slate: Slate = False,
    store: StoreFolder = None,
) -> None:
    """Print the credits of a film: each checkpoint and LoRA it uses, with link and licence."""
    from animegen.cli.opening import read
    from animegen.cli.session import open_session
    from animegen.report.credits import credits_of, end_card, to_bibtex, to_markdown

    reading = read(file, variables)
    session = open_session(reading, device="auto", dtype=None, slate=slate, only=(), store=store)
    rows = credits_of(session.compiled.plan, session.weights)
    title = reading.storyboard.title
    text = {
        CreditsFormat.markdown: lambda: to_markdown(title, rows, {}),
        CreditsFormat.bibtex: lambda: to_bibtex(rows),
        CreditsFormat.card: lambda: end_card(title, rows),
    }[form]()
    typer.echo(text, nl=False)
