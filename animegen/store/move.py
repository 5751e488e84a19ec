"""Takes the artifacts of one film out of a store as one file, and into another.

Unaware of storyboards: it is told node ids and keys.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from animegen.errors import StoreFailed, UsageError
from animegen.store.bundle import BundleDamaged, Contents, Member, reading, write_bundle
from animegen.store.entry import EntryDamaged, decode
from animegen.store.failure import store_errors
from animegen.store.history import History
from animegen.store.write import flush, make_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from animegen.store.artifact import Artifact
    from animegen.store.store import Store

_CHUNK = 1 << 20
_OPTION = "-o FILE"


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What came of an import."""

    film: str
    new: int
    known: int
    """Artifacts that were here already, whole."""


def export_film(
    store: Store, film: str, nodes: Mapping[str, str], targets: tuple[str, ...], path: Path
) -> int:
    """Write what the store has of a film's nodes to `path`, whole or not at all; return how many.

    Raises:
        StoreFailed: when the disk refuses.
        UsageError: when the store has nothing of it.
    """
    # A store that cannot be written is one that nobody collects.
    with suppress(StoreFailed):
        store.protect(nodes.values())
    found = {key: artifact for key in nodes.values() if (artifact := _whole(store, key))}
    if not found:
        raise UsageError(
            f"the store has nothing of {film}", remedy="render it first, then export it"
        )
    complete = all(nodes[target] in found for target in targets)
    contents = Contents(film=film, nodes=nodes, complete=complete)
    with store_errors(path, _OPTION):
        make_folder(path.absolute().parent)
        part = path.with_name(f".{path.name}.{os.urandom(4).hex()}.part")
        try:
            count = write_bundle(part, contents, found.values())
            flush(part)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    return count


def import_bundle(store: Store, path: Path) -> Imported:
    """Take in a bundle, artifact by artifact: each is there whole, or not at all.

    Raises:
        NotABundle, BundleTruncated, BundleDamaged, BundleUnsafe: see `bundle`; what came before
            stays.
        StoreFailed: when the disk refuses.
        UsageError: when the file cannot be read.
    """
    try:
        with reading(path) as (contents, members):
            store.protect(contents.nodes.values())
            known = list(_take_in(store, path, members))
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from error
    history = History(store, contents.film)
    history.update(contents.nodes)
    if contents.complete:
        history.remember(contents.nodes)
    return Imported(film=contents.film, new=known.count(False), known=known.count(True))


def _whole(store: Store, key: str) -> Artifact | None:
    artifact = store.find(key)
    return artifact if artifact and store.check(artifact) else None


def _take_in(store: Store, path: Path, members: Iterator[Member]) -> Iterator[bool]:
    """Yield for each artifact whether it was known."""
    with store.workspace() as folder:
        for member in members:
            if member.digest is not None:
                _save(path, member, folder / member.digest)
            elif member.key is not None:
                artifact = _read_entry(store, path, member, member.key)
                known = _whole(store, artifact.key) is not None
                if not known:
                    _require_blobs(path, artifact, folder)
                    store.receive(artifact, folder)
                for left in folder.iterdir():
                    left.unlink()
                yield known


def _save(path: Path, member: Member, target: Path) -> None:
    hasher = hashlib.sha256()
    with store_errors(target):
        file = target.open("wb")
    with file:
        while chunk := member.content.read(_CHUNK):
            hasher.update(chunk)
            with store_errors(target):
                file.write(chunk)
    if hasher.hexdigest() != member.digest:
        raise _damaged(path, f"the content of {member.name} has changed")


def _read_entry(store: Store, path: Path, member: Member, key: str) -> Artifact:
    try:
        return decode(member.text(), key, store.layout)
    except EntryDamaged as error:
        raise _damaged(path, f"{member.name}: {error}") from error


def _require_blobs(path: Path, artifact: Artifact, folder: Path) -> None:
    for name, blob in artifact.blobs.items():
        if not (folder / blob.digest).exists() and not blob.path.exists():
            raise _damaged(path, f"{name} of {artifact.key[:12]} is not in it")


def _damaged(path: Path, reason: str) -> BundleDamaged:
    return BundleDamaged(
        f"{path} is damaged: {reason}",
        remedy="copy it again from where it was made; what was imported before this stays",
    )
