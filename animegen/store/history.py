"""Remembers which keys a film's nodes had when they were last rendered, and its last renders.

Unaware of plans and of what the words of a storyboard mean. It says why a node misses, whose an
artifact is, and what a collection spares: losing it loses no picture by itself.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from animegen.store.failure import store_errors
from animegen.store.told import knows, read_object, read_words, write_words
from animegen.store.write import publish_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from animegen.digest import Leaf
    from animegen.store.layout import Layout
    from animegen.store.store import Store

Words = Callable[[], "Mapping[str, Leaf]"]
"""Yields a storyboard's words with their values, when they are needed."""

_UNSAFE = re.compile(r"[^a-z0-9]+")
_NAME = re.compile(r"(.+)-[0-9a-f]{12}")
_RENDERS = ".renders"
_REMEMBERED = 10
"""Complete renders of a film that are remembered; a collection spares the last few of them."""


@dataclass(frozen=True, kw_only=True)
class Render:
    """One complete render: node id to key of everything in its plan."""

    film: str
    at: float
    """When it was finished, in seconds since 1970."""
    nodes: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class FilmHistory:
    """All that is remembered of one film."""

    name: str
    """Of its files."""
    film: str
    nodes: Mapping[str, str]
    """Node id to the key that it had last, also in a render that was not finished."""
    renders: tuple[Render, ...]
    """The newest first."""


class History:
    """Node id to key, for one film of a store."""

    def __init__(self, store: Store, film: str, words: Words | None = None) -> None:
        """Open the history of the film called `film`; it may be empty.

        `words` are those that the film is rendered from now.
        """
        # The digest tells apart titles that differ only in what a file name cannot hold.
        slug = _UNSAFE.sub("-", film.lower()).strip("-")[:40]
        self._name = f"{slug}-{hashlib.sha256(film.encode()).hexdigest()[:12]}"
        self._film = film
        self._store = store
        self._path = store.layout.history / f"{self._name}.json"
        self._told = store.layout.history / "words" / f"{self._name}.json"
        self._words = words

    def read(self) -> dict[str, str]:
        """Return node id to key; empty before the first render or when the file is damaged.

        Raises:
            StoreFailed: when the store cannot be read.
        """
        return _read_nodes(self._path)

    def words(self) -> dict[str, Mapping[str, Leaf]]:
        """Return node id to the words that it was last rendered from; see `told.read_words`."""
        return read_words(self._told)

    def update(self, keys: Mapping[str, str]) -> None:
        """Remember these nodes' keys and keep what is known of other nodes.

        Nothing new is nothing to write, so a finished film can be looked at on a read-only disk.

        Raises:
            StoreFailed: when the disk refuses.
        """
        words = self._now()
        if keys.items() <= self.read().items() and self._knows(keys, words):
            return
        with self._store.lock(f"history-{self._name}"), self._store.workspace() as folder:
            merged = self.read() | dict(keys)
            with store_errors(self._path):
                publish_bytes(_text(merged), self._path, folder)
            if words is not None:
                write_words(self._told, self.words() | dict.fromkeys(keys, words), folder)

    def remember(self, nodes: Mapping[str, str]) -> None:
        """Remember a complete render as the film's newest; nothing new is not written.

        What is known of nodes that the film no longer has is forgotten.

        Raises:
            StoreFailed: when the disk refuses.
        """
        path = self._path.with_suffix(_RENDERS)
        newest, words = next(_read_renders(path), None), self._now()
        known = newest is not None and nodes.items() <= newest.nodes.items()
        if known and nodes.items() <= self.read().items() and self._knows(nodes, words):
            return
        render = Render(film=self._film, at=round(time.time(), 3), nodes=dict(nodes))
        with self._store.lock(f"history-{self._name}"), self._store.workspace() as folder:
            older = [each for each in _read_renders(path) if each.nodes != nodes]
            lines = [_line(each) for each in (render, *older)][:_REMEMBERED]
            with store_errors(path):
                if not known:
                    publish_bytes(b"".join(lines), path, folder)
                publish_bytes(_text(nodes), self._path, folder)
            if words is not None:
                write_words(self._told, dict.fromkeys(nodes, words), folder)

    def _now(self) -> dict[str, Leaf] | None:
        return dict(self._words()) if self._words else None

    def _knows(self, nodes: Mapping[str, str], words: Mapping[str, Leaf] | None) -> bool:
        return words is None or knows(self.words(), nodes, words)


def film_histories(layout: Layout) -> list[FilmHistory]:
    """Return what is remembered of every film of a store, by name.

    Raises:
        StoreFailed: when the store cannot be read.
    """
    with store_errors(layout.history):
        paths = sorted(layout.history.iterdir()) if layout.history.is_dir() else []
    found = []
    for name in sorted({path.stem for path in paths if _NAME.fullmatch(path.stem)}):
        path = layout.history / f"{name}.json"
        renders = tuple(_read_renders(path.with_suffix(_RENDERS)))
        slug = _NAME.fullmatch(name)
        film = renders[0].film if renders else slug[1] if slug else name
        found.append(FilmHistory(name=name, film=film, nodes=_read_nodes(path), renders=renders))
    return found


def forget(layout: Layout, film: str) -> None:
    """Remove what is remembered of a film."""
    for history in film_histories(layout):
        if history.film == film:
            path = layout.history / f"{history.name}.json"
            with store_errors(path):
                (layout.history / "words" / path.name).unlink(missing_ok=True)
                path.with_suffix(_RENDERS).unlink(missing_ok=True)
                path.unlink(missing_ok=True)


def _read_nodes(path: Path) -> dict[str, str]:
    return {str(node): str(key) for node, key in read_object(path).items()}


def _read_renders(path: Path) -> Iterator[Render]:
    """Yield the remembered renders, each read when it is asked for: most want the newest only."""
    with store_errors(path):
        try:
            file = path.open("rb")
        except FileNotFoundError:
            return
        with file:
            for line in file:
                render = _parse(line)
                if render is not None:
                    yield render


def _text(nodes: Mapping[str, str]) -> bytes:
    return json.dumps(dict(nodes), indent=1).encode()


def _line(render: Render) -> bytes:
    body = {"film": render.film, "at": render.at, "nodes": render.nodes}
    return json.dumps(body).encode() + b"\n"


def _parse(line: bytes) -> Render | None:
    try:
        body = json.loads(line)
        nodes = {str(node): str(key) for node, key in body["nodes"].items()}
        return Render(film=str(body["film"]), at=float(body["at"]), nodes=nodes)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
