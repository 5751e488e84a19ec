"""`storyboard vary`: the film with several values of its variables, side by side on a sheet.

The sheet and its page go to stdout, one a line.
"""

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
    Slate,
    StoreFolder,
    StoryboardFile,
    select_shots,
)
from animegen.errors import PartlyRendered, RenderFailed, StoryboardInvalid, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from animegen.storyboard.reading import Reading
    from animegen.storyboard.variations import Axis

NAME = "vary"
_MOST = 64


class UntilName(StrEnum):
    """How far each variation is rendered."""

    keyframe = "keyframe"
    clip = "clip"
    film = "film"


def command(
    file: StoryboardFile = Path("film.yaml"),
    values: Annotated[
        list[str],
        typer.Option(
            "--set",
            metavar="NAME=V1,V2",
            help="Values to try: of a variable, `seed` or `quality`. They win over `vary:`.",
        ),
    ] = [],
    shots: Annotated[
        str | None, typer.Option("--shots", metavar="IDS", help="Only these shots: s1,s3-s5.")
    ] = None,
    until: Annotated[
        UntilName, typer.Option(help="Render stills, shots or films.")
    ] = UntilName.keyframe,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say how much there is to render, and stop.")
    ] = False,
    most: Annotated[
        int, typer.Option("--max", min=1, metavar="N", help="Refuse more variations than this.")
    ] = _MOST,
    quality: Quality = None,
    slate: Slate = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="DIR", help="Where it goes [default: out/TITLE/vary]."
        ),
    ] = None,
    store: StoreFolder = None,
    device: Device = "auto",
    compiling: Compile = CompileMode.regional,
    dtype: Dtype = None,
    offload: Offload = OffloadName.none,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Say only what went wrong.")] = False,
) -> None:
    """Render every combination of some values and lay them side by side; what they share, once."""
    from animegen.cli.opening import print_findings, read
    from animegen.cli.running import run_plan
    from animegen.cli.session import open_ground, output_folder, require_device, shown
    from animegen.cli.sheets import Darkroom
    from animegen.cli.varying import dry_run_text, plan_variations

    usual = read(file, [], quality=quality)
    axes = _axes(usual, values, most)
    only = select_shots(tuple(usual.shots), shots, None)
    if until is UntilName.film:
        _refuse_unbuilt(usual)
    if not slate and not dry_run:
        require_device(device)
    ground = open_ground(usual, device=device, dtype=dtype, store=store)
    varied = plan_variations(
        usual, axes, ground, quality=quality, until=until.value, slate=slate, only=only
    )
    print_findings(varied.findings, usual.document.source)
    if dry_run:
        typer.echo(dry_run_text(varied, ground), nl=False)
        return
    folder = output or output_folder(usual, None) / "vary"
    with closing(ground.store):
        outcome = run_plan(
            varied.merged.plan, ground, compiling=compiling, offload=offload, quiet=quiet
        )
        darkroom = Darkroom(
            varied=varied, artifacts=outcome.artifacts, ground=ground, folder=folder, slate=slate
        )
        sheets = darkroom.write_sheets(usual.storyboard.title)
    for path in sheets:
        typer.echo(shown(path))
    if not outcome.complete:
        failed = PartlyRendered if outcome.artifacts else RenderFailed
        raise failed(
            f"not every variation is finished: {', '.join(outcome.failures)} failed",
            remedy="what is finished is kept; mend the cause and run the same command again",
        )


def _axes(usual: Reading, values: Sequence[str], most: int) -> tuple[Axis, ...]:
    """Return what is to be varied.

    Raises:
        UsageError: for nothing, for too much, and for values that `seed` and `quality` cannot have.
    """
    from math import prod

    from animegen.cli.axes import parse_axes
    from animegen.storyboard.read_variations import axes_of, require_words
    from animegen.storyboard.variations import merge_axes

    given = parse_axes(values)
    require_words(usual.storyboard, given)
    axes = merge_axes(axes_of(usual.storyboard), given)
    if not axes:
        raise UsageError(
            "there is nothing to vary",
            remedy="write --set weather=rain,snow, or a `vary:` block into the storyboard",
        )
    count = prod(len(axis.values) for axis in axes)
    if count > most:
        factors = " x ".join(f"{len(axis.values)} of {axis.name}" for axis in axes)
        raise UsageError(
            f"these are {count} variations ({factors}), more than {most}",
            remedy=f"leave some values out, or pass --max {count}",
        )
    return axes


def _refuse_unbuilt(usual: Reading) -> None:
    from animegen.cli.opening import print_findings
    from animegen.plan.unbuilt import unbuilt_words

    refused = unbuilt_words(usual)
    if refused:
        print_findings(refused, usual.document.source)
        raise typer.Exit(StoryboardInvalid.exit_code)
