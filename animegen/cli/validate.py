"""`storyboard validate`: reads a storyboard and prints everything that is wrong with it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from animegen.cli.options import Format, OutputFormat, SetVariables, StoryboardFile
from animegen.errors import StoryboardInvalid

NAME = "validate"


def command(
    file: StoryboardFile,
    variables: SetVariables = [],
    output_format: Format = OutputFormat.full,
    lint: Annotated[
        bool, typer.Option("--lint", help="Add advice from the field; exit 1 if there is any.")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 3 on warnings, too.")] = False,
) -> None:
    """Check a storyboard; print every finding at once with its place and remedy."""
    from animegen.cli.opening import print_findings, read

    if lint:
        _lint(file, variables, output_format)
        return
    reading = read(file, variables, output_format=output_format, stream=sys.stdout)
    lock = reading.lock.document
    if lock is not None and output_format is not OutputFormat.json:  # one object about one file
        print_findings(reading.drift, lock.source, output_format, sys.stdout)
    found = (*reading.findings, *reading.drift)
    if strict and any(finding.severity == "warning" for finding in found):
        raise typer.Exit(StoryboardInvalid.exit_code)
    if output_format is OutputFormat.full:
        shots = len(reading.shots)
        typer.echo(f"{file} is valid: {shots} shot{'s' if shots != 1 else ''}", err=True)


def _lint(file: Path, variables: list[str], output_format: OutputFormat) -> None:
    """Print every warning, and the field's advice; notes are none. Exit 1 if there is any."""
    from animegen.cli.opening import print_findings, read
    from animegen.plan.lint import lint

    reading = read(file, variables, output_format=output_format, stream=sys.stdout, quiet=True)
    found = lint(reading)
    print_findings(found, reading.document.source, output_format, sys.stdout)
    if found:
        raise typer.Exit(1)
    if output_format is OutputFormat.full:
        typer.echo(f"{file}: nothing to advise", err=True)
