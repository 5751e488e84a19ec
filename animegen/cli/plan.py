"""`storyboard plan`: what a render would do, before it does it. Never imports torch."""

from __future__ import annotations

import shutil
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from animegen.cli.budget import MaxMinutes
from animegen.cli.options import (
    Device,
    Dtype,
    From,
    Locked,
    Only,
    Quality,
    SetVariables,
    Slate,
    StoreFolder,
    StoryboardFile,
    select_shots,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from animegen.cli.session import Session
    from animegen.plan.compile import Compiled
    from animegen.plan.estimate import Estimate
    from animegen.plan.explain import Now
    from animegen.plan.states import NodeState
    from animegen.plan.stories import Story
    from animegen.storyboard.reading import Reading

NAME = "plan"
WORK_TO_DO = 10
"""Exit code of `--detailed-exitcode` when a render would do something."""


class GraphName(StrEnum):
    """The forms in which the graph is printed."""

    svg = "svg"
    mermaid = "mermaid"
    dot = "dot"


def command(
    file: StoryboardFile,
    variables: SetVariables = [],
    quality: Quality = None,
    only: Only = None,
    start: From = None,
    slate: Slate = False,
    locked: Locked = False,
    prompts: Annotated[
        bool, typer.Option("--prompts", help="Show every prompt as the model will read it.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the form of docs/plan-json.md.")
    ] = False,
    graph: Annotated[
        GraphName | None, typer.Option(help="Print the graph of steps instead, to be drawn.")
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="Write it as a page of its own instead."),
    ] = None,
    max_minutes: MaxMinutes = None,
    why: Annotated[
        bool, typer.Option("--why", help="Tell what changed, from what to what, and where.")
    ] = False,
    detailed_exitcode: Annotated[
        bool, typer.Option("--detailed-exitcode", help="Exit 10 when there is work to do.")
    ] = False,
    store: StoreFolder = None,
    device: Device = "auto",
    dtype: Dtype = None,
) -> None:
    """Show shots, times and segments; which steps are in the store, which will run, and why."""
    from animegen.cli.budget import estimate_session, keep_to
    from animegen.cli.missing import refuse_missing
    from animegen.cli.opening import read
    from animegen.cli.session import explain_session, open_session
    from animegen.plan.states import states_of

    reading = read(file, variables, quality=quality)
    shots = select_shots(tuple(reading.shots), only, start)
    session = open_session(
        reading,
        device=device,
        dtype=dtype,
        slate=slate,
        only=shots,
        store=store,
        locked=locked,
        wishing=True,
    )
    stories, now = explain_session(session, reading)
    states = states_of(stories, now)
    estimate = estimate_session(session, states)
    keep_to(max_minutes, estimate)
    if html is not None:
        _write_page(reading, session, states, estimate, html)
    elif graph is not None:
        from animegen.report.plan_graph import plan_graph

        title = reading.storyboard.title
        drawn = plan_graph(session.compiled.plan, states, graph.value, title=title)
        typer.echo(drawn, nl=False)
    elif as_json:
        from animegen.report.plan_json import plan_json

        typer.echo(plan_json(reading, session.compiled, states, estimate), nl=False)
    else:
        told = _told(stories, now) if why else None
        _print_table(reading, session.compiled, states, estimate, prompts=prompts, told=told)
    refuse_missing(session.weights)
    if detailed_exitcode and any(state.state == "run" for state in states):
        raise typer.Exit(WORK_TO_DO)


def _write_page(
    reading: Reading,
    session: Session,
    states: Sequence[NodeState],
    estimate: Estimate,
    path: Path,
) -> None:
    from animegen.cli.missing import missing_weights
    from animegen.report.plan_html import PlanPage, write_plan_page

    page = PlanPage(
        reading=reading,
        compiled=session.compiled,
        states=states,
        estimate=estimate,
        missing=missing_weights(session.weights),
    )
    write_plan_page(page, path)
    typer.echo(path)


def _told(stories: Mapping[str, Story], now: Now) -> str:
    from animegen.report.explain_text import film_text

    return film_text(now.reading.storyboard.title, stories, now)


def _print_table(
    reading: Reading,
    compiled: Compiled,
    states: Sequence[NodeState],
    estimate: Estimate,
    *,
    prompts: bool,
    told: str | None,
) -> None:
    from animegen.cli.opening import has_color
    from animegen.report.estimate_text import estimate_lines
    from animegen.report.plan_table import plan_table, prompts_text

    width, color = shutil.get_terminal_size((120, 40)).columns, has_color(sys.stdout)
    typer.echo(plan_table(reading, compiled, states, width=width, color=color, told=told), nl=False)
    lines = estimate_lines(estimate)
    if lines:
        typer.echo("\n" + "\n".join(lines))
    if prompts:
        typer.echo("\n" + prompts_text(reading, compiled.selection), nl=False)
