"""Tells the frames of an MP4 apart by short digests of their coded bytes, without decoding them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from animegen.proof.boxes import Box, FilmUnreadable, boxes_in, boxes_of, inside

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LETTERS = 16
"""Of a frame's SHA-256: enough to find a frame; the film's own digest proves the whole."""


class _Run(NamedTuple):
    times: int
    value: int


class _Table:
    """A box of 32-bit numbers."""

    def __init__(self, data: bytes, box: Box | None) -> None:
        body = b"" if box is None else data[box.body : box.end]
        self.version = body[0] if body else 0
        end = len(body) - len(body) % 4
        self.numbers = [int.from_bytes(body[at : at + 4], "big") for at in range(4, end, 4)]


def frame_digests(path: Path) -> list[str]:
    """Return a short digest for every frame of the film's picture track, in the order shown.

    Raises:
        FilmUnreadable: when it is no MP4 with a picture track, or is cut short.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        moov = next((box for box in boxes_of(file, size) if box.kind == b"moov"), None)
        if moov is None:
            raise FilmUnreadable("it is no MP4 file, or is cut short")
        file.seek(moov.start)
        index = file.read(moov.end - moov.start)
        table = _picture_table(index)
        digests = []
        for place, length in _places(table):
            file.seek(place)
            coded = file.read(length)
            if len(coded) != length:
                raise FilmUnreadable("it is cut short")
            digests.append(hashlib.sha256(coded).hexdigest()[:_LETTERS])
    times = _times(table, len(digests))
    return [digests[at] for at in sorted(range(len(digests)), key=times.__getitem__)]


def _picture_table(index: bytes) -> bytes:
    """Return the content of the picture track's sample table."""
    moov = inside(index, b"moov")
    for trak in boxes_in(index, moov.body, moov.end) if moov else ():
        media = index[trak.body : trak.end]
        handler = inside(media, b"mdia", b"hdlr") if trak.kind == b"trak" else None
        if handler is not None and media[handler.body + 8 : handler.body + 12] == b"vide":
            table = inside(media, b"mdia", b"minf", b"stbl")
            if table is not None:
                return media[table.body : table.end]
    raise FilmUnreadable("it has no picture track")


def _places(table: bytes) -> Iterator[tuple[int, int]]:
    """Yield where each sample lies and how long it is, in the order of the file's tables."""
    sizes = _sizes(table)
    chunks = _chunk_places(table)
    runs = _Table(table, inside(table, b"stsc")).numbers[1:]
    starts, per_chunk = runs[::3], runs[1::3]
    sample, run = 0, 0
    for number, place in enumerate(chunks, start=1):
        while run + 1 < len(starts) and number >= starts[run + 1]:
            run += 1
        for _ in range(per_chunk[run] if run < len(per_chunk) else 0):
            if sample < len(sizes):
                yield place, sizes[sample]
                place += sizes[sample]
                sample += 1


def _sizes(table: bytes) -> list[int]:
    numbers = _Table(table, inside(table, b"stsz")).numbers
    if len(numbers) < 2:
        return []
    return numbers[2:] if numbers[0] == 0 else [numbers[0]] * numbers[1]


def _chunk_places(table: bytes) -> list[int]:
    numbers = _Table(table, inside(table, b"stco")).numbers
    if numbers:
        return numbers[1:]
    wide = _Table(table, inside(table, b"co64")).numbers[1:]
    return [(high << 32) + low for high, low in zip(wide[::2], wide[1::2], strict=False)]


def _times(table: bytes, count: int) -> list[int]:
    """Return when each sample is shown: the sum of the durations before it, and its offset."""
    offsets = _Table(table, inside(table, b"ctts"))
    late = _spread(offsets.numbers[1:], signed=offsets.version == 1)
    lasting = _spread(_Table(table, inside(table, b"stts")).numbers[1:])
    times, now = [], 0
    for at in range(count):
        times.append(now + (late[at] if at < len(late) else 0))
        now += lasting[at] if at < len(lasting) else 0
    return times


def _spread(numbers: list[int], *, signed: bool = False) -> list[int]:
    runs = map(_Run, numbers[::2], numbers[1::2])
    values = [value for times, value in runs for _ in range(min(times, 1 << 24))]
    return [value - (1 << 32) if signed and value >> 31 else value for value in values]
