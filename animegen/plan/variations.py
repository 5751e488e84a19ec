"""One plan of many variations: what several of them need is in it once.

Two nodes are the same when they have one key, so it is exact. Unaware of the store.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from animegen.plan.compile import FILM, compile_film
from animegen.plan.frames import FrameCompiler
from animegen.plan.graph import Plan, PlanBuilder
from animegen.plan.sizes import frame_size
from animegen.storyboard.timing import Clocks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from animegen.packs.weights import Weights
    from animegen.plan.graph import Node
    from animegen.storyboard.reading import Reading
    from animegen.storyboard.variations import Axis, Variation

Until = Literal["keyframe", "clip", "film"]
Identity = tuple[str, str]
"""A node's id in its own film, and its key."""


@dataclass(frozen=True, kw_only=True)
class Glimpse:
    """Where a picture of a shot is to be had."""

    node: str
    blob: str
    frame: int | None = None
    """Of a video, counted from its first; None for a picture."""


@dataclass(frozen=True, kw_only=True)
class Aim:
    """A film's plan as far as somebody wants it."""

    plan: Plan
    glimpses: Mapping[str, Glimpse]
    """By shot, in film order."""


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


def compile_until(
    reading: Reading,
    weights: Weights,
    *,
    until: Until,
    dtype: str = "float32",
    slate: bool = False,
    only: Sequence[str] = (),
) -> Aim:
    """Return the plan of a film as far as `until`, with one target for each shot, or the film's.

    Until the keyframe a film of slates has its slates. Of a video the glimpse is the middle of the
    shot.

    Raises:
        WeightsMissing: when the pack or a LoRA is not on this machine (never for slates).
    """
    if until == "keyframe" and not slate:
        return _keyframes(reading, weights, dtype, only)
    compiled = compile_film(reading, weights, dtype=dtype, slate=slate, only=only)
    glimpses, start = {}, 0
    for timing in compiled.timeline.shots:
        if timing.id not in compiled.selection:
            continue
        middle = timing.frames // 2
        glimpses[timing.id] = {
            "keyframe": Glimpse(
                node=f"{timing.id}/slate", blob="frames.mkv", frame=timing.head + timing.body // 2
            ),
            "clip": Glimpse(
                node=f"{timing.id}/clip", blob="clip.mkv", frame=timing.before + middle
            ),
            "film": Glimpse(node=FILM, blob="film.mp4", frame=start + middle),
        }[until]
        start += timing.frames
    targets = dict.fromkeys(glimpse.node for glimpse in glimpses.values())
    return Aim(plan=_as_far_as(compiled.plan, tuple(targets)), glimpses=glimpses)


def _keyframes(reading: Reading, weights: Weights, dtype: str, only: Sequence[str]) -> Aim:
    """Plan the keyframes alone: the models that move them need not be on this machine."""
    builder = PlanBuilder()
    frames = FrameCompiler(
        reading=reading,
        weights=weights,
        dtype=dtype,
        clocks=Clocks.of(reading.storyboard),
        builder=builder,
    )
    size = frame_size(reading)
    glimpses = {
        shot.id: Glimpse(
            node=builder.add(f"{shot.id}/keyframe", frames.still(shot, 0, size)),
            blob="keyframe.png",
        )
        for shot in reading.storyboard.shots
        if not only or shot.id in only
    }
    return Aim(plan=builder.build(glimpse.node for glimpse in glimpses.values()), glimpses=glimpses)


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


def _as_far_as(plan: Plan, targets: Sequence[str]) -> Plan:
    """Return the plan of these targets: they and all that they depend on."""
    needed = set(targets)
    for node in reversed(list(plan.nodes.values())):
        if node.id in needed:
            needed.update(node.inputs.values())
    nodes = {name: node for name, node in plan.nodes.items() if name in needed}
    return Plan(nodes=nodes, targets=tuple(targets))
