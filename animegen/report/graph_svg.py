"""The graph of steps as one SVG: a lane for each shot, inputs to the left of what reads them.

It needs no other program and no font of its own, and follows the reader's light or dark.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from animegen.plan.graph import Plan
    from animegen.plan.states import NodeState

_BOX, _HEIGHT = 136, 30
_ACROSS, _DOWN = 44, 10
_MARGIN, _NAMES, _PADDING = 16, 128, 12
_TOP = 52
_LONGEST_NAME = 17

_STYLE = """
    svg { color-scheme: light dark; background: #f7f5f1; }
    text { font: 13px system-ui, sans-serif; fill: #1f1d29; }
    .name { font-weight: 600; } .soft { fill: #625f70; font-size: 12px; }
    .lane { fill: #fff; stroke: #e0dbd2; }
    .edge { fill: none; stroke: #9a96a6; stroke-width: 1.25; }
    .hit { fill: #dcefe2; stroke: #2a7a4c; } .run { fill: #fbe6d3; stroke: #a8470d; }
    @media (prefers-color-scheme: dark) {
      svg { background: #141622; } text { fill: #f4f1ec; } .soft { fill: #a9abbd; }
      .lane { fill: #1d2031; stroke: #343850; } .edge { stroke: #7b7f98; }
      .hit { fill: #1d3a2e; stroke: #86d9a5; } .run { fill: #453222; stroke: #ffb778; }
    }
"""


@dataclass(frozen=True)
class _Place:
    x: int
    y: int

    @property
    def middle(self) -> int:
        return self.y + _HEIGHT // 2


def graph_svg(
    plan: Plan, states: Sequence[NodeState], edges: Sequence[tuple[str, str]], *, title: str
) -> str:
    """Return the drawing; `edges` are (input, reader) pairs of the plan's nodes."""
    layout = _Layout(plan, states)
    running = sum(state.state == "run" for state in states)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {layout.width} {layout.height}" '
        f'width="{layout.width}" height="{layout.height}" role="img">'
    )
    lines = [head, f"  <title>{escape(title)}</title>", f"  <style>{_STYLE}  </style>"]
    summary = f"{running} of {len(states)} steps to render" if running else "every step is ready"
    lines.append(f'  <text class="name" x="{_MARGIN}" y="24">{escape(title)}</text>')
    lines.append(f'  <text class="soft" x="{_MARGIN}" y="41">{summary}</text>')
    lines += layout.lanes()
    lines += [f"  {_edge(layout.places[one], layout.places[two])}" for one, two in edges]
    for state in states:
        lines += _node(state, layout.places[state.node])
    return "\n".join([*lines, "</svg>"]) + "\n"


class _Layout:
    """Where everything stands."""

    def __init__(self, plan: Plan, states: Sequence[NodeState]) -> None:
        columns = _depths(plan)
        lanes: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
        for state in states:
            # A card of text has a lane of its own; only what is asked for, the film, has none.
            lane = state.shot or ("" if state.node in plan.targets else state.node)
            lanes[lane][columns[state.node]].append(state.node)
        self.places: dict[str, _Place] = {}
        self._bands: list[tuple[str, int, int]] = []
        bottom = _TOP
        for shot, stacks in lanes.items():
            if shot:
                bottom = self._lay(shot, stacks, bottom)
        self.height = max(bottom, _TOP + _HEIGHT) + _MARGIN
        self._lay_rest(lanes.get("", {}))
        self.width = max(place.x for place in self.places.values()) + _BOX + _MARGIN
        rest = lanes.get("", {}).values()
        beside = {node for nodes in rest for node in nodes}
        self._lanes_end = max(
            (at.x for name, at in self.places.items() if name not in beside), default=0
        )

    def lanes(self) -> Iterator[str]:
        """Yield the bands on which the shots' nodes stand, with their names."""
        for shot, top, height in self._bands:
            width = self._lanes_end + _BOX + _PADDING - _MARGIN
            name = shot if len(shot) <= _LONGEST_NAME else f"{shot[: _LONGEST_NAME - 1]}…"
            yield (
                f'  <rect class="lane" x="{_MARGIN}" y="{top}" width="{width}" '
                f'height="{height}" rx="8"/>'
            )
            yield (
                f'  <text class="name" x="{_MARGIN + _PADDING}" y="{top + height // 2 + 5}">'
                f"{escape(name)}</text>"
            )

    def _lay(self, shot: str, stacks: Mapping[int, Sequence[str]], top: int) -> int:
        most = max(map(len, stacks.values()))
        height = most * (_HEIGHT + _DOWN) - _DOWN + 2 * _PADDING
        for column, nodes in stacks.items():
            free = (most - len(nodes)) * (_HEIGHT + _DOWN) // 2
            for row, node in enumerate(nodes):
                y = top + _PADDING + free + row * (_HEIGHT + _DOWN)
                self.places[node] = _Place(_x(column), y)
        self._bands.append((shot, top, height))
        return top + height + _DOWN

    def _lay_rest(self, stacks: Mapping[int, Sequence[str]]) -> None:
        """Put what belongs to no shot, the film, in the middle on the right."""
        for column, nodes in stacks.items():
            top = (self.height + _TOP - len(nodes) * (_HEIGHT + _DOWN)) // 2
            for row, node in enumerate(nodes):
                self.places[node] = _Place(_x(column), top + row * (_HEIGHT + _DOWN))


def _depths(plan: Plan) -> dict[str, int]:
    """Return how many nodes come before each on the longest way to it.

    What belongs to no shot reads from all lanes; what it reads stands right before it, so that no
    line crosses a lane's boxes.
    """
    depths: dict[str, int] = {}
    for node in plan.nodes.values():  # every node stands after its inputs
        depths[node.id] = max((depths[source] + 1 for source in node.inputs.values()), default=0)
    for node in reversed(list(plan.nodes.values())):
        if "/" not in node.id:
            depths.update(dict.fromkeys(node.inputs.values(), depths[node.id] - 1))
    return depths


def _x(column: int) -> int:
    return _MARGIN + _NAMES + column * (_BOX + _ACROSS)


def _edge(source: _Place, reader: _Place) -> str:
    x1, x2 = source.x + _BOX, reader.x
    bend = _ACROSS if x2 - x1 <= _ACROSS else min(3 * _ACROSS, (x2 - x1) // 2)
    return (
        f'<path class="edge" d="M{x1} {source.middle}C{x1 + bend} {source.middle} '
        f'{x2 - bend} {reader.middle} {x2} {reader.middle}"/>'
    )


def _node(state: NodeState, place: _Place) -> Iterator[str]:
    label = state.node.rpartition("/")[2]
    told = "in the store" if state.state == "hit" else state.reason
    yield f"  <g><title>{escape(f'{state.node}: {told}')}</title>"
    yield (
        f'  <rect class="{state.state}" x="{place.x}" y="{place.y}" width="{_BOX}" '
        f'height="{_HEIGHT}" rx="5"/>'
    )
    yield f'  <text x="{place.x + 10}" y="{place.middle + 5}">{escape(label)}</text></g>'
