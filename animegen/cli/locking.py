"""Compares a film with its lock file, for the verbs that plan or render."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from animegen.errors import LockDrifted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from animegen.packs.weights import Weights
    from animegen.plan.graph import Plan
    from animegen.storyboard.reading import Reading


def check_lock(reading: Reading, plan: Plan, weights: Weights, *, locked: bool) -> None:
    """Print where the film is not as its lock has it: as warnings, or as errors if `locked`.

    Raises:
        LockDrifted: `locked`, and it differs anywhere, or there is no lock.
    """
    from animegen.cli.opening import print_findings
    from animegen.cli.session import shown
    from animegen.plan.ingredients import weights_in
    from animegen.storyboard.diagnose import in_order
    from animegen.storyboard.lock_drift import Drift

    lock, film = reading.lock, reading.document.source.path
    if lock.document is None:
        if locked:
            raise LockDrifted(
                f"--locked: there is no {shown(lock.path)}",
                remedy=f"`storyboard lock {shown(film)}` writes it",
            )
        return
    drift = Drift(lock)
    if locked or lock.weights is not None:
        used = weights_in(plan, weights)
        drift.weights(used)
        if locked:
            drift.gaps(reading.shots, used)
    found = in_order((*reading.drift, *drift.findings()))
    if locked:
        found = tuple(replace(one, severity="error") for one in found)
    print_findings(found, lock.document.source)
    if locked and found:
        raise LockDrifted(
            f"--locked: the film is not as {shown(lock.path)} has it",
            remedy=f"undo the change, or accept it with `storyboard lock {shown(film)}`",
        )


@contextmanager
def editing(reading: Reading, store: Sequence[str] | None) -> Iterator[None]:
    """Keep other processes from editing the same lock file during the body."""
    import hashlib

    from animegen.cli.stores import open_local

    name = hashlib.sha256(str(reading.lock.path.resolve()).encode()).hexdigest()
    with open_local(store, reading.project).lock(f"edit-{name}"):
        yield
