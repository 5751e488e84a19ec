"""Compares a store's entries and blobs with a film's provenance. Sets nothing aside."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from animegen.digest import file_digest

if TYPE_CHECKING:
    from animegen.proof.document import BlobRow, Provenance, StepRow
    from animegen.proof.finding import Report
    from animegen.store.store import Store


def audit_store(proof: Provenance, store: Store | None, report: Report) -> None:
    """Read every blob of the lineage; say what cannot be read any more."""
    steps = proof.lineage.steps
    unguarded = sum(not (proof.made.get(key) or {}).get("guarded") for key in steps)
    if unguarded:
        report.unchecked.append(
            f"{unguarded} of {len(steps)} steps do not say that they ran under the guard"
        )
    if store is None:
        kinds = Counter(name for step in steps.values() for name in step.blobs or {})
        told = ", ".join(f"{count} {name}" for name, count in sorted(kinds.items())[:4])
        report.unchecked.append(
            f"the store is not here: what lies between text and film ({told}, ...)"
        )
        return
    found = len(report.findings)
    names = {row.key: name for name, row in proof.nodes.items()}
    tally = Counter(
        _check_blob(store, name, blob, names.get(key, key[:12]), report)
        for key, step in steps.items()
        for name, blob in (step.blobs or {}).items()
    )
    for key, step in steps.items():
        _check_entry(store, key, step, names.get(key, key[:12]), report)
    dropped = tally["missing"] + sum(step.blobs is None for step in steps.values())
    if dropped:
        report.unchecked.append(f"the store has dropped {dropped} of the lineage's files")
    if len(report.findings) == found:
        report.proven.append(f"the store holds the lineage's files: {tally['whole']}")


def _check_blob(store: Store, name: str, blob: BlobRow, node: str, report: Report) -> str:
    path = store.layout.object(blob.digest)
    if not path.is_file():
        return "missing"
    if path.stat().st_size == blob.size and file_digest(path) == blob.digest:
        return "whole"
    report.add("altered", f"{node}: {name}", "the store's copy is not what was rendered")
    return "altered"


def _check_entry(store: Store, key: str, step: StepRow, node: str, report: Report) -> None:
    if not store.layout.entry(key).is_file():
        return
    entry = store.told(key)
    if entry is None:
        report.add("altered", f"{node}: entry", "the store's entry is damaged or not its own")
    elif step.blobs is not None:
        stored = {name: blob.digest for name, blob in entry.blobs.items()}
        if stored != {name: blob.digest for name, blob in step.blobs.items()}:
            report.add("altered", f"{node}: entry", "the store holds another rendering of this key")
