"""Narrows a plan to a part of its work. Unaware of the store and of shots that were left out."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from animegen.plan.graph import Plan
from animegen.steps.clip import Clip
from animegen.steps.control import Control
from animegen.steps.film import Film
from animegen.steps.keyframe import Keyframe

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

UNTIL: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "keyframe": (Keyframe.kind,),
        "control": (Keyframe.kind, Control.kind),
        "clip": (Clip.kind,),
        "film": (Film.kind,),
    }
)
"""The words for how far a render goes, each with the kinds of nodes that are then looked at."""


def until(plan: Plan, word: str) -> Plan:
    """Return the plan that ends with the nodes of `word`; it has no targets if there are none."""
    return as_far_as(plan, [n.id for n in plan.nodes.values() if n.step.kind in UNTIL[word]])


def as_far_as(plan: Plan, targets: Iterable[str]) -> Plan:
    """Return the plan of these targets: they and all that they depend on."""
    targets = tuple(targets)
    needed = set(targets)
    for node in reversed(list(plan.nodes.values())):
        if node.id in needed:
            needed.update(node.inputs.values())
    nodes = {name: node for name, node in plan.nodes.items() if name in needed}
    return Plan(nodes=nodes, targets=targets)


def named(plan: Plan, names: Iterable[str]) -> tuple[frozenset[str], list[str]]:
    """Return the nodes that `names` mean, a shot meaning all of its own; and the unknown names."""
    found: set[str] = set()
    unknown = []
    for name in names:
        nodes = {node for node in plan.nodes if name in (node, node.rpartition("/")[0])}
        found |= nodes
        unknown += [] if nodes else [name]
    return frozenset(found), unknown
