"""Removes from a store what nothing needs, also while renders run in it.

The order makes it safe. Blobs are looked at first, then nobody is in the middle of publishing for
a moment, then entries are read. So whatever needs a blob was read, or was published later, which
shows in the blob's file: publishing puts a new one there. Everything is removed under the lock that
publishing takes, an entry before its blobs, and only while it is the file that was looked at.
Unaware of why something is to go.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from animegen.store.failure import store_errors
from animegen.store.history import forget
from animegen.store.layout import COLLECTION, WORKSPACES
from animegen.store.lock import hold, try_lock
from animegen.store.roots import roots
from animegen.store.scan import read_rows, scan_blobs, signature_of
from animegen.store.selection import select
from animegen.store.workspace import is_alive, names, sweep
from animegen.store.write import flush

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence
    from pathlib import Path

    from animegen.store.layout import Layout
    from animegen.store.roots import Holders
    from animegen.store.scan import Row, Signature
    from animegen.store.selection import Policy, Selection

_AT_ONCE = 500
"""What is removed before a render that waits to publish gets its turn."""
_LASTING = frozenset({f"{COLLECTION}.lock", f"{WORKSPACES}.lock"})


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What lay in a store when it was looked through."""

    rows: Sequence[Row]
    blobs: Mapping[str, Signature | None]
    """By digest; None where a look was enough."""

    def orphans(self) -> list[str]:
        """Return the digests of blobs that no entry names."""
        needed = {digest for row in self.rows for digest, _ in row.blobs}
        return [digest for digest in self.blobs if digest not in needed]


@dataclass(frozen=True, kw_only=True)
class Litter:
    """Files that hold no artifact."""

    quarantine: Sequence[Path]
    tmp: Sequence[Path]
    """Folders of dead processes."""
    locks: Sequence[Path]
    """Lock files; some may be in use."""


@dataclass(frozen=True, kw_only=True)
class Removed:
    """What a collection took away."""

    artifacts: int
    blobs: int
    bytes: int
    quarantine: int
    locks: int


@dataclass(frozen=True, kw_only=True)
class Collection:
    """A collection that could be made."""

    holders: Holders
    findings: Findings
    selection: Selection
    litter: Litter


def look_through(layout: Layout, *, to_remove: bool = False) -> Findings:
    """Read all entries and the names of all blobs; their state, too, if some are `to_remove`.

    Raises:
        StoreFailed: when the store cannot be read.
    """
    if not to_remove:
        blobs = dict.fromkeys(scan_blobs(layout))
        return Findings(rows=read_rows(layout), blobs=blobs)
    seen = {digest: signature_of(layout.object(digest)) for digest in scan_blobs(layout)}
    with hold(layout.lock(COLLECTION)):
        pass  # whoever has put a blob there before this has published its entry, too
    return Findings(rows=read_rows(layout), blobs=seen)


def plan_collection(
    layout: Layout, holders: Holders, policy: Policy, now: float, *, to_remove: bool
) -> Collection:
    """Choose what would go; without `to_remove`, nothing is written and it cannot be removed.

    Raises:
        StoreFailed: when the store cannot be read.
    """
    findings = look_through(layout, to_remove=to_remove)
    before = None if policy.older_than is None else now - policy.older_than
    return Collection(
        holders=holders,
        findings=findings,
        selection=select(findings.rows, roots(layout, holders), policy, now),
        litter=_litter(layout, before),
    )


def collect(layout: Layout, collection: Collection) -> Removed:
    """Remove what was chosen, what only that used, and the litter.

    Raises:
        StoreFailed: when the disk refuses; an artifact is then there, or not.
    """
    findings, litter = collection.findings, collection.litter
    with store_errors(layout.root):
        dropped = set(_drop_entries(layout, collection))
        for shard in {layout.entry(key).parent for key in dropped}:
            flush(shard)  # after a power cut, too, no entry may outlive its blobs
        needed = {
            digest for row in findings.rows if row.key not in dropped for digest, _ in row.blobs
        }
        sizes = list(_drop_blobs(layout, findings.blobs, needed))
        with hold(layout.lock(WORKSPACES)):
            sweep(layout.tmp)
        for path in litter.quarantine:
            path.unlink(missing_ok=True)
        locks = sum(map(_drop_lock, litter.locks))
        for film in collection.holders.without:
            forget(layout, film)
    return Removed(
        artifacts=len(dropped),
        blobs=len(sizes),
        bytes=sum(sizes),
        quarantine=len(litter.quarantine),
        locks=locks,
    )


def size_below(path: Path) -> int:
    """Return the bytes of a file, or of all files in a folder."""
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())


def _litter(layout: Layout, before: float | None) -> Litter:
    quarantined = _files(layout.quarantine)
    if before is not None:
        quarantined = [path for path in quarantined if path.stat().st_ctime < before]
    tmp = names(layout.tmp) if layout.tmp.is_dir() else []
    return Litter(
        quarantine=quarantined,
        tmp=[folder for folder in tmp if not is_alive(folder)],
        locks=[path for path in _files(layout.locks) if path.name not in _LASTING],
    )


def _drop_entries(layout: Layout, collection: Collection) -> Iterator[str]:
    going = [verdict.row for verdict in collection.selection.going]
    for start in range(0, len(going), _AT_ONCE):
        with hold(layout.lock(COLLECTION)):
            # Asked again each time: a render may have begun, or ended, meanwhile.
            held = roots(layout, collection.holders)
            for row in going[start : start + _AT_ONCE]:
                path = layout.entry(row.key)
                if row.key not in held and signature_of(path) == row.signature:
                    path.unlink()
                    yield row.key


def _drop_blobs(
    layout: Layout, seen: Mapping[str, Signature | None], needed: Container[str]
) -> Iterator[int]:
    digests = [digest for digest in seen if digest not in needed]
    for start in range(0, len(digests), _AT_ONCE):
        with hold(layout.lock(COLLECTION)):
            for digest in digests[start : start + _AT_ONCE]:
                path = layout.object(digest)
                signature = signature_of(path)
                if signature is not None and signature == seen[digest]:
                    size = path.stat().st_size
                    path.unlink()
                    yield size


def _drop_lock(path: Path) -> bool:
    """Remove a lock file that nobody holds.

    Whoever has opened it meanwhile gets the lock of a file without a name, which filelock notices
    and tries again.
    """
    lock = try_lock(path)
    if lock is None:
        return False
    with suppress(OSError):
        path.unlink()
    lock.release()
    return True


def _files(folder: Path) -> list[Path]:
    with store_errors(folder):
        return sorted(p for p in folder.iterdir() if p.is_file()) if folder.is_dir() else []
