"""`storyboard lock`: records what a film's choices became and which weights draw it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from animegen.cli.options import StoreFolder, StoryboardFile

NAME = "lock"


def command(
    file: StoryboardFile = Path("film.yaml"),
    redraw: Annotated[
        bool, typer.Option("--redraw", help="Draw every choice anew by the film's seed.")
    ] = False,
    store: StoreFolder = None,
) -> None:
    """Record the film as it is now in `film.lock.yaml`, so that it renders the same next year.

    Choices that are recorded stay as they are. Nothing is rendered.
    """
    from animegen.cli.locking import editing
    from animegen.cli.opening import read
    from animegen.cli.session import open_ground, shown
    from animegen.plan.compile import compile_film
    from animegen.plan.ingredients import weights_in
    from animegen.storyboard.lock_write import write_record

    reading = read(file, [], redraw=redraw)
    ground = open_ground(reading, device="auto", dtype=None, store=store)
    plan = compile_film(reading, ground.weights, dtype=ground.dtype).plan
    choices = {shot: resolved.taken for shot, resolved in reading.shots.items() if resolved.taken}
    with editing(reading, store):
        changed = write_record(file, choices, weights_in(plan, ground.weights))
    typer.echo(shown(reading.lock.path))
    if not changed:
        typer.echo("nothing has changed", err=True)
