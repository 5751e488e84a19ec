"""Which nodes are in the store and which will run, with the reason. Renders nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from animegen.plan.explain import Memory, explain_plan
from animegen.plan.why import reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from animegen.plan.explain import Now
    from animegen.plan.graph import Plan
    from animegen.plan.stories import Story
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
    return states_of(explain_plan(plan, store, Memory(keys=history)), None)


def states_of(stories: Mapping[str, Story], now: Now | None) -> tuple[NodeState, ...]:
    """Return stories in short."""
    return tuple(
        NodeState(
            node=story.node,
            kind=story.kind,
            key=story.key,
            state=story.state,
            reason=reason(story, stories, now),
        )
        for story in stories.values()
    )
