"""The `storyboard` command: one verb a file; the only floor that prints errors and exits."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from animegen import __version__
from animegen.cli import (
    animatic,
    audit,
    cache,
    credits,
    doctor,
    explain,
    export,
    init,
    lock,
    models,
    pick,
    plan,
    render,
    schema,
    still,
    submit,
    takes,
    validate,
    vary,
)
from animegen.cli.opening import report_error
from animegen.errors import AnimegenError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

app = typer.Typer(
    name="storyboard",
    help="Render an anime film from a YAML storyboard of shots.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for verb in (
    init, validate, plan, animatic, render, still, takes, pick, lock, vary, export, explain,
    audit, credits, submit,
    schema, doctor,
):  # fmt: skip
    app.command(verb.NAME)(verb.command)
app.add_typer(models.app)
app.add_typer(cache.app)


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
        with _flushed(sys.stdout):
            app()
    except AnimegenError as error:
        report_error(error)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.exit(1)  # whoever reads the output has seen enough
    except OSError as error:
        words = (error.filename, error.strerror or error)
        report_error(AnimegenError(": ".join(str(word) for word in words if word is not None)))
        sys.exit(1)
    except KeyboardInterrupt:
        typer.echo("interrupted", err=True)
        sys.exit(130)


@contextmanager
def _flushed(stream: TextIO) -> Iterator[None]:
    """Flush `stream` after the body: on exit it is too late to say what went wrong."""
    try:
        yield
    finally:
        try:
            stream.flush()
        except OSError:
            # Python flushes once more on exit; see "Note on SIGPIPE" in its signal module.
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
            raise
