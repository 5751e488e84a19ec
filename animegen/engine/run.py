"""Runs a plan: only what the targets need, nothing twice, as much as can be.

Unaware of what steps do and of where they run.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from animegen.engine.events import (
    NodeFailed,
    NodeFinished,
    NodeSkipped,
    NodeStarted,
    RunFinished,
    RunStarted,
)
from animegen.engine.lookup import check_hit, look_up, waiting
from animegen.engine.states import Failed, Hit, Missing, Outcome, Rendered, Skipped, State
from animegen.errors import AnimegenError, Interrupted, StoreFailed
from animegen.plan.order import by_loaded_state

if TYPE_CHECKING:
    from animegen.engine.cancel import Cancel
    from animegen.engine.events import Emit, Event
    from animegen.engine.executors.protocol import Executor
    from animegen.plan.graph import Node, Plan
    from animegen.store.artifact import Artifact
    from animegen.store.store import Store


def run(
    plan: Plan,
    store: Store,
    executor: Executor,
    emit: Emit,
    *,
    force: frozenset[str] = frozenset(),
    cancel: Cancel,
) -> Outcome:
    """Bring every target of `plan` into `store` and say what became of each node.

    A node that the store has is a hit, and its inputs are not looked at. `force` names nodes to
    render although the store has them; what reads such a node is rendered again, too, if it came
    out with other bits than before. A failed node takes along only what depends on it. Another
    process may run the same plan in the same store: each node is rendered once.

    Raises:
        Interrupted: when `cancel` was requested; what is finished is kept.
        StoreFailed: when the store cannot be read or written; what is finished is kept.
    """
    return _Run(
        plan=plan, store=store, executor=executor, emit=emit, force=force, cancel=cancel
    ).run()


@dataclass(kw_only=True)
class _Run:
    plan: Plan
    store: Store
    executor: Executor
    emit: Emit
    force: frozenset[str]
    cancel: Cancel
    states: dict[str, State] = field(default_factory=dict)
    outdated: set[str] = field(default_factory=set)
    """Nodes that the store has, made from an input that has other bits by now."""

    def run(self) -> Outcome:
        started = time.monotonic()
        try:
            self._survey()
            # More may be missing after a round: what reads a forced node.
            while missing := self._missing():
                for node in by_loaded_state(self.plan, set(missing)):
                    if isinstance(self.states[node], Missing):
                        self._settle(self.plan.nodes[node])
        finally:
            outcome = self._outcome()
            self.emit(
                RunFinished(
                    rendered=outcome.count(Rendered),
                    hits=outcome.count(Hit),
                    failed=outcome.count(Failed),
                    skipped=outcome.count(Skipped),
                    complete=outcome.complete,
                    seconds=time.monotonic() - started,
                )
            )
        return outcome

    def _outcome(self) -> Outcome:
        states = {node: self.states[node] for node in self.plan.nodes if node in self.states}
        return Outcome(targets=self.plan.targets, states=states)

    def _survey(self) -> None:
        seen = self._look_down()
        if self._missing():
            # From here on a collection spares what was found; it may have been quicker.
            self.store.protect(node.key for node in self.plan.nodes.values())
            hits = [n for n, state in self.states.items() if isinstance(state, Hit)]
            if not all(self.store.is_listed(self.plan.nodes[node].key) for node in hits):
                seen = self._look_down()
        missing = self._missing()
        self.emit(RunStarted(hits=len(self.states) - len(missing), to_render=missing))
        for event in reversed(seen):
            self.emit(event)

    def _look_down(self) -> list[Event]:
        """Look from the targets down; below a hit nothing is needed."""
        self.states.clear()
        needed = {*self.plan.targets, *self.force.intersection(self.plan.nodes)}
        seen: list[Event] = []
        for node in reversed(list(self.plan.nodes.values())):
            if node.id in needed:
                # A target is about to be delivered, so its content counts, too.
                state = self._look_up(node, seen.append, check=node.id in self.plan.targets)
                if isinstance(state, Missing):
                    needed.update(node.inputs.values())
        return seen

    def _missing(self) -> tuple[str, ...]:
        return tuple(node for node in self.plan.nodes if isinstance(self.states.get(node), Missing))

    def _look_up(self, node: Node, emit: Emit, *, check: bool) -> State:
        forced = node.id in self.force or node.id in self.outdated
        state = Missing() if forced else look_up(self.store, node, emit, check=check)
        self.states[node.id] = state
        return state

    def _settle(self, wanted: Node) -> None:
        """Render a node, and before it every input that proves to be missing after all."""
        stack = [wanted]
        while stack:
            node = stack[-1]
            sources = [self.plan.nodes[source] for source in dict.fromkeys(node.inputs.values())]
            missing = [source for source in sources if not self._is_settled(source)]
            if isinstance(self.states[node.id], Missing) and missing:
                stack.extend(reversed(missing))
                continue
            stack.pop()
            if isinstance(self.states[node.id], Missing):
                self.states[node.id] = self._attempt(node)

    def _is_settled(self, node: Node) -> bool:
        """Whether a node can be read, or never will be; a stored one is checked on the way."""
        state = self.states.get(node.id)
        if state is None:
            state = self._look_up(node, self.emit, check=True)
        elif isinstance(state, Hit):
            state = self.states[node.id] = check_hit(self.store, node, state, self.emit)
        return not isinstance(state, Missing)

    def _attempt(self, node: Node) -> State:
        inputs: dict[str, Artifact] = {}
        for role, source in node.inputs.items():
            match self.states[source]:
                case Hit(artifact=artifact) | Rendered(artifact=artifact):
                    inputs[role] = artifact
                case Skipped(because=culprit):
                    return self._skip(node, culprit)
                case _:
                    return self._skip(node, source)
        try:
            return self._obtain(node, inputs)
        except Interrupted:
            raise
        except AnimegenError as error:
            self.emit(NodeFailed(node=node.id, error=error))
            if isinstance(error, StoreFailed):
                raise
            return Failed(error=error)

    def _skip(self, node: Node, because: str) -> Skipped:
        self.emit(NodeSkipped(node=node.id, because=because))
        return Skipped(because=because)

    def _obtain(self, node: Node, inputs: dict[str, Artifact]) -> State:
        self.cancel.check()
        with self.store.lock(node.key, waiting(node, self.emit, self.cancel)):
            # Another process, or a node with the same key, may have made it meanwhile.
            state = self._look_up(node, self.emit, check=True)
            return self._render(node, inputs) if isinstance(state, Missing) else state

    def _render(self, node: Node, inputs: dict[str, Artifact]) -> Rendered:
        before = self.store.find(node.key)
        self.emit(NodeStarted(node=node.id))
        started = time.monotonic()
        artifact = self.executor.render(
            node, inputs, store=self.store, emit=self.emit, cancel=self.cancel
        )
        seconds = time.monotonic() - started
        held = artifact.made.get("memory")
        self.emit(
            NodeFinished(
                node=node.id,
                key=node.key,
                seconds=seconds,
                memory=held if isinstance(held, int) else None,
            )
        )
        if before is not None and _content(before) != _content(artifact):
            self._outdate_readers(node)
        return Rendered(artifact=artifact)

    def _outdate_readers(self, node: Node) -> None:
        """Have whatever read the artifact that a forced node left before rendered again."""
        for reader in self.plan.nodes.values():
            if node.id in reader.inputs.values():
                self.outdated.add(reader.id)
                self.states[reader.id] = Missing()


def _content(artifact: Artifact) -> dict[str, str]:
    return {name: blob.digest for name, blob in artifact.blobs.items()}
