"""`storyboard export`: the film's timeline for editing programs, and its subtitles."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from animegen.cli.options import (
    Device,
    Dtype,
    From,
    Only,
    Quality,
    SetVariables,
    Slate,
    StoreFolder,
    StoryboardFile,
    select_shots,
)

NAME = "export"


def command(
    file: StoryboardFile = Path("film.yaml"),
    otio: Annotated[bool, typer.Option("--otio", help="film.otio, for OpenTimelineIO.")] = False,
    edl: Annotated[bool, typer.Option("--edl", help="film.edl, in the CMX 3600 form.")] = False,
    srt: Annotated[bool, typer.Option("--srt", help="film.srt, the subtitles.")] = False,
    clips: Annotated[
        bool,
        typer.Option(
            "--clips", help="Lay every rendered shot beside them, lossless, with handles."
        ),
    ] = False,
    only: Only = None,
    start: From = None,
    variables: SetVariables = [],
    quality: Quality = None,
    slate: Slate = False,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="DIR", help="Where the files go.")
    ] = None,
    store: StoreFolder = None,
    device: Device = "auto",
    dtype: Dtype = None,
) -> None:
    """Write the film's timeline, all forms or those asked for; nothing is rendered for it."""
    from animegen.cli.clips import deliver_clips
    from animegen.cli.opening import read
    from animegen.cli.session import film_path, open_session, shown
    from animegen.cli.timeline_files import KINDS, write_timeline_files
    from animegen.plan.cut_list import cut_list
    from animegen.plan.timeline import lay_out

    reading = read(file, variables, quality=quality)
    shots = select_shots(tuple(reading.shots), only, start)
    cuts = cut_list(lay_out(reading.storyboard, reading.pack.motion), shots)
    wanted = dict(zip(KINDS, (otio, srt, edl), strict=True))
    chosen = [kind for kind in KINDS if wanted[kind]] or KINDS
    film = film_path(reading, shots or tuple(reading.shots), output, slate=slate)
    if clips:
        session = open_session(
            reading, device=device, dtype=dtype, slate=slate, only=shots, store=store
        )
        missing = deliver_clips(session, film)
        if missing:
            typer.echo(f"note: not rendered yet: {', '.join(missing)}", err=True)
    for path in write_timeline_files(reading, cuts, film, chosen):
        typer.echo(shown(path))
