"""Listens to a run and keeps how long each node took, for later estimates.

What cannot be written is not kept: a render never fails over its stopwatch.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

from animegen.engine.events import NodeFinished, RunFinished
from animegen.errors import StoreFailed
from animegen.plan.estimate import work_of
from animegen.plan.times import Sample, add_times
from animegen.plan.workload import workload_of

if TYPE_CHECKING:
    from animegen.engine.events import Event
    from animegen.plan.graph import Plan
    from animegen.plan.times import Work
    from animegen.store.store import Store

_EVERY = 10.0
"""Seconds between writes, and at the end of the run: what a kill loses are a few numbers."""


class Stopwatch:
    """Hears every event of one run; one per process and run."""

    def __init__(self, plan: Plan, store: Store, device: str) -> None:
        self._plan = plan
        self._store = store
        self._device = device
        self._seen: set[str] = set()
        self._found: list[tuple[Work, Sample]] = []
        self._written = time.monotonic()

    def __call__(self, event: Event) -> None:
        """Note a finished node; write what was noted now and then."""
        if isinstance(event, NodeFinished):
            self._note(event)
        late = time.monotonic() - self._written > _EVERY
        if self._found and (late or isinstance(event, RunFinished)):
            with suppress(StoreFailed):
                add_times(self._store, self._found)
            self._found.clear()
            self._written = time.monotonic()

    def _note(self, event: NodeFinished) -> None:
        load = workload_of(self._plan.nodes[event.node], self._plan)
        work = work_of(load, self._device, self._seen)
        self._seen.add(load.kind)
        sample = Sample(round(event.seconds, 3), event.memory)
        self._found.append((work, sample))
