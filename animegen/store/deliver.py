"""Copies a blob out of the store to where the user wants it, whole or not at all."""

from __future__ import annotations

import glob
import hashlib
import os
import shutil
from typing import TYPE_CHECKING

from animegen.digest import file_digest
from animegen.errors import StoreFailed
from animegen.store.failure import store_errors
from animegen.store.write import make_folder, publish_file

if TYPE_CHECKING:
    from pathlib import Path

    from animegen.store.artifact import Blob
    from animegen.store.store import Store

_OPTION = "-o DIR"


def deliver(store: Store, blob: Blob, target: Path) -> bool:
    """Copy `blob` to `target`; false if the same content was there already and was left alone.

    It is a true copy, never a link: the user may edit it. The store's lock keeps two processes
    from delivering the same file at once.

    Raises:
        StoreFailed: when the disk refuses, or the blob is damaged; `target` is then as before.
    """
    # Looked at before the lock: a finished film costs no write, not even on a read-only disk.
    with store_errors(target, _OPTION):
        if _holds(target, blob):
            return False
    name = hashlib.sha256(str(target.resolve()).encode()).hexdigest()
    with store.lock(f"deliver-{name}"), store_errors(target, _OPTION):
        make_folder(target.parent)
        for stray in target.parent.glob(f".{glob.escape(target.name)}.*.part"):
            stray.unlink()
        _copy(blob, target)
    return True


def _holds(target: Path, blob: Blob) -> bool:
    if not target.is_file() or target.stat().st_size != blob.size:
        return False
    return file_digest(target) == blob.digest


def _copy(blob: Blob, target: Path) -> None:
    part = target.with_name(f".{target.name}.{os.urandom(4).hex()}.part")
    try:
        shutil.copyfile(blob.path, part)
        if file_digest(part) != blob.digest:
            raise StoreFailed(
                f"the stored copy of {target.name} is damaged",
                remedy="render again: it will be made anew",
            )
        publish_file(part, target)
    finally:
        part.unlink(missing_ok=True)
