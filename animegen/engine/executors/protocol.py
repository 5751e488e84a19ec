"""What the engine asks of whatever runs a node: here, in another process, on another machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from animegen.engine.cancel import Cancel
    from animegen.engine.events import Emit
    from animegen.plan.graph import Node
    from animegen.store.artifact import Artifact
    from animegen.store.store import Store


class Executor(Protocol):
    """Renders one node at a time. The engine holds the lock of the node's key meanwhile."""

    def render(
        self,
        node: Node,
        inputs: Mapping[str, Artifact],
        *,
        store: Store,
        emit: Emit,
        cancel: Cancel,
    ) -> Artifact:
        """Render `node` from its inputs (role to artifact) and publish the result in `store`.

        Raises:
            Interrupted: when `cancel` was requested.
            StoreFailed: when the disk refuses; the run stops.
            AnimegenError: when this node cannot be rendered; others still can.
        """
