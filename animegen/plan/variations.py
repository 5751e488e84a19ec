"""One plan of many variations: what several of them need is in it once.

Two nodes are the same when they have one key, so it is exact. Unaware of the store.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from animegen.plan.graph import Plan

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from animegen.plan.graph import Node
    from animegen.storyboard.variations import Axis, Variation

Identity = tuple[str, str]
"""A node's id in its own film, and its key."""


@dataclass(frozen=True, kw_only=True)
class Merged:
    """The plan of all variations, and where each finds its own nodes in it."""

    plan: Plan
    names: tuple[Mapping[str, str], ...]
    """For each variation: the node's id in its own film to its id in `plan`."""

    @property
    def shared(self) -> int:
        """How many nodes several variations have in common."""
        users: dict[str, int] = defaultdict(int)
        for names in self.names:
            for node in names.values():
                users[node] += 1
        return sum(count > 1 for count in users.values())


def merge(plans: Sequence[Plan], variations: Sequence[Variation], axes: Sequence[Axis]) -> Merged:
    """Merge one plan for each variation into a plan that renders nothing twice.

    A node is called after the values that it depends on: `weather=rain/rooftop/keyframe`, and
    plain `rooftop/keyframe` where it is the same in all variations.
    """
    users: dict[Identity, list[int]] = defaultdict(list)
    for number, plan in enumerate(plans):
        for node in plan.nodes.values():
            users[node.id, node.key].append(number)
    names = {
        identity: "/".join([*_values(variations, axes, numbers), identity[0]])
        for identity, numbers in users.items()
    }
    own = [{node.id: names[node.id, node.key] for node in plan.nodes.values()} for plan in plans]
    nodes: dict[str, Node] = {}
    for plan, called in zip(plans, own, strict=True):
        for node in plan.nodes.values():
            inputs = {role: called[source] for role, source in node.inputs.items()}
            nodes.setdefault(called[node.id], replace(node, id=called[node.id], inputs=inputs))
    targets = dict.fromkeys(
        called[target] for plan, called in zip(plans, own, strict=True) for target in plan.targets
    )
    return Merged(plan=Plan(nodes=nodes, targets=tuple(targets)), names=tuple(own))


def idle_axes(
    plans: Sequence[Plan], variations: Sequence[Variation], axes: Sequence[Axis]
) -> tuple[str, ...]:
    """Return the axes of several values of which none changes any target's key."""
    return tuple(
        axis.name
        for axis in axes
        if len(axis.values) > 1 and not _changes(axis.name, plans, variations)
    )


def _changes(axis: str, plans: Sequence[Plan], variations: Sequence[Variation]) -> bool:
    met: dict[tuple[str, ...], set[tuple[str, ...]]] = defaultdict(set)
    for plan, variation in zip(plans, variations, strict=True):
        others = tuple(value for name, value in variation.settings.items() if name != axis)
        met[others].add(tuple(plan.nodes[target].key for target in plan.targets))
    return any(len(keys) > 1 for keys in met.values())


def _values(
    variations: Sequence[Variation], axes: Sequence[Axis], users: Sequence[int]
) -> tuple[str, ...]:
    """Return the values that the users of a node, and nobody else, have in common.

    Where no few words say that, the first user's own values do: no other node has them.
    """
    parts = [{variations[number].parts[place] for number in users} for place in range(len(axes))]
    free = [len(met) == len(axis.values) for met, axis in zip(parts, axes, strict=True)]
    others = 1
    for axis, is_free in zip(axes, free, strict=True):
        others *= len(axis.values) if is_free else 1
    fixed = all(is_free or len(met) == 1 for met, is_free in zip(parts, free, strict=True))
    if not fixed or others != len(users):
        return (",".join(variations[users[0]].parts),)
    met = [variations[users[0]].parts[place] for place, is_free in enumerate(free) if not is_free]
    return (",".join(met),) if met else ()
