"""`storyboard render`: a storyboard in, a film out. Its path is all that goes to stdout."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from animegen.cli.options import (
    Compile,
    CompileMode,
    Device,
    Dtype,
    From,
    Locked,
    Offload,
    OffloadName,
    Only,
    Quality,
    SetVariables,
    Slate,
    StoreFolder,
    StoryboardFile,
    select_shots,
)
from animegen.errors import PartlyRendered, RenderFailed, StoreFailed, StoryboardInvalid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from animegen.cli.session import Session
    from animegen.engine.states import Outcome
    from animegen.store.artifact import Artifact

NAME = "render"


def command(
    file: StoryboardFile = Path("film.yaml"),
    variables: SetVariables = [],
    quality: Quality = None,
    only: Only = None,
    start: From = None,
    force: Annotated[
        bool, typer.Option("--force", help="Render the chosen shots again, in the store or not.")
    ] = False,
    slate: Slate = False,
    locked: Locked = False,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="DIR", help="Where the film goes.")
    ] = None,
    store: StoreFolder = None,
    device: Device = "auto",
    compiling: Compile = CompileMode.regional,
    dtype: Dtype = None,
    offload: Offload = OffloadName.none,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Say only what went wrong.")] = False,
) -> None:
    """Render the film. What was rendered before is taken from the store."""
    from animegen.cli.maps import deliver_maps
    from animegen.cli.opening import print_findings, read
    from animegen.cli.proving import prove
    from animegen.cli.session import film_path, open_session, require_device, shown
    from animegen.plan.unbuilt import unbuilt_words
    from animegen.proof.write import write_film

    reading = read(file, variables, quality=quality)
    refused = unbuilt_words(reading)
    if refused:
        print_findings(refused, reading.document.source)
        raise typer.Exit(StoryboardInvalid.exit_code)
    shots = select_shots(tuple(reading.shots), only, start)
    if not slate:
        require_device(device)
    session = open_session(
        reading,
        device=device,
        dtype=dtype,
        slate=slate,
        only=shots,
        store=store,
        locked=locked,
    )
    film = _film(
        _run(session, compiling=compiling, offload=offload, force=force, quiet=quiet), session
    )
    target = film_path(reading, session.compiled.selection, output, slate=slate)
    blob = film.blobs["film.mp4"]
    write_film(session.compiled.plan, session.store, blob, target)
    deliver_maps(session, target.parent)
    prove(reading, session, blob, target)  # the last: it proves what else lies there, too
    typer.echo(shown(target))


def _run(session: Session, *, compiling: str, offload: str, force: bool, quiet: bool) -> Outcome:
    """Render what is missing; remember each node's key, to say later why it ran again."""
    from animegen.cli.running import run_plan
    from animegen.engine.events import Event, NodeFinished, NodeHit

    plan = session.compiled.plan
    keys: dict[str, str] = {}

    def note_key(event: Event) -> None:
        if isinstance(event, NodeHit | NodeFinished):
            keys[event.node] = event.key

    try:
        outcome = run_plan(
            plan,
            session,
            compiling=compiling,
            offload=offload,
            force=force,
            quiet=quiet,
            listener=note_key,
        )
        if outcome.complete:
            keys.update({node.id: node.key for node in plan.nodes.values()})
    finally:
        _remember(session, keys)
    return outcome


def _remember(session: Session, keys: Mapping[str, str]) -> None:
    """Keep the keys for `plan`'s reasons; a film of some shots is not the film."""
    compiled = session.compiled
    whole = len(compiled.selection) == len(compiled.timeline.shots)
    # Only reasons are lost with them, so they may not hide what went wrong.
    with suppress(StoreFailed):
        session.history.update(
            {node: key for node, key in keys.items() if whole or node not in compiled.plan.targets}
        )


def _film(outcome: Outcome, session: Session) -> Artifact:
    """Return the finished film.

    Raises:
        PartlyRendered: when a shot failed and others are ready.
        RenderFailed: when nothing could be rendered.
    """
    (target,) = session.compiled.plan.targets
    if outcome.complete:
        return outcome.artifacts[target]
    names = ", ".join(outcome.failures)
    failed = PartlyRendered if outcome.artifacts else RenderFailed
    raise failed(
        f"no film: {names} failed",
        remedy="what is finished is kept; mend the cause and run the same command again",
    )
