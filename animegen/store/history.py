"""Remembers which keys a film's nodes had when they were last rendered, and from which words.

Unaware of plans and of what the words mean. It serves only to say why a node misses: losing it
loses no picture.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from animegen.digest import digest_of
from animegen.store.failure import store_errors
from animegen.store.write import publish_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from animegen.digest import Leaf
    from animegen.store.store import Store

Words = Callable[[], "Mapping[str, Leaf]"]
"""Yields a storyboard's words with their values, when they are needed."""

_UNSAFE = re.compile(r"[^a-z0-9]+")


class History:
    """Node id to key, for one film of a store."""

    def __init__(self, store: Store, film: str, words: Words | None = None) -> None:
        """Open the history of the film called `film`; it may be empty.

        `words` are those that the film is rendered from now.
        """
        # The digest tells apart titles that differ only in what a file name cannot hold.
        slug = _UNSAFE.sub("-", film.lower()).strip("-")[:40]
        self._name = f"{slug}-{hashlib.sha256(film.encode()).hexdigest()[:12]}"
        self._store = store
        self._path = store.layout.history / f"{self._name}.json"
        self._told = store.layout.history / "words" / f"{self._name}.json"
        self._words = words

    def read(self) -> dict[str, str]:
        """Return node id to key; empty before the first render or when the file is damaged.

        Raises:
            StoreFailed: when the store cannot be read.
        """
        return {node: str(key) for node, key in _read(self._path).items()}

    def words(self) -> dict[str, Mapping[str, Leaf]]:
        """Return node id to the words that it was last rendered from, as far as that is known.

        Nodes of one render share one mapping.

        Raises:
            StoreFailed: when the store cannot be read.
        """
        told = _read(self._told)
        texts, nodes = told.get("texts"), told.get("nodes")
        if not isinstance(texts, dict) or not isinstance(nodes, dict):
            return {}
        return {
            node: texts[text] for node, text in nodes.items() if isinstance(texts.get(text), dict)
        }

    def update(self, keys: Mapping[str, str]) -> None:
        """Remember these nodes' keys and keep what is known of other nodes.

        Nothing new is nothing to write, so a finished film can be looked at on a read-only disk.

        Raises:
            StoreFailed: when the disk refuses.
        """
        words = dict(self._words()) if self._words else None
        if keys.items() <= self.read().items() and self._knows(keys, words):
            return
        with self._store.lock(f"history-{self._name}"), self._store.workspace() as folder:
            merged = self.read() | dict(keys)
            with store_errors(self._path):
                publish_bytes(json.dumps(merged, indent=1).encode(), self._path, folder)
                if words is not None:
                    told = _merged(self.words(), dict.fromkeys(keys, words))
                    publish_bytes(json.dumps(told).encode(), self._told, folder)

    def _knows(self, nodes: Mapping[str, str], words: Mapping[str, Leaf] | None) -> bool:
        if words is None:
            return True
        known = self.words()
        return all(known.get(node) == words for node in nodes)


def _read(path: Path) -> dict[str, Any]:
    with store_errors(path):
        try:
            text = path.read_bytes()
        except FileNotFoundError:
            return {}
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if type(found) is dict else {}


def _merged(
    old: Mapping[str, Mapping[str, Leaf]], new: Mapping[str, Mapping[str, Leaf]]
) -> dict[str, object]:
    """Return what is written: each film's words once, and for each node which of them."""
    names: dict[int, str] = {}
    texts: dict[str, Mapping[str, Leaf]] = {}
    nodes: dict[str, str] = {}
    for node, words in {**old, **new}.items():
        if id(words) not in names:
            names[id(words)] = digest_of(words)[:16]
            texts[names[id(words)]] = words
        nodes[node] = names[id(words)]
    return {"texts": texts, "nodes": nodes}
