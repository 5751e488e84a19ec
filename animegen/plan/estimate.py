"""What a plan will cost in seconds and memory, learned from what the same work took before.

Where nothing is known it says so: no number is invented. Unaware of where times come from.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median, quantiles
from typing import TYPE_CHECKING, Literal, NamedTuple

from animegen.plan.times import Work
from animegen.plan.workload import workload_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from animegen.plan.graph import Plan
    from animegen.plan.states import NodeState
    from animegen.plan.times import Sample, Times
    from animegen.plan.workload import Workload

Basis = Literal["measured", "scaled", "unknown"]
_WEAKEST: tuple[Basis, ...] = ("unknown", "scaled", "measured")


class Spread(NamedTuple):
    """The quartiles of some seconds."""

    low: float
    middle: float
    high: float

    def plus(self, other: Spread, times: int = 1) -> Spread:
        """Add another one, `times` times. Of sums the middle half is narrower than this says."""
        return Spread(*(a + b * times for a, b in zip(self, other, strict=True)))


NOTHING = Spread(0.0, 0.0, 0.0)


@dataclass(frozen=True, kw_only=True)
class Part:
    """All nodes of one kind that will run."""

    kind: str
    nodes: int
    unknown: int
    """Nodes of which nothing like them was ever timed."""
    seconds: Spread
    """Of the nodes that something is known of."""
    samples: int
    """Nodes that were timed before, of the same work or of the work that it was scaled from."""
    basis: Basis
    """The weakest of its nodes': `scaled` by pixels x frames x steps from another size."""


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """What is known of the cost of a plan."""

    device: str
    parts: tuple[Part, ...]
    loading: Spread
    """What the first node of each kind takes longer: it loads models and libraries."""
    memory: int | None
    """Bytes: the most that any work of the plan held before."""

    @property
    def nodes(self) -> int:
        """Nodes that will run."""
        return sum(part.nodes for part in self.parts)

    @property
    def unknown(self) -> int:
        """Nodes of which nothing is known."""
        return sum(part.unknown for part in self.parts)

    @property
    def samples(self) -> int:
        """Nodes that were timed before and that this rests on."""
        return sum(part.samples for part in self.parts)

    @property
    def seconds(self) -> Spread | None:
        """What the known nodes will take; None when none of those that will run is known."""
        if self.nodes and self.unknown == self.nodes:
            return None
        total = self.loading
        for part in self.parts:
            total = total.plus(part.seconds)
        return total


def estimate(plan: Plan, states: Sequence[NodeState], times: Times, device: str) -> Estimate:
    """Return what rendering the nodes that are not in the store will cost on a device."""
    known = _Known(times, device)
    loads: dict[str, list[Workload]] = {}
    for state in states:
        if state.state == "run":
            load = workload_of(plan.nodes[state.node], plan)
            loads.setdefault(load.kind, []).append(load)
    firsts = [each[0] for each in loads.values()]
    loading = NOTHING
    for place, load in enumerate(firsts):
        before = tuple(sorted(other.kind for other in firsts[:place]))
        loading = loading.plus(known.loading(load, before))
    distinct = {load for each in loads.values() for load in each}
    return Estimate(
        device=device,
        parts=tuple(known.part(kind, each) for kind, each in loads.items()),
        loading=loading,
        memory=max(filter(None, map(known.memory, distinct)), default=None),
    )


class _Known:
    """What the ledger says of one device."""

    def __init__(self, times: Times, device: str) -> None:
        self._warm: dict[Workload, tuple[Sample, ...]] = {}
        self._cold: dict[Workload, dict[tuple[str, ...], tuple[Sample, ...]]] = {}
        for work, samples in times.samples.items():
            if work.device == device and work.after is None:
                self._warm[work.load] = samples
            elif work.device == device and work.after is not None:
                self._cold.setdefault(work.load, {})[work.after] = samples
        self._costs: dict[Workload, tuple[Spread | None, int, Basis]] = {}

    def part(self, kind: str, loads: Sequence[Workload]) -> Part:
        seconds, unknown, bases = NOTHING, 0, set[Basis]()
        sources: dict[Workload, int] = {}
        for load in loads:
            cost, sources[load], basis = self._cost(load)
            bases.add(basis)
            if cost is None:
                unknown += 1
            else:
                seconds = seconds.plus(cost)
        return Part(
            kind=kind,
            nodes=len(loads),
            unknown=unknown,
            seconds=seconds,
            samples=sum(sources.values()),
            basis=next(basis for basis in _WEAKEST if basis in bases),
        )

    def loading(self, load: Workload, before: tuple[str, ...]) -> Spread:
        """Return what a node takes longer for being its kind's first in a process."""
        found = {other: runs for other, runs in self._cold.items() if other.is_like(load)}
        extra = []
        for other, runs in found.items():
            cost, _, _ = self._cost(other)
            if cost is not None:
                same = {before: runs[before]} if before in runs else runs
                extra += [(s.seconds - cost.middle, after) for after in same for s in runs[after]]
        exact = [seconds for seconds, after in extra if after == before]
        return _spread([max(0.0, each) for each in exact or [seconds for seconds, _ in extra]])

    def memory(self, load: Workload) -> int | None:
        """Return what the same work held at most; of another size nobody can say."""
        cold = (sample for runs in self._cold.get(load, {}).values() for sample in runs)
        held = [sample.memory for sample in (*self._warm.get(load, ()), *cold) if sample.memory]
        return max(held, default=None)

    def _cost(self, load: Workload) -> tuple[Spread | None, int, Basis]:
        if load not in self._costs:
            self._costs[load] = self._look_up(load)
        return self._costs[load]

    def _look_up(self, load: Workload) -> tuple[Spread | None, int, Basis]:
        """Prefer the same work; else scale like work; a process's first node is a last resort."""
        cold = {
            each: tuple(s for samples in runs.values() for s in samples)
            for each, runs in self._cold.items()
        }
        for known in (self._warm, cold):
            if load in known:
                return _spread([s.seconds for s in known[load]]), len(known[load]), "measured"
            like = {other: samples for other, samples in known.items() if other.is_like(load)}
            alike = {o: samples for o, samples in like.items() if o.manner == load.manner} or like
            rates = [s.seconds / o.units for o, samples in alike.items() for s in samples]
            if rates:
                scaled = _spread([rate * load.units for rate in rates])
                return scaled, len(rates), "scaled"
        return None, 0, "unknown"


def _spread(seconds: Sequence[float]) -> Spread:
    if not seconds:
        return NOTHING
    if len(seconds) == 1:
        return Spread(seconds[0], seconds[0], seconds[0])
    low, _, high = quantiles(seconds, n=4, method="inclusive")
    return Spread(low, median(seconds), high)


def work_of(load: Workload, device: str, seen: set[str]) -> Work:
    """Return what is timed when a process runs a node after nodes of the kinds `seen`."""
    after = None if load.kind in seen else tuple(sorted(seen))
    return Work(load=load, device=device, after=after)
