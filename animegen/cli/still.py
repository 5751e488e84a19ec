"""`storyboard still`: high-quality pictures of one shot. Their paths go to stdout, one a line."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from animegen.cli.options import (
    Compile,
    CompileMode,
    Device,
    Dtype,
    Locked,
    Offload,
    OffloadName,
    QualityName,
    SetVariables,
    StoreFolder,
    StoryboardFile,
    choose_shot,
)
from animegen.errors import PartlyRendered, RenderFailed, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from animegen.cli.session import Ground
    from animegen.packs.pack import Pack
    from animegen.plan.sizes import Size
    from animegen.store.artifact import Artifact

NAME = "still"
_LARGEST = 4
"""Times the longer side that a pack was trained for: beyond, it only repeats what it knows."""


def command(
    file: StoryboardFile = Path("film.yaml"),
    shot: Annotated[
        str | None,
        typer.Option("--shot", metavar="ID", help="Of this shot [default: the only one]."),
    ] = None,
    count: Annotated[
        int,
        typer.Option("-n", "--count", min=1, max=100, help="How many, each with its own noise."),
    ] = 1,
    size: Annotated[
        str | None, typer.Option(metavar="WxH", help="In pixels [default: the film's frame].")
    ] = None,
    quality: Annotated[QualityName, typer.Option(help="How much work goes in.")] = QualityName.high,
    variables: SetVariables = [],
    locked: Locked = False,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="DIR", help="Where the pictures go."),
    ] = None,
    store: StoreFolder = None,
    device: Device = "auto",
    compiling: Compile = CompileMode.regional,
    dtype: Dtype = None,
    offload: Offload = OffloadName.none,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Say only what went wrong.")] = False,
) -> None:
    """Draw still pictures of a shot: its keyframe first, then others. What was drawn is kept."""
    from animegen.cli.locking import check_lock
    from animegen.cli.opening import read
    from animegen.cli.running import run_plan
    from animegen.cli.session import open_ground, output_folder, require_device
    from animegen.plan.stills import compile_stills

    reading = read(file, variables, quality=quality)
    chosen = choose_shot(tuple(reading.shots), shot)
    pixels = None if size is None else parse_size(size, reading.pack)
    require_device(device)
    ground = open_ground(reading, device=device, dtype=dtype, store=store)
    plan = compile_stills(
        reading, ground.weights, dtype=ground.dtype, shot=chosen, count=count, size=pixels
    )
    check_lock(reading, plan, ground.weights, locked=locked)
    folder = output or output_folder(reading, None) / "stills"
    names = {node: f"{chosen}-{number}.png" for number, node in enumerate(plan.targets, start=1)}
    with closing(ground.store):
        outcome = run_plan(plan, ground, compiling=compiling, offload=offload, quiet=quiet)
        _deliver(outcome.artifacts, names, ground, folder)
    if not outcome.complete:
        failed = PartlyRendered if outcome.artifacts else RenderFailed
        raise failed(
            f"no picture: {', '.join(outcome.failures)} failed",
            remedy="what is finished is kept; mend the cause and run the same command again",
        )


def parse_size(text: str, pack: Pack) -> Size:
    """Read `1024x768`.

    Raises:
        UsageError: for anything else, and for a size that the pack cannot draw.
    """
    found = re.fullmatch(r"(\d{1,5})x(\d{1,5})", text)
    if not found:
        raise UsageError(f"--size {text}: not WIDTHxHEIGHT", remedy="write --size 1024x768")
    multiple = pack.frame.multiple
    most = max(pack.frame.width, pack.frame.height) * _LARGEST // multiple * multiple
    width, height = int(found[1]), int(found[2])
    fitting = [min(most, max(multiple, round(s / multiple) * multiple)) for s in (width, height)]
    remedy = f"write --size {fitting[0]}x{fitting[1]}"
    if width % multiple or height % multiple or not width or not height:
        raise UsageError(
            f"--size {text}: pack `{pack.name}` draws multiples of {multiple}", remedy=remedy
        )
    if max(width, height) > most:
        raise UsageError(
            f"--size {text}: pack `{pack.name}` was trained at "
            f"{pack.frame.width}x{pack.frame.height} and draws at most {most} pixels a side",
            remedy=remedy,
        )
    return width, height


def _deliver(
    artifacts: Mapping[str, Artifact], names: Mapping[str, str], ground: Ground, folder: Path
) -> None:
    from animegen.cli.session import shown
    from animegen.store.deliver import deliver

    for node, name in names.items():
        if node in artifacts:
            deliver(ground.store, artifacts[node].blobs["keyframe.png"], folder / name)
            typer.echo(shown(folder / name))
