"""One render, from the storyboard to the delivered files. Unaware of typer and of watching."""

from __future__ import annotations

from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from animegen.errors import PartlyRendered, RenderFailed, StoreFailed, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from animegen.cli.session import Session
    from animegen.engine.cancel import Cancel
    from animegen.engine.states import Outcome
    from animegen.plan.graph import Plan
    from animegen.storyboard.reading import Reading


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What somebody wants rendered, and how: the flags of `render`."""

    variables: tuple[str, ...]
    quality: str | None
    only: str | None
    start: str | None
    part: str | None
    until: str
    force: bool
    forced_nodes: tuple[str, ...]
    slate: bool
    output: Path | None
    store: tuple[str, ...]
    locked: bool
    max_minutes: float | None
    device: str
    compiling: str
    dtype: str | None
    offload: str
    quiet: bool


def render(reading: Reading, wish: Wish, cancel: Cancel | None = None) -> list[Path]:
    """Render what `wish` asks of a storyboard; return the paths of what was delivered.

    Raises:
        UsageError: when it asks for what the storyboard does not have.
        PartlyRendered: when a shot failed; what is finished is delivered, but never half a film.
        RenderFailed: when nothing could be rendered.
        OverBudget: when it would take longer than it may.
        Interrupted: when `cancel`, or the user, asked to stop.
    """
    return render_session(reading, open_wish(reading, wish), wish, cancel)


def render_session(
    reading: Reading, session: Session, wish: Wish, cancel: Cancel | None = None
) -> list[Path]:
    """Render what was opened by `open_wish`; see `render`."""
    from animegen.cli.budget import keep_plan_to
    from animegen.cli.delivery import deliver_all
    from animegen.cli.timeline_files import deliver_timeline

    plan, target = _narrowed(session, wish), _place(reading, session, wish)
    forced = _forced(plan, wish)
    keep_plan_to(wish.max_minutes, plan, session, forced)
    with closing(session.store):
        outcome = _run(session, plan, wish, forced, cancel)
        paths = deliver_all(session, plan, outcome, target)
        if target in paths and not wish.part:
            deliver_timeline(reading, session, target)
    if not outcome.complete:
        raise _failure(outcome, wish.until)
    return paths


def open_wish(reading: Reading, wish: Wish) -> Session:
    """Open what `wish` needs of a storyboard.

    Raises:
        UsageError: when it asks for what the storyboard, or the machine, does not have.
        WeightsMissing: when a model would be needed that is not here.
    """
    from animegen.cli.options import select_shots
    from animegen.cli.session import open_session, require_device
    from animegen.plan.selection_range import parse_range

    if wish.part and (wish.only or wish.start):
        raise UsageError(
            "--range counts on the clock of the whole film, which --only and --from change",
            remedy="leave them out: a range renders only the shots that it shows",
        )
    shots = select_shots(tuple(reading.shots), wish.only, wish.start)
    part = parse_range(wish.part, reading.storyboard.frame.fps) if wish.part else None
    if not wish.slate:
        require_device(wish.device)
    return open_session(
        reading,
        device=wish.device,
        dtype=wish.dtype,
        slate=wish.slate,
        only=shots,
        part=part,
        store=wish.store,
        locked=wish.locked,
    )


def _narrowed(session: Session, wish: Wish) -> Plan:
    from animegen.plan.selection import until

    plan = until(session.compiled.plan, wish.until)
    if not plan.targets:
        raise UsageError(
            f"--until {wish.until}: a slate has none", remedy="leave --slate or --until out"
        )
    return plan


def _forced(plan: Plan, wish: Wish) -> frozenset[str]:
    from animegen.plan.selection import named

    if wish.force:
        return frozenset(plan.nodes)
    nodes, unknown = named(plan, wish.forced_nodes)
    if unknown:
        from difflib import get_close_matches

        close = get_close_matches(unknown[0], plan.nodes, n=1)
        raise UsageError(
            f"--force-node {unknown[0]}: this render has no such shot or node",
            remedy=f"did you mean `{close[0]}`?" if close else "`storyboard plan` lists the nodes",
        )
    return nodes


def _place(reading: Reading, session: Session, wish: Wish) -> Path:
    from animegen.cli.session import film_path
    from animegen.plan.selection_range import parse_range

    part = parse_range(wish.part, reading.storyboard.frame.fps).name if wish.part else None
    return film_path(reading, session.compiled.selection, wish.output, slate=wish.slate, part=part)


def _run(
    session: Session, plan: Plan, wish: Wish, forced: frozenset[str], cancel: Cancel | None
) -> Outcome:
    """Render what is missing; remember each node's key, to say later why it ran again."""
    from animegen.cli.running import run_plan
    from animegen.engine.events import Event, NodeFinished, NodeHit

    keys: dict[str, str] = {}

    def note_key(event: Event) -> None:
        if isinstance(event, NodeHit | NodeFinished):
            keys[event.node] = event.key

    try:
        outcome = run_plan(
            plan,
            session,
            compiling=wish.compiling,
            offload=wish.offload,
            force=forced,
            quiet=wish.quiet,
            listener=note_key,
            cancel=cancel,
        )
        if outcome.complete:
            keys.update({node.id: node.key for node in plan.nodes.values()})
    finally:
        _remember(session, keys, whole=not (wish.only or wish.start or wish.part))
    return outcome


def _remember(session: Session, keys: Mapping[str, str], *, whole: bool) -> None:
    """Keep the keys for `plan`'s reasons; a film of some shots is not the film."""
    from animegen.plan.compile import FILM

    # Only reasons are lost with them, so they may not hide what went wrong.
    with suppress(StoreFailed):
        session.history.update({node: key for node, key in keys.items() if whole or node != FILM})
        if whole and keys.keys() == session.compiled.plan.nodes.keys():
            session.history.remember(keys)


def _failure(outcome: Outcome, until: str) -> RenderFailed | PartlyRendered:
    names = ", ".join(outcome.failures)
    failed = PartlyRendered if outcome.artifacts else RenderFailed
    missing = "no film" if until == "film" else f"not every {until}"
    return failed(
        f"{missing}: {names} failed",
        remedy="what is finished is kept; mend the cause and run the same command again",
    )
