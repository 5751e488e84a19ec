"""`storyboard validate`: reads a storyboard and prints everything that is wrong with it."""

from __future__ import annotations

from typing import Annotated

import typer

from animegen.cli.options import Format, OutputFormat, SetVariables, StoryboardFile

NAME = "validate"


def command(
    file: StoryboardFile,
    variables: SetVariables = [],  # noqa: B006 (typer reads the default)
    output_format: Format = OutputFormat.full,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 3 on warnings, too.")] = False,
) -> None:
    """Check a storyboard; print every finding at once with its place and remedy."""
    from animegen.cli.opening import print_findings, read
    from animegen.storyboard.diagnostic import StoryboardErrors

    reading = read(file, variables, output_format=output_format)
    if strict and any(finding.severity == "warning" for finding in reading.findings):
        raise StoryboardErrors((), reading.document.source)
    del print_findings
    shots = len(reading.shots)
    if output_format is not OutputFormat.json:
        typer.echo(f"{file} is valid: {shots} shot{'s' if shots != 1 else ''}", err=True)
