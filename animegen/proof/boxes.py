"""Reads the boxes of an MP4 file (ISO/IEC 14496-12). Unaware of what is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from animegen.errors import AnimegenError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

_HEADER = 8
_LONG_HEADER = 16


class FilmUnreadable(AnimegenError):
    """A file is no MP4, or is cut short."""


class Box(NamedTuple):
    """One box of a buffer or a file."""

    kind: bytes
    start: int
    """Where its header begins."""
    body: int
    """Where its content begins."""
    end: int


def boxes_in(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Box]:
    """Yield the boxes of `data` between two places.

    Raises:
        FilmUnreadable: when a box leaves its room.
    """
    end = len(data) if end is None else end
    while start < end:
        box = _box(data[start : start + _LONG_HEADER], start, end)
        yield box
        start = box.end


def boxes_of(file: BinaryIO, size: int) -> Iterator[Box]:
    """Yield the top boxes of a file of `size` bytes; raises as `boxes_in`."""
    start = 0
    while start < size:
        file.seek(start)
        box = _box(file.read(_LONG_HEADER), start, size)
        yield box
        start = box.end


def inside(data: bytes, *path: bytes) -> Box | None:
    """Return the first box at a path of kinds, such as `b"moov", b"udta"`; None if it lacks."""
    start, end, found = 0, len(data), None
    for kind in path:
        found = next((box for box in boxes_in(data, start, end) if box.kind == kind), None)
        if found is None:
            return None
        start, end = found.body, found.end
    return found


def make_box(kind: bytes, body: bytes) -> bytes:
    """Return a box with this content."""
    return (len(body) + _HEADER).to_bytes(4, "big") + kind + body


def _box(head: bytes, start: int, end: int) -> Box:
    size, header = int.from_bytes(head[:4], "big"), _HEADER
    if size == 1:
        size, header = int.from_bytes(head[8:16], "big"), _LONG_HEADER
    elif size == 0:
        size = end - start
    if len(head) < _HEADER or size < header or start + size > end:
        raise FilmUnreadable("it is no MP4 file, or is cut short")
    return Box(head[4:8], start, start + header, start + size)
