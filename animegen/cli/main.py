"""The `storyboard` command: one verb a file; the only floor that prints errors and exits."""

from __future__ import annotations

import sys

import typer

from animegen import __version__
from animegen.cli import doctor, explain, init, plan, render, schema, validate
from animegen.errors import AnimegenError

app = typer.Typer(
    name="storyboard",
    help="Render an anime film from a YAML storyboard of shots.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for verb in (init, validate, plan, render, explain, schema, doctor):
    app.command(verb.NAME)(verb.command)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"storyboard {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(
        False,
        "--version",
        help="Print the version and exit.",
        is_eager=True,
        callback=_print_version,
    ),
) -> None:
    """Render an anime film from a YAML storyboard of shots.

    Start with `storyboard init`, look with `storyboard plan`, then `storyboard render`.
    """


def main() -> None:
    """Run the command line; turn every known error into a message and its exit code."""
    try:
        app()
    except AnimegenError as error:
        report_error(error)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        typer.echo("interrupted", err=True)
        sys.exit(130)


def report_error(error: AnimegenError) -> None:
    """Print an error with its remedy to stderr."""
    typer.echo(f"error: {error.message}", err=True)
    if error.remedy:
        typer.echo(f"  help: {error.remedy}", err=True)
