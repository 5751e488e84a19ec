"""Locks between processes. The kernel holds them, so a crash leaves nothing to unlock."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from animegen.store.failure import store_errors

if TYPE_CHECKING:
    from pathlib import Path

    from filelock import BaseFileLock

OnWait = Callable[[], None]
_POLL_SECONDS = 0.05


def patient() -> None:
    """Wait without doing anything else."""


def try_lock(path: Path) -> BaseFileLock | None:
    """Return the held lock, or None while another process has it.

    Raises:
        StoreFailed: when the lock file cannot be made.
    """
    # 60 ms to import: `plan` never locks anything.
    from filelock import FileLock, Timeout

    lock = FileLock(path)
    with store_errors(path):
        try:
            lock.acquire(blocking=False)
        except Timeout:
            return None
    return lock


@contextmanager
def hold(path: Path, on_wait: OnWait = patient) -> Iterator[None]:
    """Hold the lock during the body.

    `on_wait` is called again and again while another process has the lock; what it raises ends
    the wait.
    """
    while (lock := try_lock(path)) is None:
        on_wait()
        time.sleep(_POLL_SECONDS)
    try:
        yield
    finally:
        lock.release()
