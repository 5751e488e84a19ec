"""Which nodes are in the store and which will run, with the reason. Renders nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from animegen.plan.why import why_it_runs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from animegen.plan.graph import Node, Plan
    from animegen.store.store import Store


@dataclass(frozen=True, kw_only=True)
class NodeState:
    """What `render` would do with one node."""

    node: str
    kind: str
    key: str
    state: Literal["hit", "run"]
    reason: str
    """Why it runs; empty for a hit."""

    @property
    def shot(self) -> str:
        """The shot that the node belongs to; empty for the film's."""
        return self.node.rpartition("/")[0]


def survey(plan: Plan, store: Store, history: Mapping[str, str]) -> tuple[NodeState, ...]:
    """Return the state of every node, in plan order.

    `history` is the node id to key of this film's last render. A node whose readers are all in
    the store counts as a hit even when its own artifact is gone: nothing needs it.
    """
    running = _running(plan, store)
    return tuple(
        NodeState(
            node=node.id,
            kind=node.step.kind,
            key=node.key,
            state="run" if node.id in running else "hit",
            reason=_reason(node, store, history) if node.id in running else "",
        )
        for node in plan.nodes.values()
    )


def _running(plan: Plan, store: Store) -> set[str]:
    """Walk from the targets down; only what a missing node reads is looked at."""
    needed, running = set(plan.targets), set()
    for node in reversed(list(plan.nodes.values())):
        if node.id in needed and not store.has(node.key):
            running.add(node.id)
            needed.update(node.inputs.values())
    return running


def _reason(node: Node, store: Store, history: Mapping[str, str]) -> str:
    key = history.get(node.id)
    if key is None:
        return "never rendered"
    if key == node.key:
        return "its artifact is gone from the store"
    old = store.record(key)
    return why_it_runs(old, node.record) if old else "changed since the last render"
