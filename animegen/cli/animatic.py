"""`storyboard animatic`: the film's timing in seconds, on the best pictures that are there."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from animegen.cli.options import (
    CompileMode,
    Device,
    Dtype,
    From,
    OffloadName,
    Only,
    Quality,
    SetVariables,
    StoreFolder,
    StoryboardFile,
    select_shots,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from animegen.plan.animatic import Animatic
    from animegen.report.contact_sheet import Block

NAME = "animatic"
_WIDE = 12
"""Shots of which a sheet shows three pictures each; of more it shows one each."""
_COLUMNS = 8


def command(
    file: StoryboardFile = Path("film.yaml"),
    variables: SetVariables = [],
    quality: Quality = None,
    only: Only = None,
    start: From = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="DIR", help="Where it goes.")
    ] = None,
    store: StoreFolder = None,
    device: Device = "auto",
    dtype: Dtype = None,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Say only what went wrong.")] = False,
) -> None:
    """Show the film's timing, transitions and titles on slates, keyframes and finished clips.

    Uses no model. Rendered keyframes are held still under the shot's camera.
    """
    from animegen.cli.opening import read
    from animegen.cli.running import run_plan
    from animegen.cli.session import film_path, open_ground, shown
    from animegen.errors import RenderFailed
    from animegen.plan.animatic import compile_animatic
    from animegen.store.deliver import deliver

    reading = read(file, variables, quality=quality)
    shots = select_shots(tuple(reading.shots), only, start)
    ground = open_ground(reading, device=device, dtype=dtype, store=store, wishing=True)
    animatic = compile_animatic(
        reading, ground.weights, ground.store, dtype=ground.dtype, only=shots
    )
    if not quiet:
        typer.echo(_summary(animatic), err=True)
    usual = film_path(reading, animatic.selection, output, slate=False)
    path = usual.with_name(f"animatic{usual.name.removeprefix('film')}")
    sheet = path.with_name(f"{path.stem}-sheet.png")
    (target,) = animatic.plan.targets
    with closing(ground.store) as opened:
        outcome = run_plan(
            animatic.plan, ground, compiling=CompileMode.none, offload=OffloadName.none, quiet=quiet
        )
        if not outcome.complete:
            raise RenderFailed(f"no animatic: {', '.join(outcome.failures)} failed")
        deliver(opened, outcome.artifacts[target].blobs["film.mp4"], path)
        with opened.workspace() as work:
            _write_sheet(animatic, path, sheet, work, f"{reading.storyboard.title}: animatic")
    typer.echo(shown(path))
    typer.echo(shown(sheet))


def _summary(animatic: Animatic) -> str:
    """Return what the shots are shown as: `2 clips, 1 keyframe, 3 slates`."""
    counts = Counter(place.shown for place in animatic.shots.values())
    words = [
        f"{counts[kind]} {kind}{'s' if counts[kind] != 1 else ''}"
        for kind in ("clip", "keyframe", "slate")
        if counts[kind]
    ]
    return f"animatic of {', '.join(words)}"


def _write_sheet(animatic: Animatic, film: Path, sheet: Path, work: Path, title: str) -> None:
    from animegen.report.contact_sheet import write_contact_sheets
    from animegen.video.still import write_stills

    moments = _moments(animatic)
    pictures = {frame: work / f"{frame}.png" for shot in moments.values() for frame in shot}
    write_stills(film, pictures)
    write_contact_sheets([_block(animatic, moments, pictures)], sheet, title=title)


def _moments(animatic: Animatic) -> dict[str, tuple[int, ...]]:
    """Return the frames that the sheet shows of each shot, none within a transition."""
    many = len(animatic.shots) > _WIDE
    return {
        shot: (place.middle,) if many else (place.first, place.middle, place.last)
        for shot, place in animatic.shots.items()
    }


def _block(
    animatic: Animatic, moments: Mapping[str, tuple[int, ...]], pictures: Mapping[int, Path]
) -> Block:
    from animegen.report.contact_sheet import Block, Cell

    if len(moments) <= _WIDE:
        rows = [[Cell(picture=pictures[frame]) for frame in shot] for shot in moments.values()]
        labels = [f"{shot} ({animatic.shots[shot].shown})" for shot in moments]
        return Block(cells=rows, rows=labels, columns=("first", "middle", "last"))
    cells = [
        Cell(picture=pictures[frame], caption=f"{shot} ({animatic.shots[shot].shown})")
        for shot, (frame,) in moments.items()
    ]
    starts = range(0, len(cells), _COLUMNS)
    return Block(cells=[cells[start : start + _COLUMNS] for start in starts])
