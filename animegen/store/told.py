"""Remembers which words a film's nodes were last rendered from. Unaware of what they mean.

It serves only to say why a node runs again: losing it loses no picture.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from animegen.digest import digest_of
from animegen.store.failure import store_errors
from animegen.store.write import publish_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from animegen.digest import Leaf


def read_words(path: Path) -> dict[str, Mapping[str, Leaf]]:
    """Return node id to the words that it was last rendered from, as far as that is known.

    Nodes of one render share one mapping.

    Raises:
        StoreFailed: when the file is there and cannot be read.
    """
    told = read_object(path)
    texts, nodes = told.get("texts"), told.get("nodes")
    if not isinstance(texts, dict) or not isinstance(nodes, dict):
        return {}
    return {node: texts[text] for node, text in nodes.items() if isinstance(texts.get(text), dict)}


def write_words(path: Path, told: Mapping[str, Mapping[str, Leaf]], folder: Path) -> None:
    """Write each film's words once, and for each node which of them; `folder` is a workspace.

    Raises:
        StoreFailed: when the disk refuses.
    """
    names: dict[int, str] = {}
    texts: dict[str, Mapping[str, Leaf]] = {}
    nodes: dict[str, str] = {}
    for node, words in told.items():
        if id(words) not in names:
            names[id(words)] = digest_of(words)[:16]
            texts[names[id(words)]] = words
        nodes[node] = names[id(words)]
    with store_errors(path):
        publish_bytes(json.dumps({"texts": texts, "nodes": nodes}).encode(), path, folder)


def knows(told: Mapping[str, Mapping[str, Leaf]], nodes: Iterable[str], words: object) -> bool:
    """Whether these nodes are known to be made from these words."""
    return all(told.get(node) == words for node in nodes)


def read_object(path: Path) -> dict[str, Any]:
    """Return the JSON object in a file; empty when there is none, or something else.

    Raises:
        StoreFailed: when the file is there and cannot be read.
    """
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
