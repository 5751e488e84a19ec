"""Remembers which keys a film's nodes had when they were last rendered.

Unaware of plans. It serves only to say why a node misses: losing it loses no picture.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

from animegen.store.failure import store_errors
from animegen.store.write import publish_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from animegen.store.store import Store

_UNSAFE = re.compile(r"[^a-z0-9]+")


class History:
    """Node id to key, for one film of a store."""

    def __init__(self, store: Store, film: str) -> None:
        """Open the history of the film called `film`; it may be empty."""
        # The digest tells apart titles that differ only in what a file name cannot hold.
        slug = _UNSAFE.sub("-", film.lower()).strip("-")[:40]
        self._name = f"{slug}-{hashlib.sha256(film.encode()).hexdigest()[:12]}"
        self._store = store
        self._path = store.layout.history / f"{self._name}.json"

    def read(self) -> dict[str, str]:
        """Return node id to key; empty before the first render or when the file is damaged.

        Raises:
            StoreFailed: when the store cannot be read.
        """
        with store_errors(self._path):
            try:
                text = self._path.read_bytes()
            except FileNotFoundError:
                return {}
        try:
            keys = json.loads(text)
        except ValueError:
            return {}
        return {str(node): str(key) for node, key in keys.items()} if type(keys) is dict else {}

    def update(self, keys: Mapping[str, str]) -> None:
        """Remember these nodes' keys and keep what is known of other nodes.

        Nothing new is nothing to write, so a finished film can be looked at on a read-only disk.

        Raises:
            StoreFailed: when the disk refuses.
        """
        if keys.items() <= self.read().items():
            return
        with self._store.lock(f"history-{self._name}"), self._store.workspace() as folder:
            merged = self.read() | dict(keys)
            with store_errors(self._path):
                publish_bytes(json.dumps(merged, indent=1).encode(), self._path, folder)
