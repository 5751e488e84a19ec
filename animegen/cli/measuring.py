"""Has shots measured and reads what was found. Unaware of what the figures are for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from animegen.cli.session import Ground, Session
    from animegen.engine.cancel import Cancel
    from animegen.engine.events import Event
    from animegen.engine.states import Outcome
    from animegen.plan.figures import ShotQuality
    from animegen.plan.graph import Plan


class Run(Protocol):
    """Brings a plan's targets into the store, as the verb was told to."""

    @property
    def quiet(self) -> bool:
        """Whether the verb was told to say only what went wrong."""

    def __call__(self, plan: Plan, *, quiet: bool = False) -> Outcome:
        """Run it; `quiet` tells of trouble only, whatever the verb was told."""


@dataclass(frozen=True, kw_only=True)
class Listening:
    """A `Run` that keeps what it hears."""

    ground: Ground
    compiling: str
    offload: str
    quiet: bool
    cancel: Cancel | None = None
    keys: dict[str, str] = field(default_factory=dict)
    """The key of each node that is in the store, by id; the last one that was run."""
    rendered: set[str] = field(default_factory=set)
    """The keys of the nodes that were made."""

    def __call__(
        self, plan: Plan, *, quiet: bool = False, force: frozenset[str] = frozenset()
    ) -> Outcome:
        """See `Run`; `force` names nodes to render although the store has them."""
        from animegen.cli.running import run_plan

        return run_plan(
            plan,
            self.ground,
            compiling=self.compiling,
            offload=self.offload,
            force=force,
            quiet=quiet or self.quiet,
            listener=self._hear,
            cancel=self.cancel,
        )

    def _hear(self, event: Event) -> None:
        from animegen.engine.events import NodeFinished, NodeHit

        if isinstance(event, NodeHit | NodeFinished):
            self.keys[event.node] = event.key
        if isinstance(event, NodeFinished):
            self.rendered.add(event.key)


def measure_shots(session: Session, run: Run) -> tuple[dict[str, ShotQuality], tuple[str, ...]]:
    """Return what the film's shots are like, and which shots could not be measured.

    A film that is taken from the store may be older than its frames there: nothing is rendered
    only to be measured.

    Raises:
        Interrupted, StoreFailed: as a run does.
    """
    from animegen.plan.quality import plan_quality

    compiled = session.compiled
    plan = plan_quality(compiled.plan, session.weights, compiled.selection)
    at_hand = [target for target in plan.targets if _is_at_hand(plan, target, session)]
    missing = [target for target in at_hand if not session.store.has(plan.nodes[target].key)]
    if missing and not run.quiet:
        shots = f"{len(missing)} shot{'s' if len(missing) > 1 else ''}"
        typer.echo(f"measuring {shots}", err=True)
    outcome = run(_aimed_at(plan, at_hand), quiet=True)
    found = read_figures(outcome, session, compiled.selection)
    lost = tuple(target.rpartition("/")[0] for target in plan.targets)
    return found, tuple(shot for shot in lost if shot not in found)


def run_missing(plan: Plan, session: Session, run: Run) -> Outcome:
    """Run a plan of measures, without a word if all of them are in the store."""
    missing = any(not session.store.has(plan.nodes[target].key) for target in plan.targets)
    return run(plan, quiet=not missing)


def read_figures(
    outcome: Outcome, session: Session, shots: Sequence[str], suffix: str = ""
) -> dict[str, ShotQuality]:
    """Return the figures that a run left, by shot; `suffix` names a take (`@2`).

    Raises:
        StoreFailed: when they cannot be read.
    """
    from animegen.plan.figures import read_quality
    from animegen.plan.quality import quality_node
    from animegen.steps.quality import FILE

    timings = {timing.id: timing for timing in session.compiled.timeline.shots}
    artifacts = outcome.artifacts
    nodes = {shot: quality_node(f"{shot}{suffix}") for shot in shots}
    return {
        shot: read_quality(artifacts[node].path(FILE).read_text(encoding="utf-8"), timings[shot])
        for shot, node in nodes.items()
        if node in artifacts
    }


def _is_at_hand(plan: Plan, target: str, session: Session) -> bool:
    node = plan.nodes[target]
    sources = (plan.nodes[source].key for source in node.inputs.values())
    return session.store.has(node.key) or all(session.store.has(key) for key in sources)


def _aimed_at(plan: Plan, targets: Sequence[str]) -> Plan:
    from animegen.plan.graph import Plan

    return Plan(nodes=plan.nodes, targets=tuple(targets))
