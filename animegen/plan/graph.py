"""The plan: nodes in a directed acyclic graph. The only module that knows networkx."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from animegen.steps.protocol import Step, record_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import networkx

    from animegen.store.record import Record


@dataclass(frozen=True, kw_only=True)
class Node:
    """One step of the plan with the nodes that it reads."""

    id: str
    """`rooftop/keyframe`, `rooftop/segment-001`, `film`."""
    step: Step
    record: Record
    inputs: Mapping[str, str] = field(default_factory=dict)
    """Role to node id."""

    @property
    def key(self) -> str:
        """The key of the node's artifact, known before anything runs."""
        return self.record.key


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Nodes by id, every node after its inputs; and the targets somebody asked for."""

    nodes: Mapping[str, Node]
    targets: tuple[str, ...]


class PlanBuilder:
    """Collects nodes bottom-up; a node's inputs must have been added before it."""

    def __init__(self) -> None:
        self._nodes: dict[str, Node] = {}

    def add(self, node_id: str, step: Step, inputs: Mapping[str, str] | None = None) -> str:
        """Add a node and return its id.

        Raises:
            ValueError: when the id is taken or an input is not there yet.
        """
        inputs = inputs or {}
        if node_id in self._nodes:
            raise ValueError(f"two nodes are called {node_id}")
        missing = [source for source in inputs.values() if source not in self._nodes]
        if missing:
            raise ValueError(f"{node_id} reads {missing[0]}, which is not in the plan")
        keys = {role: self._nodes[source].key for role, source in inputs.items()}
        self._nodes[node_id] = Node(
            id=node_id, step=step, record=record_of(step, keys), inputs=dict(inputs)
        )
        return node_id

    def adopt(self, node: Node) -> str:
        """Add a node of another plan whose artifact is there, without its inputs; return its id."""
        self._nodes[node.id] = Node(id=node.id, step=node.step, record=node.record)
        return node.id

    def build(self, targets: Iterable[str]) -> Plan:
        """Return the finished plan."""
        return Plan(nodes=dict(self._nodes), targets=tuple(targets))


def to_networkx(plan: Plan) -> networkx.DiGraph[str]:
    """Return the plan as a graph whose edges run from an input to its reader."""
    import networkx

    graph: networkx.DiGraph[str] = networkx.DiGraph()
    graph.add_nodes_from(plan.nodes)
    for node in plan.nodes.values():
        graph.add_edges_from((source, node.id) for source in node.inputs.values())
    return graph


def essential_edges(plan: Plan) -> list[tuple[str, str]]:
    """Return (input, reader) pairs without those that others imply: what a drawing needs.

    A segment reads its shot's keyframe and the segment before it; the second implies the first.
    Sorted by the plan's order.
    """
    import networkx

    order = {node: place for place, node in enumerate(plan.nodes)}
    reduced = networkx.transitive_reduction(to_networkx(plan))
    return sorted(reduced.edges, key=lambda edge: (order[edge[0]], order[edge[1]]))
