"""`storyboard takes`: several takes of a shot side by side, to pick one."""

from __future__ import annotations

from contextlib import closing
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from animegen.cli.options import (
    Compile,
    CompileMode,
    Device,
    Dtype,
    Offload,
    OffloadName,
    Quality,
    SetVariables,
    Slate,
    StoreFolder,
    StoryboardFile,
    choose_shot,
)
from animegen.errors import PartlyRendered, RenderFailed, UsageError

if TYPE_CHECKING:
    from animegen.storyboard.reading import Reading

NAME = "takes"
_USUAL = 4
_MOST = 16


class TakeLength(StrEnum):
    """How much of a take is rendered."""

    keyframe = "keyframe"
    clip = "clip"


def command(
    file: StoryboardFile = Path("film.yaml"),
    shot: Annotated[
        str | None,
        typer.Argument(metavar="[SHOT]", help="A shot [default: all that say `takes:`]."),
    ] = None,
    count: Annotated[
        int | None,
        typer.Option("-n", "--count", min=1, max=_MOST, help="How many [default: `takes:`, or 4]."),
    ] = None,
    until: Annotated[
        TakeLength, typer.Option(help="Render their first pictures, or all of the shot.")
    ] = TakeLength.keyframe,
    variables: SetVariables = [],
    quality: Quality = None,
    slate: Slate = False,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="DIR", help="Where they go.")
    ] = None,
    store: StoreFolder = None,
    device: Device = "auto",
    compiling: Compile = CompileMode.regional,
    dtype: Dtype = None,
    offload: Offload = OffloadName.none,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Say only what went wrong.")] = False,
) -> None:
    """Render takes of a shot, each from noise of its own, and lay them out on a contact sheet."""
    from animegen.cli.locking import check_lock
    from animegen.cli.opening import read
    from animegen.cli.running import run_plan
    from animegen.cli.session import open_ground, output_folder, require_device, shown
    from animegen.cli.take_files import deliver_takes, write_sheets
    from animegen.plan.takes import compile_takes
    from animegen.report.takes_table import takes_table

    reading = read(file, variables, quality=quality)
    counts = _counts(reading, shot, count)
    if not slate:
        require_device(device)
    ground = open_ground(reading, device=device, dtype=dtype, store=store)
    takes = compile_takes(
        reading,
        ground.weights,
        dtype=ground.dtype,
        slate=slate,
        counts=counts,
        until=until.value,
    )
    check_lock(reading, takes.plan, ground.weights, locked=False)
    folder = output or output_folder(reading, None) / "takes"
    with closing(ground.store):
        outcome = run_plan(takes.plan, ground, compiling=compiling, offload=offload, quiet=quiet)
        files = deliver_takes(takes.takes, outcome.artifacts, ground.store, folder, slate=slate)
    sheets = write_sheets(files, folder, title=reading.storyboard.title, slate=slate)
    typer.echo(takes_table([one.row() for one in files]), nl=False)
    for sheet in sheets:
        typer.echo(shown(sheet))
    if not outcome.complete:
        failed = PartlyRendered if outcome.artifacts else RenderFailed
        raise failed(
            f"not every take is there: {', '.join(outcome.failures)} failed",
            remedy="what is finished is kept; mend the cause and run the same command again",
        )


def _counts(reading: Reading, shot: str | None, count: int | None) -> dict[str, int]:
    """Return how many takes are wanted, by shot.

    Raises:
        UsageError: for an unknown shot, or when no shot asks for takes.
    """
    asked = {one.id: one.takes for one in reading.storyboard.shots if one.takes > 1}
    if shot is not None:
        chosen = choose_shot(tuple(reading.shots), shot)
        return {chosen: count or asked.get(chosen, _USUAL)}
    if not asked:
        first = next(iter(reading.shots))
        raise UsageError(
            "no shot of this film says `takes:`",
            remedy=f"name one, as in `storyboard takes film.yaml {first} -n {_USUAL}`",
        )
    return {name: count or usual for name, usual in asked.items()}
