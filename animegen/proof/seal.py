"""Writes a text into an MP4's standard metadata without touching a frame, and takes it out again.

The tags are `©cmt` (comment) and `desc` (description) in the list of iTunes-style tags with which
FFmpeg's muxer ends a movie's index. Nothing else changes but the places of the frames, which move
by the tags' length: what was sealed comes out bit for bit, so the digest of the original proves
the sealed file. A muxer would write the whole index anew, each version of it in its own way.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from animegen.proof.boxes import Box, FilmUnreadable, boxes_in, boxes_of, inside, make_box

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

_CHUNK = 1 << 20
_CONTAINERS = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl"})
_WIDTHS = {b"stco": 4, b"co64": 8}
_FULL = 4
"""Version and flags at the start of some boxes."""
_WAY = (b"moov", b"udta", b"meta", b"ilst")
_COMMENT, _DESCRIPTION = b"\xa9cmt", b"desc"
_TEXT = (1).to_bytes(4, "big") + bytes(4)
"""Of a `data` box: UTF-8, no locale."""


@dataclass(frozen=True, kw_only=True)
class Seal:
    """What a film says about itself."""

    comment: str
    description: str


@dataclass(frozen=True, kw_only=True)
class _Film:
    """An MP4 file, of which only the index is in memory."""

    path: Path
    index: bytes
    """The `moov` box."""
    start: int
    end: int
    size: int


def sealed(path: Path, seal: Seal) -> Iterator[bytes]:
    """Yield the bytes of the film at `path` with `seal` in its metadata.

    Raises:
        FilmUnreadable: when it is no MP4, or its index does not end with a list of tags.
    """
    film = _read(path)
    tags = _tags(seal)
    yield from _with_index(film, _longer(film.index, len(tags)) + tags, len(tags))


def unsealed(path: Path) -> Iterator[bytes]:
    """Yield the bytes that were sealed; raises FilmUnreadable when there is no seal."""
    film = _read(path)
    length = len(_tags(_seal_in(film.index)))
    yield from _with_index(film, _longer(film.index, -length)[:-length], -length)


def seal_of(path: Path) -> Seal:
    """Return the seal of a film; raises FilmUnreadable when it has none of this form."""
    return _seal_in(_read(path).index)


def digest_of_bytes(chunks: Iterator[bytes]) -> str:
    """Return the SHA-256 of what `sealed` or `unsealed` yields."""
    hasher = hashlib.sha256()
    for chunk in chunks:
        hasher.update(chunk)
    return hasher.hexdigest()


def _read(path: Path) -> _Film:
    size = path.stat().st_size
    with path.open("rb") as file:
        box = next((box for box in boxes_of(file, size) if box.kind == b"moov"), None)
        if box is None:
            raise FilmUnreadable("it is no MP4 file, or is cut short")
        file.seek(box.start)
        index = file.read(box.end - box.start)
    return _Film(path=path, index=index, start=box.start, end=box.end, size=size)


def _with_index(film: _Film, index: bytes, longer: int) -> Iterator[bytes]:
    moved = bytearray(index)
    for box in _leaves(index, 0, len(index)):
        if box.kind in _WIDTHS:
            _move(moved, box, longer, after=film.start)
    with film.path.open("rb") as file:
        yield from _chunks(file, film.start)
        yield bytes(moved)
        file.seek(film.end)
        yield from _chunks(file, film.size - film.end)


def _leaves(data: bytes, start: int, end: int) -> Iterator[Box]:
    for box in boxes_in(data, start, end):
        if box.kind in _CONTAINERS:
            yield from _leaves(data, box.body, box.end)
        else:
            yield box


def _move(index: bytearray, box: Box, longer: int, *, after: int) -> None:
    """Move every place in a chunk table that lies behind the index."""
    width = _WIDTHS[box.kind]
    first = box.body + _FULL + 4
    for at in range(first, box.end - width + 1, width):
        place = int.from_bytes(index[at : at + width], "big")
        if place > after:
            place += longer
            if not 0 <= place < 1 << (8 * width):
                raise FilmUnreadable("its index has no room for metadata")
            index[at : at + width] = place.to_bytes(width, "big")


def _chunks(file: BinaryIO, left: int) -> Iterator[bytes]:
    while left > 0 and (chunk := file.read(min(left, _CHUNK))):
        left -= len(chunk)
        yield chunk


def _list_of_tags(index: bytes) -> list[Box]:
    """Return the boxes from the index down to its list of tags, which end where it ends."""
    found: list[Box] = []
    start = 0
    for kind in _WAY:
        box = next((box for box in boxes_in(index, start) if box.kind == kind), None)
        if box is None or box.end != len(index):
            raise FilmUnreadable("its index does not end with a list of tags")
        found.append(box)
        start = box.body + (_FULL if kind == b"meta" else 0)
    return found


def _longer(index: bytes, by: int) -> bytes:
    """Return the index with the sizes of the boxes around its tags changed."""
    changed = bytearray(index)
    for box in _list_of_tags(index):
        changed[box.start : box.start + 4] = (box.end - box.start + by).to_bytes(4, "big")
    return bytes(changed)


def _seal_in(index: bytes) -> Seal:
    tags = _list_of_tags(index)[-1]
    last = list(boxes_in(index, tags.body, tags.end))[-2:]
    if [box.kind for box in last] == [_COMMENT, _DESCRIPTION]:
        comment, description = (_text(index[box.body : box.end]) for box in last)
        seal = Seal(comment=comment, description=description)
        if index.endswith(_tags(seal)):
            return seal
    raise FilmUnreadable("it carries no provenance in its metadata")


def _tags(seal: Seal) -> bytes:
    return _tag(_COMMENT, seal.comment) + _tag(_DESCRIPTION, seal.description)


def _tag(kind: bytes, text: str) -> bytes:
    return make_box(kind, make_box(b"data", _TEXT + text.encode(errors="surrogateescape")))


def _text(body: bytes) -> str:
    data = inside(body, b"data")
    found = b"" if data is None else body[data.body + len(_TEXT) : data.end]
    return found.decode(errors="surrogateescape")
