"""The control: a store as it is written in an afternoon. It must fail where ours must not.

A folder for each key, files copied into it in place; a key whose folder is there is a hit. No lock,
no rename, no checksum. The film is copied out in place, too.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from animegen.store import deliver as delivering
from animegen.store import store as storing
from animegen.store.artifact import Artifact, Blob
from animegen.store.record import Record
from animegen.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager

    from animegen.digest import Json


class NaiveStore(Store):
    """Stands in for `Store`."""

    def find(self, key: str, on_damage: object = None) -> Artifact | None:
        """Return what lies in the key's folder."""
        del on_damage
        folder = self.root / "objects" / key
        if not folder.is_dir():
            return None
        files = [path for path in folder.iterdir() if path.name != "record.json"]
        blobs = {p.name: Blob(digest="", size=p.stat().st_size, path=p) for p in files}
        # The key is taken at its word.
        record = Record(kind="", revision=0, fields={})
        vars(record)["key"] = key
        return Artifact(record=record, blobs=blobs, made={})

    def has(self, key: str) -> bool:
        """Say whether the key's folder is there."""
        return self.find(key) is not None

    def check(self, artifact: Artifact, on_damage: object = None) -> bool:
        """Trust the disk."""
        del artifact, on_damage
        return True

    def record(self, key: str) -> None:
        """Know nothing of what was."""

    def entries(self) -> Iterator[Artifact]:
        """Yield whatever has a folder."""
        for folder in sorted(self.root.glob("objects/*")):
            found = self.find(folder.name)
            if found:
                yield found

    def lock(self, name: str, on_wait: object = None) -> AbstractContextManager[None]:
        """Lock nothing."""
        del name, on_wait
        return nullcontext()

    def protect(self, keys: object) -> None:
        """Let a collection take what it likes."""

    def is_listed(self, key: str) -> bool:
        """Say whether the key's folder is there."""
        return self.has(key)

    def workspace(self) -> AbstractContextManager[Path]:
        """Lend a folder that nobody sweeps."""
        for folder in ("tmp", "history"):
            (self.root / folder).mkdir(parents=True, exist_ok=True)
        return nullcontext(Path(tempfile.mkdtemp(dir=self.root / "tmp")))

    def publish(self, record: Record, folder: Path, made: Mapping[str, Json]) -> Artifact:
        """Copy the files to where they belong."""
        del made
        target = self.root / "objects" / record.key
        target.mkdir(parents=True, exist_ok=True)
        for path in sorted(folder.iterdir()):
            shutil.copyfile(path, target / path.name)
        (target / "record.json").write_text(json.dumps(record.to_json()))
        found = self.find(record.key)
        if found is None:
            raise FileNotFoundError(target)
        return found


def install() -> None:
    """Have every store that is opened from now on be a naive one."""
    storing.Store = NaiveStore
    delivering.deliver = _deliver


def _deliver(store: Store, blob: Blob, target: Path) -> bool:
    del store
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(blob.path, target)
    return True
