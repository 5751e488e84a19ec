"""One render, from the storyboard to the delivered files. Unaware of typer and of watching."""

from __future__ import annotations

from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from animegen.errors import PartlyRendered, RenderFailed, StoreFailed, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from animegen.cli.measuring import Listening
    from animegen.cli.session import Session
    from animegen.engine.cancel import Cancel
    from animegen.engine.states import Outcome
    from animegen.plan.graph import Plan
    from animegen.plan.selection_range import Range
    from animegen.storyboard.reading import Reading

_CHECKED = ("clip", "film")
"""How far a render must go for its shots to be checked: keyframes do not move."""


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
    report: bool


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
    from animegen.cli.measuring import Listening
    from animegen.cli.proving import prove
    from animegen.plan.compile import FILM

    plan = _narrowed(session, wish)
    keep_plan_to(wish.max_minutes, plan, session, _forced(plan, wish))
    run = Listening(
        ground=session, compiling=wish.compiling, offload=wish.offload, quiet=wish.quiet,
        cancel=cancel,
    )  # fmt: skip
    with closing(session.store):
        if wish.until in _CHECKED:
            reading, session = _settled(reading, session, run, wish)
            plan = _narrowed(session, wish)
        outcome = _run(session, plan, wish, run)
        target = _place(reading, session, wish)
        paths = deliver_all(session, plan, outcome, target)
        if target in paths:
            _leave(reading, session, run, target, wish)
            prove(reading, session, outcome.artifacts[FILM].blobs["film.mp4"], target)
        _remember(session, run.keys, wish)
    if not outcome.complete:
        raise _failure(outcome, wish.until)
    return paths


def _settled(
    reading: Reading, session: Session, run: Listening, wish: Wish
) -> tuple[Reading, Session]:
    """Return the film with takes that pass their checks."""
    from animegen.cli.rolling import settle_takes

    return settle_takes(
        reading,
        session,
        run,
        locked=wish.locked,
        record=not wish.variables and wish.quality is None,
        store=wish.store,
        part=_part(reading, wish),
    )


def _leave(reading: Reading, session: Session, run: Listening, film: Path, wish: Wish) -> None:
    """Write what lies beside a finished film."""
    from animegen.cli.leaving import Leaving, write_report
    from animegen.cli.timeline_files import deliver_timeline

    if wish.part:
        return  # what they say counts on the clock of the whole film
    deliver_timeline(reading, session, film)
    if wish.report:
        made = frozenset(run.rendered)
        write_report(Leaving(reading=reading, session=session, run=run, film=film, rendered=made))


def open_wish(reading: Reading, wish: Wish) -> Session:
    """Open what `wish` needs of a storyboard.

    Raises:
        UsageError: when it asks for what the storyboard, or the machine, does not have.
        WeightsMissing: when a model would be needed that is not here.
    """
    from animegen.cli.options import select_shots
    from animegen.cli.session import open_session, require_device

    if wish.part and (wish.only or wish.start):
        raise UsageError(
            "--range counts on the clock of the whole film, which --only and --from change",
            remedy="leave them out: a range renders only the shots that it shows",
        )
    shots = select_shots(tuple(reading.shots), wish.only, wish.start)
    if not wish.slate:
        require_device(wish.device)
    return open_session(
        reading,
        device=wish.device,
        dtype=wish.dtype,
        slate=wish.slate,
        only=shots,
        part=_part(reading, wish),
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


def _part(reading: Reading, wish: Wish) -> Range | None:
    from animegen.plan.selection_range import parse_range

    return parse_range(wish.part, reading.storyboard.frame.fps) if wish.part else None


def _place(reading: Reading, session: Session, wish: Wish) -> Path:
    from animegen.cli.session import film_path

    part = _part(reading, wish)
    return film_path(
        reading, session.compiled.selection, wish.output, slate=wish.slate,
        part=part.name if part else None,
    )  # fmt: skip


def _run(session: Session, plan: Plan, wish: Wish, run: Listening) -> Outcome:
    """Render what is missing; keep each node's key, to say later why it ran again."""
    try:
        outcome = run(plan, force=_forced(plan, wish))
        if outcome.complete:
            run.keys.update({node.id: node.key for node in plan.nodes.values()})
    finally:
        _keep(session, run.keys, wish)
    return outcome


def _keep(session: Session, keys: Mapping[str, str], wish: Wish) -> None:
    # They are no pictures, so they may not hide what went wrong.
    with suppress(StoreFailed):
        session.history.update(_of_the_film(keys, wish))


def _remember(session: Session, keys: Mapping[str, str], wish: Wish) -> None:
    """Keep a complete render of the whole film for `cache gc`."""
    with suppress(StoreFailed):
        if _is_whole(wish) and session.compiled.plan.nodes.keys() <= keys.keys():
            session.history.remember(_of_the_film(keys, wish))
        else:
            session.history.update(_of_the_film(keys, wish))


def _of_the_film(keys: Mapping[str, str], wish: Wish) -> dict[str, str]:
    """Leave out a film of some shots, and takes that failed their checks (`rooftop@2`)."""
    from animegen.plan.compile import FILM

    whole = _is_whole(wish)
    return {node: key for node, key in keys.items() if "@" not in node and (whole or node != FILM)}


def _is_whole(wish: Wish) -> bool:
    return not (wish.only or wish.start or wish.part)


def _failure(outcome: Outcome, until: str) -> RenderFailed | PartlyRendered:
    names = ", ".join(outcome.failures)
    failed = PartlyRendered if outcome.artifacts else RenderFailed
    missing = "no film" if until == "film" else f"not every {until}"
    return failed(
        f"{missing}: {names} failed",
        remedy="what is finished is kept; mend the cause and run the same command again",
    )
