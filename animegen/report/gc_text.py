"""What a collection would do or did, and what a verification found, as text for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from animegen.report.amounts import count_of, show_bytes, show_time
from animegen.report.cache_table import table
from animegen.store.selection import unique_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from animegen.store.collect import Collection, Removed
    from animegen.store.roots import Owner
    from animegen.store.selection import Verdict
    from animegen.store.verify import Loss, Verified

    Owners = Mapping[str, Owner]


def collection_text(collection: Collection, owners: Owners, *, every: bool, done: bool) -> str:
    """Return what goes and what stays, by reason; `every` lists each artifact that goes."""
    going, staying = collection.selection.going, collection.selection.staying
    parts = [_by_reason("goes" if done else "would go", going)]
    if every:
        parts += [_each(verdict, owners) for verdict in going]
    parts.append("\n" + _by_reason("stays", staying))
    litter = collection.litter
    return (
        f"{''.join(parts)}\n"
        f"besides: {count_of(len(collection.findings.orphans()), 'orphan blob')}, "
        f"{count_of(len(litter.quarantine), 'file')} in quarantine, "
        f"{count_of(len(litter.tmp), 'folder')} of dead processes, "
        f"{count_of(len(litter.locks), 'lock file')}\n"
    )


def removed_text(removed: Removed) -> str:
    """Return what was taken away."""
    return (
        f"removed {count_of(removed.artifacts, 'artifact')}, {count_of(removed.blobs, 'blob')} "
        f"({show_bytes(removed.bytes)}), {count_of(removed.quarantine, 'file')} in quarantine, "
        f"{count_of(removed.locks, 'lock file')}\n"
    )


def verified_text(found: Verified, owners: Owners, seconds: float) -> str:
    """Return what is lost, by film and node, and the sum."""
    lines = [
        f"{_name(loss.key, loss.kind, owners)}: {reason}"
        for loss in found.losses
        for reason in loss.reasons
    ]
    if found.orphans:
        lines.append(f"{count_of(found.orphans, 'damaged blob')} that nothing needs")
    read = f"{count_of(found.artifacts, 'artifact')}, {count_of(found.blobs, 'blob')}"
    speed = f"{show_bytes(found.read)} in {show_time(seconds)}"
    lines.append(f"{read}, {speed}: {_conclusion(found.losses)}")
    return "\n".join(lines) + "\n"


def _conclusion(losses: Sequence[Loss]) -> str:
    if not losses:
        return "all as they were written"
    return f"{count_of(len(losses), 'artifact')} to render again"


def _by_reason(head: str, verdicts: Sequence[Verdict]) -> str:
    reasons: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        reasons.setdefault(verdict.why, []).append(verdict)
    lines = [
        (
            f"  {why}",
            str(len(those)),
            show_bytes(unique_bytes(verdict.row for verdict in those)),
            show_time(sum(verdict.row.seconds for verdict in those)),
        )
        for why, those in sorted(reasons.items())
    ]
    if not lines:
        return f"{head}: nothing\n"
    return table((head, "artifacts", "size", "to make again"), lines)


def _each(verdict: Verdict, owners: Owners) -> str:
    row = verdict.row
    amounts = f"{show_bytes(row.size)}, {show_time(row.seconds)}"
    return f"  {_name(row.key, row.kind, owners)}: {amounts}\n"


def _name(key: str, kind: str, owners: Owners) -> str:
    owner = owners.get(key)
    return f"{owner.film} {owner.node}" if owner else f"{kind or 'artifact'} {key[:12]}"
