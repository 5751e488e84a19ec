"""`storyboard render`: a storyboard in, a film out. Its path is all that goes to stdout."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from animegen.cli.budget import MaxMinutes
from animegen.cli.options import (
    Compile,
    CompileMode,
    Device,
    Dtype,
    Force,
    ForceNode,
    From,
    Locked,
    Offload,
    OffloadName,
    Only,
    Quality,
    Range,
    SetVariables,
    Slate,
    StoreFolder,
    StoryboardFile,
    Until,
    UntilName,
)

NAME = "render"


def command(
    file: StoryboardFile = Path("film.yaml"),
    variables: SetVariables = [],
    quality: Quality = None,
    only: Only = None,
    start: From = None,
    part: Range = None,
    until: Until = UntilName.film,
    force: Force = False,
    force_node: ForceNode = [],
    watch: Annotated[
        bool, typer.Option("--watch", help="Render again whenever a file it reads is saved.")
    ] = False,
    slate: Slate = False,
    locked: Locked = False,
    max_minutes: MaxMinutes = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="DIR", help="Where the film goes.")
    ] = None,
    store: StoreFolder = None,
    device: Device = "auto",
    compiling: Compile = CompileMode.regional,
    dtype: Dtype = None,
    offload: Offload = OffloadName.none,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Say only what went wrong.")] = False,
    report: Annotated[
        bool, typer.Option("--report/--no-report", help="Measure the film and tell about it.")
    ] = True,
) -> None:
    """Render the film. What was rendered before is taken from the store."""
    from animegen.cli.opening import read
    from animegen.cli.rendering import Wish, render
    from animegen.cli.session import shown

    wish = Wish(
        variables=tuple(variables),
        quality=quality,
        only=only,
        start=start,
        part=part,
        until=until,
        force=force,
        forced_nodes=tuple(force_node),
        slate=slate,
        output=output,
        store=tuple(store or ()),
        locked=locked,
        max_minutes=max_minutes,
        device=device,
        compiling=compiling,
        dtype=dtype,
        offload=offload,
        quiet=quiet,
        report=report,
    )
    if watch:
        from animegen.cli.watch import keep_rendering

        keep_rendering(file, wish)
    else:
        for path in render(read(file, wish.variables, quality=quality), wish):
            typer.echo(shown(path))
