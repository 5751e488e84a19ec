"""What a plan will cost, and `--max-minutes`: refuses one that would cost more, before any work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from animegen.cli.session import Session
    from animegen.plan.estimate import Estimate
    from animegen.plan.graph import Plan
    from animegen.plan.states import NodeState

MaxMinutes = Annotated[
    float | None,
    typer.Option(
        "--max-minutes", metavar="N", min=0.0, help="Exit 6 if the estimate is above N minutes."
    ),
]


def estimate_session(session: Session, states: Sequence[NodeState]) -> Estimate:
    """Return what rendering the session's film will cost on its device."""
    return _estimate(session.compiled.plan, session, states)


def _estimate(plan: Plan, session: Session, states: Sequence[NodeState]) -> Estimate:
    from animegen.plan.estimate import estimate
    from animegen.plan.times import read_times
    from animegen.render.device import describe

    return estimate(plan, states, read_times(session.store), describe(session.device))


def keep_to(minutes: float | None, estimate: Estimate) -> None:
    """Return if the plan costs no more than `minutes`; None is no limit.

    A plan of which nothing is known passes, with a warning: a number would be invented.

    Raises:
        OverBudget: when the estimate is above.
    """
    from animegen.errors import OverBudget
    from animegen.report.estimate_text import duration, seconds_text, unknown_kinds

    if minutes is None or not estimate.nodes:
        return
    seconds = estimate.seconds
    if seconds is not None and seconds.middle > minutes * 60:
        raise OverBudget(
            f"this would take {seconds_text(estimate)}, --max-minutes allows "
            f"{duration(minutes * 60)}",
            remedy="allow more, choose fewer shots with --only, or a lower --quality",
        )
    if estimate.unknown:
        typer.echo(
            f"--max-minutes: nothing like {unknown_kinds(estimate.parts)} was timed before, so "
            "it is not counted",
            err=True,
        )


def keep_plan_to(
    minutes: float | None, plan: Plan, session: Session, forced: Container[str]
) -> None:
    """Check a plan against `--max-minutes` before it is rendered, `forced` nodes in any case.

    Raises:
        OverBudget: when the estimate is above.
    """
    if minutes is None:
        return
    from dataclasses import replace

    from animegen.plan.states import survey

    states = tuple(
        replace(state, state="run") if state.node in forced else state
        for state in survey(plan, session.store, {})
    )
    keep_to(minutes, _estimate(plan, session, states))
