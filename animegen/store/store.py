"""The store: artifacts under their keys, blobs under their digests. Unaware of steps and plans.

Everything is written beside and renamed: an entry is there only after all of its blobs are, so a
reader, or a crash, never sees half an artifact. What turns out damaged is set aside and treated
as missing.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from animegen.digest import file_digest
from animegen.errors import RenderFailed
from animegen.store.artifact import Artifact, Blob
from animegen.store.entry import EntryDamaged, decode, encode
from animegen.store.examine import Damage, examine_content, examine_size, set_aside
from animegen.store.failure import store_errors
from animegen.store.layout import COLLECTION, Layout
from animegen.store.lease import Lease
from animegen.store.lock import OnWait, hold, patient
from animegen.store.prepare import prepare, refuse_foreign
from animegen.store.workspace import workspace
from animegen.store.write import publish_bytes, publish_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from animegen.digest import Json
    from animegen.store.record import Record

OnDamage = Callable[[str], None]
_Examine = Callable[[Blob], Damage | None]
_READ_ONLY = 0o444


def unheard(_: str) -> None:
    """Do not listen to what is damaged."""


class Store:
    """A folder of artifacts. It is made by the first write; looking into it creates nothing."""

    def __init__(self, root: Path) -> None:
        """Open the store at `root`, which need not exist yet.

        Raises:
            StoreFailed: when the folder is another version's store, or no store at all.
        """
        self.layout = Layout(root)
        self._lease: Lease | None = None
        refuse_foreign(self.layout)

    @property
    def root(self) -> Path:
        """The store's folder."""
        return self.layout.root

    def find(self, key: str, on_damage: OnDamage = unheard) -> Artifact | None:
        """Return the artifact of `key` if its entry and every blob, at its size, are there.

        What is damaged is moved to the quarantine and `on_damage` hears why.

        Raises:
            StoreFailed: when the store cannot be read.
        """
        artifact = self._read(self.layout.entry(key), on_damage)
        if artifact is None:
            return None
        return artifact if self._examine(artifact, examine_size, on_damage) else None

    def has(self, key: str) -> bool:
        """Say whether `find` would return an artifact; what is damaged stays where it is.

        Raises:
            StoreFailed: when the store cannot be read.
        """
        artifact = self._load(self.layout.entry(key))
        return isinstance(artifact, Artifact) and not any(_damages(artifact, examine_size))

    def check(self, artifact: Artifact, on_damage: OnDamage = unheard) -> bool:
        """Read every blob; true if all are what was written, else as `find`."""
        return self._examine(artifact, examine_content, on_damage)

    def record(self, key: str) -> Record | None:
        """Return the record of an artifact made earlier, even if its blobs are gone.

        As `has`, it sets nothing aside.
        """
        artifact = self._load(self.layout.entry(key))
        return artifact.record if isinstance(artifact, Artifact) else None

    def told(self, key: str) -> Artifact | None:
        """Return what is said of a key; its blobs may be gone. It sets nothing aside.

        Raises:
            StoreFailed: when the store cannot be read.
        """
        artifact = self._load(self.layout.entry(key))
        return artifact if isinstance(artifact, Artifact) else None

    def look(self, key: str) -> tuple[Artifact | None, str]:
        """Return an artifact, damaged or not, and what is wrong with it; nothing is set aside."""
        artifact = self._load(self.layout.entry(key))
        if isinstance(artifact, Artifact):
            damages = _damages(artifact, examine_size)
            return artifact, "; ".join(f"{name} {damage.reason}" for name, damage in damages)
        return None, f"its entry {artifact.reason}" if artifact else ""

    def entries(self) -> Iterator[Artifact]:
        """Yield every readable artifact, by key; its blobs are not looked at."""
        for path in sorted(self.layout.entries.glob("*/*.json")):
            artifact = self._read(path, unheard)
            if artifact is not None:
                yield artifact

    def lock(self, name: str, on_wait: OnWait = patient) -> AbstractContextManager[None]:
        """Hold the lock of a key during the body; look for the artifact again once inside.

        `on_wait` is called repeatedly while another process holds it; what it raises ends the
        wait.
        """
        prepare(self.layout)
        return hold(self.layout.lock(name), on_wait)

    def workspace(self) -> AbstractContextManager[Path]:
        """Lend an empty folder, on the store's own filesystem, for the body."""
        prepare(self.layout)
        return workspace(self.layout)

    def publish(self, record: Record, folder: Path, made: Mapping[str, Json]) -> Artifact:
        """Move the files of `folder` (from `workspace`) into the store under `record.key`.

        Raises:
            RenderFailed: when the folder is empty or holds something that is not a file.
            StoreFailed: when the disk refuses; there is no entry then.
        """
        with store_errors(self.root):
            files = {path.name: path for path in _plain_files(folder, record.kind)}
            blobs = {name: self._describe(path) for name, path in files.items()}
            artifact = Artifact(record=record, blobs=blobs, made=made)
            self._keep(artifact, files, folder)
        return artifact

    def receive(self, artifact: Artifact, folder: Path) -> None:
        """Publish an artifact that another store made.

        Its blobs lie in `folder` (from `workspace`) under their digests, which the caller has
        compared with their content; one that is not there must be in this store already.

        Raises:
            StoreFailed: when the disk refuses, or a blob is in neither place; there is no entry
                then.
        """
        files = {name: folder / blob.digest for name, blob in artifact.blobs.items()}
        with store_errors(self.root):
            self._keep(artifact, files, folder)

    def protect(self, keys: Iterable[str]) -> None:
        """Keep these artifacts from a collection until `close`, or until this process ends.

        Those in the store now, and those published later; it replaces what was protected before.

        Raises:
            StoreFailed: when the disk refuses.
        """
        prepare(self.layout)
        before, self._lease = self._lease, Lease(self.layout, keys)
        if before is not None:
            before.end()

    def close(self) -> None:
        """Say that nothing of the store is in use any more."""
        if self._lease is not None:
            self._lease.end()
            self._lease = None

    def is_listed(self, key: str) -> bool:
        """Say whether there is an entry, whole or not: for what `protect` was called for."""
        with store_errors(self.root):
            return self.layout.entry(key).exists()

    def expect(self, keys: Iterable[str]) -> None:
        """Hear which artifacts will be asked for; a store that is far away asks for all at once."""

    def _describe(self, path: Path) -> Blob:
        digest = file_digest(path)
        return Blob(digest=digest, size=path.stat().st_size, path=self.layout.object(digest))

    def _keep(self, artifact: Artifact, files: Mapping[str, Path], folder: Path) -> None:
        # A collection that ran between blob and entry would find a blob that nothing needs.
        with hold(self.layout.lock(COLLECTION)):
            for name, blob in artifact.blobs.items():
                self._adopt(files[name], blob)
            publish_bytes(encode(artifact), self.layout.entry(artifact.key), folder)

    def _adopt(self, path: Path, blob: Blob) -> None:
        # Content that is there already is replaced: it may have rotted since it was written.
        if path.exists():
            path.chmod(_READ_ONLY)
            publish_file(path, blob.path)
        else:
            os.utime(blob.path)  # a collection spares what has changed since it looked

    def _read(self, path: Path, on_damage: OnDamage) -> Artifact | None:
        loaded = self._load(path)
        if not isinstance(loaded, Damage):
            return loaded
        on_damage(f"the entry of {path.stem[:12]} {set_aside(loaded, self.layout.quarantine)}")
        return None

    def _load(self, path: Path) -> Artifact | Damage | None:
        with store_errors(path):
            try:
                seen = path.stat()
            except FileNotFoundError:
                return None
        try:
            return decode(path.read_bytes(), path.stem, self.layout)
        except EntryDamaged as error:
            reason = f"is damaged: {error}"
        except OSError as error:
            reason = f"is damaged: it cannot be read ({error.strerror})"
        return Damage(path=path, reason=reason, seen=seen)

    def _examine(self, artifact: Artifact, examine: _Examine, on_damage: OnDamage) -> bool:
        whole = True
        for name, damage in _damages(artifact, examine):
            whole = False
            reason = set_aside(damage, self.layout.quarantine)
            on_damage(f"{name} of {artifact.key[:12]} {reason}")
        return whole


def _damages(artifact: Artifact, examine: _Examine) -> Iterator[tuple[str, Damage]]:
    for name, blob in artifact.blobs.items():
        with store_errors(blob.path):
            damage = examine(blob)
        if damage is not None:
            yield name, damage


def _plain_files(folder: Path, kind: str) -> list[Path]:
    files = sorted(folder.iterdir())
    odd = [path.name for path in files if path.is_symlink() or not path.is_file()]
    if odd:
        raise RenderFailed(f"step {kind} left '{odd[0]}', which is not a file")
    if not files:
        raise RenderFailed(f"step {kind} left no file")
    return files
