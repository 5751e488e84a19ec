"""`storyboard explain`: the long form of a diagnostic."""

from __future__ import annotations

from typing import Annotated

import typer

from animegen.errors import UsageError

NAME = "explain"


def command(
    code: Annotated[str, typer.Argument(metavar="SBnnn", help="A code from a diagnostic.")],
) -> None:
    """Explain a diagnostic: what it means, why it is so, a bad and a good example."""
    from animegen.storyboard.codes import CODES, explain

    wanted = code.strip().upper()
    if wanted not in CODES:
        raise UsageError(
            f"no diagnostic has the code {code}", remedy=f"the codes are {', '.join(sorted(CODES))}"
        )
    typer.echo(explain(wanted))
