"""`storyboard render --watch`: renders again whenever a file that the film is made from is saved.

The film that was delivered last stays until the next is complete: an error only prints.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import typer

from animegen.errors import AnimegenError, Interrupted

if TYPE_CHECKING:
    from pathlib import Path
    from threading import Event

    from animegen.cli.rendering import Wish
    from animegen.cli.session import Session
    from animegen.storyboard.reading import Reading


_LOCK = ".lock.yaml"
"""The ending of what is written beside a storyboard: which takes were picked."""


def keep_rendering(file: Path, wish: Wish) -> None:
    """Render, wait for a file to be saved, and again, until the user ends it.

    Raises:
        Interrupted: when the user ends it while it renders.
        KeyboardInterrupt: when the user ends it while it waits.
    """
    from animegen.cli.saving import listening, look_at

    own = {file.absolute(), file.absolute().with_suffix(_LOCK)}
    files = own
    while True:
        # What was known before is looked at before it is read: no change falls between the two.
        before = look_at(files)
        reading, read = _read(file, wish)
        session, weights = _open(reading, wish) if reading else (None, set())
        # While the storyboard is broken, what it read when it was whole may be what is mended.
        files = {*own, *read, *weights} | (set() if session else files)
        seen = look_at(files) | {path: before[path] for path in files & before.keys()}
        with listening(seen) as saved:
            if reading and session and _render(reading, session, wish, saved):
                wish = replace(wish, force=False, forced_nodes=())
            if not saved.is_set():
                _say("watching; save the storyboard to render again, Ctrl-C ends", wish)
            saved.wait()


def _read(file: Path, wish: Wish) -> tuple[Reading | None, set[Path]]:
    """Read the storyboard; return it, unless it has errors, and the files that it names."""
    from animegen.cli.opening import print_findings, report_error
    from animegen.cli.options import parse_variables
    from animegen.packs.catalog import pack_files
    from animegen.storyboard.diagnostic import StoryboardErrors
    from animegen.storyboard.read import read_storyboard

    try:
        variables = parse_variables(wish.variables)
        reading = read_storyboard(file, variables=variables, quality=wish.quality)
        pack = pack_files(reading.storyboard.pack, reading.project)
    except StoryboardErrors as error:
        print_findings(error.diagnostics, error.source)
        return None, set(error.files)
    except AnimegenError as error:
        report_error(error)
        return None, set()
    print_findings(reading.findings, reading.document.source)
    return reading, {*reading.files, *pack}


def _open(reading: Reading, wish: Wish) -> tuple[Session | None, set[Path]]:
    """Compile the film; return it, unless it cannot be, and the weights that it is drawn with."""
    from animegen.cli.opening import report_error
    from animegen.cli.rendering import open_wish

    try:
        session = open_wish(reading, wish)
    except AnimegenError as error:
        report_error(error)
        return None, set()
    return session, set(session.weights.used)


def _render(reading: Reading, session: Session, wish: Wish, saved: Event) -> bool:
    """Render and print what was delivered; false when that was cut short or failed."""
    from animegen.cli.opening import report_error
    from animegen.cli.rendering import render_session
    from animegen.cli.session import shown
    from animegen.engine.cancel import Cancel

    cancel = Cancel(superseded=saved.is_set)
    try:
        for path in render_session(reading, session, wish, cancel):
            typer.echo(shown(path))
    except Interrupted:
        if cancel.by_user or not saved.is_set():
            raise
        _say("saved meanwhile: starting again with what is finished", wish)
        return False
    except AnimegenError as error:
        report_error(error)
        return False
    return True


def _say(words: str, wish: Wish) -> None:
    if not wish.quiet:
        typer.echo(words, err=True)
