"""Small artifacts for tests of the store."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from animegen.store.record import Record

if TYPE_CHECKING:
    from pathlib import Path

    from animegen.store.artifact import Artifact
    from animegen.store.store import Store


def record(seed: int, kind: str = "keyframe") -> Record:
    return Record(kind=kind, revision=1, fields={"seed": seed, "text": 'a "quoted", {} word'})


def put(
    store: Store, seed: int, content: bytes | None = None, seconds: float = 1.0, **others: bytes
) -> Artifact:
    """Publish an artifact of one file, or of several."""
    with store.workspace() as folder:
        (folder / "frames.mkv").write_bytes(content if content is not None else f"{seed}".encode())
        for name, more in others.items():
            (folder / name).write_bytes(more)
        return store.publish(record(seed), folder, {"seconds": seconds, "notes": []})


def rot(path: Path, content: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(content)


def age(store: Store, key: str, seconds: float) -> None:
    """Let an entry be older than it is."""
    path = store.layout.entry(key)
    stat = path.stat()
    os.utime(path, (stat.st_atime - seconds, stat.st_mtime - seconds))


def blobs_in(store: Store) -> set[str]:
    return {path.name for path in store.layout.objects.glob("*/*")}


def keys_in(store: Store) -> set[str]:
    return {path.stem for path in store.layout.entries.glob("*/*.json")}
