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
from animegen.store.lock import hold, try_lock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from animegen.store.layout import Layout

_LOCK = ".lock"


@contextmanager
def workspace(layout: Layout) -> Iterator[Path]:
    """Lend an empty folder for the body; sweep away those of dead processes.

    Raises:
        StoreFailed: when the folder cannot be made.
    """
    folder = layout.tmp / os.urandom(8).hex()
    # Without the common lock a sweep could catch a folder before its owner has locked it.
    with hold(layout.lock("workspaces")):
        _sweep(layout.tmp)
        lock = try_lock(_lock_of(folder))
        if lock is None:
            raise AssertionError(f"{folder.name} was drawn twice")
        with store_errors(folder):
            folder.mkdir()
    try:
        yield folder
    finally:
        _remove(folder)
        lock.release()


def _sweep(tmp: Path) -> None:
    with store_errors(tmp):
        names = sorted({path.name.removesuffix(_LOCK) for path in tmp.iterdir()})
    for name in names:
        lock = try_lock(_lock_of(tmp / name))
        if lock is not None:
            _remove(tmp / name)
            lock.release()


def _lock_of(folder: Path) -> Path:
    return folder.with_name(folder.name + _LOCK)


def _remove(folder: Path) -> None:
    # What cannot be removed now is swept by the next process; a render must not fail over it.
    shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):
        _lock_of(folder).unlink()
