"""Adds to a film's plan the steps that measure its shots. Unaware of what they find.

They are targets of their own: nothing that is drawn reads them, so no key of the film changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from animegen.errors import WeightsMissing
from animegen.plan.graph import Plan, PlanBuilder
from animegen.steps.clip import Clip
from animegen.steps.quality import Quality
from animegen.steps.segment import Segment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from animegen.packs.weights import Weights
    from animegen.plan.graph import Node


def quality_node(stem: str) -> str:
    """Return the id of the node that measures a shot, or a take of it."""
    return f"{stem}/quality"


def plan_quality(plan: Plan, weights: Weights, stems: Iterable[str]) -> Plan:
    """Return a plan whose targets measure these shots of `plan` (`rooftop`, `rooftop@2`).

    A slate has nothing to be measured and is left out.
    """
    step = Quality(embedder=_embedder(weights))
    targets, needed = {}, dict[str, None]()
    for stem in stems:
        clip = plan.nodes[f"{stem}/clip"]
        segments = {role: plan.nodes[source] for role, source in clip.inputs.items()}
        if not isinstance(clip.step, Clip) or not all(_is_drawn(one) for one in segments.values()):
            continue
        inputs = {role: node.id for role, node in segments.items()}
        inputs["keyframe"] = next(iter(segments.values())).inputs["keyframe"]
        targets[quality_node(stem)] = inputs
        needed.update(dict.fromkeys(_ancestors(plan, inputs.values())))
    builder = PlanBuilder()
    for node in plan.nodes.values():
        if node.id in needed:
            builder.add(node.id, node.step, node.inputs)
    for name, inputs in targets.items():
        builder.add(name, step, inputs)
    return builder.build(targets)


def _is_drawn(node: Node) -> bool:
    return isinstance(node.step, Segment)


def _embedder(weights: Weights) -> str | None:
    row = weights.pack.embedder
    if row is None:
        return None
    try:
        return weights.component(row.path)
    except WeightsMissing:  # nothing that is drawn needs it
        return None


def _ancestors(plan: Plan, sources: Iterable[str]) -> set[str]:
    found, waiting = set[str](), list(sources)
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting.extend(plan.nodes[node].inputs.values())
    return found
