"""Opens a storyboard for a verb: reads it and prints what was found, or went wrong."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from animegen.cli.options import OutputFormat, parse_variables

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import TextIO

    from animegen.errors import AnimegenError
    from animegen.storyboard.diagnostic import Diagnostic
    from animegen.storyboard.place import Source
    from animegen.storyboard.reading import Reading


def read(
    file: Path,
    variables: Sequence[str],
    *,
    quality: str | None = None,
    redraw: bool = False,
    output_format: OutputFormat = OutputFormat.full,
    stream: TextIO | None = None,
    quiet: bool = False,
) -> Reading:
    """Read a storyboard, printing its warnings to `stream` (default stderr) unless `quiet`.

    Exits with 3, all findings printed, when it has errors.
    """
    from animegen.storyboard.diagnostic import StoryboardErrors
    from animegen.storyboard.read import read_storyboard

    try:
        reading = read_storyboard(
            file, variables=parse_variables(variables), quality=quality, redraw=redraw
        )
    except StoryboardErrors as error:
        print_findings(error.diagnostics, error.source, output_format, stream)
        raise typer.Exit(error.exit_code) from None
    if quiet:
        return reading
    print_findings(reading.findings, reading.document.source, output_format, stream)
    return reading


def print_findings(
    findings: Sequence[Diagnostic],
    source: Source,
    output_format: OutputFormat = OutputFormat.full,
    stream: TextIO | None = None,
) -> None:
    """Print findings in the chosen form; JSON is printed even when there are none."""
    from animegen.storyboard import diagnose

    target = stream or sys.stderr
    if output_format is OutputFormat.json:
        target.write(diagnose.render_json(findings, source))
    elif findings and output_format is OutputFormat.concise:
        target.write(diagnose.render_concise(findings, source))
    elif findings:
        target.write(diagnose.render_full(findings, source, color=has_color(target)))


def report_error(error: AnimegenError) -> None:
    """Print an error with its remedy to stderr."""
    typer.echo(f"error: {error.message}", err=True)
    if error.remedy:
        typer.echo(f"  help: {error.remedy}", err=True)


def has_color(stream: TextIO) -> bool:
    """Say whether a stream wants colours: a terminal, and NO_COLOR unset (no-color.org)."""
    import os

    return stream.isatty() and not os.environ.get("NO_COLOR")
