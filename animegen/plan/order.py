"""In which order nodes run: those that need the same weights and LoRAs back to back.

Exchanging what is loaded costs as much as rendering a picture, or more. Unaware of what a switch
costs exactly, of the store, and of what rendering does.
"""

from __future__ import annotations

from graphlib import TopologicalSorter
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from animegen.steps.protocol import loaded_by

if TYPE_CHECKING:
    from collections.abc import Collection

    from animegen.plan.graph import Plan
    from animegen.steps.protocol import Loaded


def by_loaded_state(plan: Plan, running: Collection[str]) -> list[str]:
    """Return the nodes that will run, every node after its inputs.

    Of those that are ready, the next is one that needs what is loaded: first the same weights, then
    the same LoRAs, then the same motion LoRA. Ties go by the plan's order, so a shot is finished
    before another one that needs the same is begun. Steps without models need what is loaded.
    """
    nodes = [node for node in plan.nodes.values() if node.id in running]
    places = {node.id: place for place, node in enumerate(nodes)}
    sorter = TopologicalSorter(
        {node.id: places.keys() & set(node.inputs.values()) for node in nodes}
    )
    sorter.prepare()
    ready: dict[Loaded | None, list[int]] = {}
    order: list[str] = []
    now: Loaded | None = None
    while sorter.is_active():
        for released in sorter.get_ready():
            place = places[released]
            heappush(ready.setdefault(loaded_by(nodes[place].step), []), place)
        needed = min(ready, key=lambda one: (_switches(now, one), ready[one][0]))
        order.append(nodes[heappop(ready[needed])].id)
        ready = {one: waiting for one, waiting in ready.items() if waiting}
        now = _after(now, needed)
        sorter.done(order[-1])
    return order


def _switches(now: Loaded | None, needed: Loaded | None) -> tuple[bool, bool, bool]:
    """Tell what would be exchanged: weights, LoRAs, motion LoRA."""
    if now is None or needed is None:
        return (False, False, False)
    moves = now.motion is not None and needed.motion is not None and now.motion != needed.motion
    return (now.weights != needed.weights, now.loras != needed.loras, moves)


def _after(now: Loaded | None, needed: Loaded | None) -> Loaded | None:
    """Return what is loaded after a step; what it does not use stays."""
    if now is None or needed is None:
        return needed or now
    return needed if needed.motion is not None else needed._replace(motion=now.motion)
