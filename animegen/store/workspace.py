"""Temporary folders inside the store that vanish with the process that made them.

Each has a lock file beside it. Whoever can take that lock knows that the owner is gone: a process
id would lie after a reboot, in a container, or on another host of a shared disk.
"""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from animegen.store.failure import store_errors
from animegen.store.layout import WORKSPACES
from animegen.store.lock import hold, try_lock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from filelock import BaseFileLock

    from animegen.store.layout import Layout

_LOCK = ".lock"


@contextmanager
def workspace(layout: Layout) -> Iterator[Path]:
    """Lend an empty folder for the body; sweep away those of dead processes.

    Raises:
        StoreFailed: when the folder cannot be made.
    """
    folder, lock = open_workspace(layout)
    try:
        yield folder
    finally:
        close_workspace(folder, lock)


def open_workspace(layout: Layout, prefix: str = "") -> tuple[Path, BaseFileLock]:
    """Make an empty folder and hold its lock; sweep away those of dead processes.

    Raises:
        StoreFailed: when the folder cannot be made.
    """
    folder = layout.tmp / f"{prefix}{os.urandom(8).hex()}"
    # Without the common lock a sweep could catch a folder before its owner has locked it.
    with hold(layout.lock(WORKSPACES)):
        sweep(layout.tmp)
        lock = try_lock(_lock_of(folder))
        if lock is None:
            raise AssertionError(f"{folder.name} was drawn twice")
        with store_errors(folder):
            folder.mkdir()
    return folder, lock


def close_workspace(folder: Path, lock: BaseFileLock) -> None:
    """Remove a folder that is no longer needed, and free its lock."""
    _remove(folder)
    lock.release()


def sweep(tmp: Path) -> None:
    """Remove the folders of dead processes; under the common lock."""
    for folder in names(tmp):
        lock = try_lock(_lock_of(folder))
        if lock is not None:
            _remove(folder)
            lock.release()


def names(tmp: Path) -> list[Path]:
    """Return the folders, alive or dead, of which there is a folder or a lock."""
    with store_errors(tmp):
        return [tmp / name for name in sorted({p.name.removesuffix(_LOCK) for p in tmp.iterdir()})]


def is_alive(folder: Path) -> bool:
    """Say whether some process holds the folder's lock; makes no file."""
    path = _lock_of(folder)
    lock = try_lock(path) if path.exists() else None
    if lock is None:
        return path.exists()
    lock.release()
    return False


def _lock_of(folder: Path) -> Path:
    return folder.with_name(folder.name + _LOCK)


def _remove(folder: Path) -> None:
    # What cannot be removed now is swept by the next process; a render must not fail over it.
    shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):
        _lock_of(folder).unlink()
