"""Asks the store about a node and tells what it answers. Unaware of the order of nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from animegen.engine.events import NodeHit, NodeNote, NodeWaiting
from animegen.engine.states import Hit, Missing

if TYPE_CHECKING:
    from animegen.engine.cancel import Cancel
    from animegen.engine.events import Emit
    from animegen.plan.graph import Node
    from animegen.store.lock import OnWait
    from animegen.store.store import OnDamage, Store


def look_up(store: Store, node: Node, emit: Emit, *, check: bool) -> Hit | Missing:
    """Return whether the store has the node's artifact; `check` compares its content, too."""
    on_damage = noting(node, emit)
    artifact = store.find(node.key, on_damage)
    if artifact is None or (check and not store.check(artifact, on_damage)):
        return Missing()
    emit(NodeHit(node=node.id, key=node.key))
    return Hit(artifact=artifact, checked=check)


def check_hit(store: Store, node: Node, hit: Hit, emit: Emit) -> Hit | Missing:
    """Compare the content of an artifact found before, unless that was done."""
    if hit.checked or store.check(hit.artifact, noting(node, emit)):
        return Hit(artifact=hit.artifact, checked=True)
    return Missing()


def noting(node: Node, emit: Emit) -> OnDamage:
    """Return what turns a damage in the store into a note about the node."""
    return lambda reason: emit(NodeNote(node=node.id, message=f"{reason}; it is made anew"))


def waiting(node: Node, emit: Emit, cancel: Cancel) -> OnWait:
    """Return what tells once that another process has the node, and heeds the user meanwhile."""
    told: list[str] = []

    def on_wait() -> None:
        cancel.check()
        if not told:
            told.append(node.id)
            emit(NodeWaiting(node=node.id))

    return on_wait
