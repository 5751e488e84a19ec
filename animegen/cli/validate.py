"""`storyboard validate`: reads a storyboard and prints everything that is wrong with it."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from animegen.cli.options import Format, OutputFormat, SetVariables, StoryboardFile
from animegen.errors import StoryboardInvalid

NAME = "validate"


def command(
    file: StoryboardFile,
    variables: SetVariables = [],
    output_format: Format = OutputFormat.full,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 3 on warnings, too.")] = False,
) -> None:
    """Check a storyboard; print every finding at once with its place and remedy."""
    from animegen.cli.opening import read

    reading = read(file, variables, output_format=output_format, stream=sys.stdout)
    if strict and any(finding.severity == "warning" for finding in reading.findings):
        raise typer.Exit(StoryboardInvalid.exit_code)
    if output_format is OutputFormat.full:
        shots = len(reading.shots)
        typer.echo(f"{file} is valid: {shots} shot{'s' if shots != 1 else ''}", err=True)
