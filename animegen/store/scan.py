"""Looks through a whole store quickly: every entry's cost, every blob's name.

It believes what entries say: no checksum is compared and no record is read, so 100,000 entries
take a moment. Unaware of what is wanted and of what is damaged; see `verify`.
"""

from __future__ import annotations

import gc
import json
import os
import re
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from animegen.store.failure import store_errors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from animegen.store.layout import Layout

UNREADABLE = "(unreadable)"
_ENTRY = re.compile(r"[0-9a-f]{64}\.json")
_DIGEST = re.compile(r"[0-9a-f]{64}")
# What stands around the record, as `entry.encode` writes it. Nothing inside of a string looks like
# this, for its quotes are escaped.
_HEAD = re.compile(rb'\{"sha256": "[0-9a-f]{64}", "entry": \{"record": \{"kind": "([\w.-]+)", ')
_BLOBS = b', "blobs": {'
_TAIL = re.compile(
    rb', "blobs": \{((?:"[^"\\]*": \{"digest": "[0-9a-f]{64}", "size": [0-9]+\}(?:, )?)*)\}, '
    rb'"made": \{"seconds": ([0-9]+(?:\.[0-9]+)?)[,}]'
)
_BLOB = re.compile(r'"digest": "([0-9a-f]{64})", "size": ([0-9]+)')
_Said = tuple[str, tuple[tuple[str, int], ...], float]


Signature = tuple[int, int, int]
"""A file's inode, and when its content and itself last changed: whether it is still the same."""


class Row(NamedTuple):
    """What an entry says without its record."""

    key: str
    kind: str
    """The kind of step; `UNREADABLE` for an entry that is none."""
    blobs: tuple[tuple[str, int], ...]
    """Digest and size in bytes of each."""
    seconds: float
    """What it took to make; 0 when unknown."""
    signature: Signature

    @property
    def size(self) -> int:
        """Bytes of all its blobs."""
        return sum(size for _, size in self.blobs)

    @property
    def written(self) -> float:
        """When it was published, in seconds since 1970."""
        return self.signature[1] / 1e9


def scan_entries(layout: Layout) -> Iterator[Row]:
    """Yield a row for every entry, in no order.

    Raises:
        StoreFailed: when the store cannot be read.
    """
    with store_errors(layout.entries):
        for folder, name in _names(layout.entries, _ENTRY):
            row = _row(f"{folder}/{name}", name[:64])
            if row is not None:
                yield row


def read_rows(layout: Layout) -> list[Row]:
    """Return all rows at once, in no order.

    Raises:
        StoreFailed: when the store cannot be read.
    """
    # Rows hold no cycles. Python's collector looks for some in them again and again meanwhile.
    enabled = gc.isenabled()
    gc.disable()
    try:
        return list(scan_entries(layout))
    finally:
        if enabled:
            gc.enable()


def scan_keys(layout: Layout) -> Iterator[str]:
    """Yield the key of every entry, unread, in no order.

    Raises:
        StoreFailed: when the store cannot be read.
    """
    with store_errors(layout.entries):
        for _, name in _names(layout.entries, _ENTRY):
            yield name[:64]


def scan_blobs(layout: Layout) -> Iterator[str]:
    """Yield the digest of every blob, in no order.

    Raises:
        StoreFailed: when the store cannot be read.
    """
    with store_errors(layout.objects):
        for _, name in _names(layout.objects, _DIGEST):
            yield name


def signature_of(path: Path) -> Signature | None:
    """Return a file's signature; None if it is gone."""
    try:
        stat = path.stat()
    except FileNotFoundError:
        return None
    return stat.st_ino, stat.st_mtime_ns, stat.st_ctime_ns


def _names(folder: Path, wanted: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """Yield the wanted files two levels down: the folder that each is in, and its name."""
    try:
        shards = sorted(os.listdir(folder))  # noqa: PTH208 - twice as quick, and so below
    except FileNotFoundError:
        return
    for shard in shards:
        inner = f"{folder}/{shard}"
        with suppress(NotADirectoryError):
            for name in os.listdir(inner):  # noqa: PTH208
                if wanted.fullmatch(name):
                    yield inner, name


def _row(path: str, key: str) -> Row | None:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return None  # somebody else's collection is at work
    try:
        stat = os.fstat(descriptor)
        text = os.read(descriptor, stat.st_size)
    finally:
        os.close(descriptor)
    kind, blobs, seconds = _quickly(text) or _slowly(text)
    signature = (stat.st_ino, stat.st_mtime_ns, stat.st_ctime_ns)
    return Row(key, kind, blobs, seconds, signature)


def _quickly(text: bytes) -> _Said | None:
    """Read an entry without parsing it; None if it is not written as usual."""
    head, tail = _HEAD.match(text), _TAIL.match(text, max(0, text.rfind(_BLOBS)))
    if head is None or tail is None or not text.endswith(b"}}}"):
        return None
    blobs = [(digest, int(size)) for digest, size in _BLOB.findall(tail[1].decode())]
    return sys.intern(head[1].decode()), tuple(blobs), float(tail[2])


def _slowly(text: bytes) -> _Said:
    try:
        body = json.loads(text)["entry"]
        kind, seconds = str(body["record"]["kind"]), body["made"].get("seconds", 0)
        blobs = tuple((str(blob["digest"]), int(blob["size"])) for blob in body["blobs"].values())
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return UNREADABLE, (), 0.0
    if not all(_DIGEST.fullmatch(digest) for digest, _ in blobs):
        return UNREADABLE, (), 0.0
    return kind, blobs, float(seconds) if isinstance(seconds, int | float) else 0.0
