"""The plan as a drawing: SVG by itself, Mermaid for Markdown, DOT for Graphviz. Returns text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from animegen.plan.graph import essential_edges
from animegen.report.graph_svg import graph_svg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from animegen.plan.graph import Plan
    from animegen.plan.states import NodeState

GraphForm = Literal["svg", "mermaid", "dot"]
_FILLS = {"hit": "#cfe8cf", "run": "#ffe0b3"}


def plan_graph(
    plan: Plan, states: Sequence[NodeState], form: GraphForm, *, title: str = "plan"
) -> str:
    """Return the graph, inputs before readers; green is in the store, orange will run."""
    if form == "svg":
        return graph_svg(plan, states, essential_edges(plan), title=title)
    names = {state.node: f"n{place}" for place, state in enumerate(states)}
    edges = [(names[source], names[reader]) for source, reader in essential_edges(plan)]
    lines = _mermaid(states, names, edges) if form == "mermaid" else _dot(states, names, edges)
    return "\n".join(lines) + "\n"


def _mermaid(
    states: Sequence[NodeState], names: dict[str, str], edges: list[tuple[str, str]]
) -> list[str]:
    lines = ["flowchart LR"]
    lines += [f'    {names[state.node]}["{state.node}"]:::{state.state}' for state in states]
    lines += [f"    {source} --> {reader}" for source, reader in edges]
    lines += [f"    classDef {state} fill:{fill},color:#000" for state, fill in _FILLS.items()]
    return lines


def _dot(
    states: Sequence[NodeState], names: dict[str, str], edges: list[tuple[str, str]]
) -> list[str]:
    lines = ["digraph plan {", "    rankdir=LR; node [shape=box, style=filled];"]
    lines += [
        f'    {names[state.node]} [label="{state.node}", fillcolor="{_FILLS[state.state]}"];'
        for state in states
    ]
    lines += [f"    {source} -> {reader};" for source, reader in edges]
    return [*lines, "}"]
