"""Which weights a plan is drawn with, by name. Unaware of locks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from animegen.digest import walk

if TYPE_CHECKING:
    from animegen.packs.weights import Weights
    from animegen.plan.graph import Plan


def weights_in(plan: Plan, weights: Weights) -> dict[str, str]:
    """Return the digest of every component and LoRA in the plan's records, by name.

    Slates need none.
    """
    named = weights.named()
    digests = set(named.values())
    found = {
        leaf
        for node in plan.nodes.values()
        for _, leaf in walk(node.record.fields)
        if isinstance(leaf, str) and leaf in digests
    }
    return {name: digest for name, digest in named.items() if digest in found}
