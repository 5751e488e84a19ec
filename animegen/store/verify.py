"""Reads a store's content again and sets aside what is not what was written.

Unaware of films: it says which artifacts are lost, by key. Safe while renders and collections run.
"""

from __future__ import annotations

import os
import random
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from animegen.digest import file_digest
from animegen.store.examine import Damage, examine_content, set_aside
from animegen.store.failure import store_errors
from animegen.store.scan import scan_blobs, scan_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from animegen.store.artifact import Artifact, Blob
    from animegen.store.store import Store

    OnProgress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class Loss:
    """An artifact that the store no longer has."""

    key: str
    kind: str
    """The kind of step; empty when the entry itself is damaged."""
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Verified:
    """What a verification read and found."""

    artifacts: int
    blobs: int
    read: int
    """Bytes."""
    losses: Sequence[Loss]
    orphans: int
    """Damaged blobs that nothing needed."""

    @property
    def whole(self) -> bool:
        """Whether nothing was damaged."""
        return not self.losses and not self.orphans


def _unseen(_done: int, _total: int) -> None:
    pass


def verify(
    store: Store,
    *,
    sample: float = 1.0,
    workers: int | None = None,
    on_progress: OnProgress = _unseen,
) -> Verified:
    """Read the entries and every blob once, or those of a random `sample` of the artifacts.

    `on_progress` hears how many bytes of how many are read.

    Raises:
        StoreFailed: when the store cannot be read.
    """
    keys = sorted(scan_keys(store.layout))
    if sample < 1:
        keys = sorted(random.sample(keys, max(1, round(len(keys) * sample)) if keys else 0))
    artifacts, lost = _read_entries(store, keys)
    blobs = {blob.digest: blob for found in artifacts.values() for blob in found.blobs.values()}
    total, read, bad = sum(blob.size for blob in blobs.values()), 0, {}
    with ThreadPoolExecutor(workers or os.cpu_count()) as pool:
        for blob, damage in zip(blobs.values(), pool.map(_examine, blobs.values()), strict=True):
            read += blob.size
            if damage is not None:
                bad[blob.digest] = set_aside(damage, store.layout.quarantine)
            on_progress(read, total)
    for key, artifact in artifacts.items():
        reasons = [
            f"{name} {bad[blob.digest]}"
            for name, blob in artifact.blobs.items()
            if blob.digest in bad
        ]
        if reasons and store.is_listed(key):  # else a collection took it meanwhile
            lost[key] = Loss(key=key, kind=artifact.record.kind, reasons=tuple(reasons))
    orphans = _set_orphans_aside(store, blobs) if sample >= 1 else 0
    return Verified(
        artifacts=len(keys),
        blobs=len(blobs),
        read=read,
        losses=[lost[key] for key in sorted(lost)],
        orphans=orphans,
    )


def _read_entries(store: Store, keys: Sequence[str]) -> tuple[dict[str, Artifact], dict[str, Loss]]:
    """Return what is whole but for its blobs' content, and what is not."""
    whole: dict[str, Artifact] = {}
    lost: dict[str, Loss] = {}
    told: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        artifact = store.find(key, told[key].append)
        if artifact is not None:
            whole[key] = artifact
        elif told[key]:
            record = store.record(key)
            kind = record.kind if record else ""
            reasons = tuple(reason.replace(f" of {key[:12]}", "") for reason in told[key])
            lost[key] = Loss(key=key, kind=kind, reasons=reasons)
    return whole, lost


def _examine(blob: Blob) -> Damage | None:
    with store_errors(blob.path):
        return examine_content(blob)


def _set_orphans_aside(store: Store, known: Mapping[str, Blob]) -> int:
    """Look at the blobs that no entry names: the next artifact may have the same content."""
    damaged = 0
    for digest in scan_blobs(store.layout):
        path = store.layout.object(digest)
        damage = None if digest in known else _orphan_damage(path)
        if damage is not None:
            set_aside(damage, store.layout.quarantine)
            damaged += 1
    return damaged


def _orphan_damage(path: Path) -> Damage | None:
    try:
        seen = path.stat()
        if file_digest(path) == path.name:
            return None
    except FileNotFoundError:
        return None
    except OSError as error:
        return Damage(path=path, reason=f"cannot be read ({error.strerror})", seen=seen)
    return Damage(path=path, reason="its content has changed", seen=seen)
