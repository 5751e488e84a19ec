"""Leases: the keys that living processes are using, which a collection spares.

A lease is a temporary folder with a list in it. It ends with its process, however that dies, for
the folder's lock does.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

from animegen.store.failure import store_errors
from animegen.store.layout import COLLECTION
from animegen.store.lock import hold
from animegen.store.workspace import close_workspace, is_alive, names, open_workspace

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from animegen.store.layout import Layout

_PREFIX = "lease-"
_KEYS = "keys"


class Lease:
    """Keys in use until `end`, or until nobody has this object any more."""

    def __init__(self, layout: Layout, keys: Iterable[str]) -> None:
        """Take the lease; whatever of it is in the store when this returns will stay.

        Raises:
            StoreFailed: when the disk refuses.
        """
        folder, lock = open_workspace(layout, _PREFIX)
        self.end = weakref.finalize(self, close_workspace, folder, lock)
        with hold(layout.lock(COLLECTION)), store_errors(folder):
            (folder / _KEYS).write_text("\n".join(keys))


def leased_keys(layout: Layout) -> set[str]:
    """Return the keys that living processes are using; for the holder of the common lock.

    Raises:
        StoreFailed: when the store cannot be read.
    """
    if not layout.tmp.is_dir():
        return set()
    found: set[str] = set()
    for folder in names(layout.tmp):
        if folder.name.startswith(_PREFIX) and is_alive(folder):
            with store_errors(folder):
                found.update(_read(folder / _KEYS))
    return found


def _read(path: Path) -> list[str]:
    try:
        return path.read_text().split()
    except FileNotFoundError:
        return []  # its owner waits for the lock that the caller holds, or has just ended
