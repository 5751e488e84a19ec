"""What is in a store, as text for people and programs. Prints nothing itself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from animegen.report.amounts import count_of, show_bytes, show_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from animegen.store.roots import Owner
    from animegen.store.scan import Row

    Owners = Mapping[str, Owner]

_HEAD = ("artifact", "kind", "size", "age", "seconds", "film", "node")
_RIGHT = frozenset({"size", "age", "seconds", "artifacts", "to make again"})
NO_FILM = "-"


@dataclass(frozen=True, kw_only=True)
class Rest:
    """Bytes that belong to no artifact."""

    orphans: int
    tmp: int
    quarantine: int


def ls_text(rows: Sequence[Row], owners: Owners, now: float) -> str:
    """Return a line for every artifact, those of a film together, and their sum."""
    cells = [
        (
            row.key[:12],
            row.kind,
            show_bytes(row.size),
            show_time(max(0.0, now - row.written)),
            f"{row.seconds:.1f}",
            *(owners.get(row.key) or (NO_FILM, NO_FILM)),
        )
        for row in _by_film(rows, owners)
    ]
    return f"{table(_HEAD, cells)}{_sum(rows)}\n"


def ls_json(rows: Sequence[Row], owners: Owners) -> str:
    """Return a list with an object for every artifact, whole keys and plain numbers."""
    lines = []
    for row in _by_film(rows, owners):
        film, node = owners.get(row.key) or (None, None)
        said = {
            "key": row.key,
            "kind": row.kind,
            "bytes": row.size,
            "written": row.written,
            "seconds": row.seconds,
            "film": film,
            "node": node,
        }
        lines.append(json.dumps(said))
    body = ",\n".join(lines)
    return f"[\n{body}\n]\n"


def du_text(rows: Sequence[Row], readers: Mapping[str, frozenset[str]], rest: Rest) -> str:
    """Return the bytes of each kind and each film.

    `readers` tells which films have an artifact. A blob counts once: for the kind that is first by
    name, and for `several films` when more than one has it.
    """
    kinds = _shares(rows, lambda digest_rows: min(row.kind for row in digest_rows))
    films = _shares(rows, lambda digest_rows: _film_of(digest_rows, readers))
    by_kind = [(kind, _count(rows, kind), show_bytes(size)) for kind, size in _largest(kinds)]
    by_film = [(film, show_bytes(size)) for film, size in _largest(films)]
    others = [
        ("orphan blobs", show_bytes(rest.orphans)),
        ("tmp", show_bytes(rest.tmp)),
        ("quarantine", show_bytes(rest.quarantine)),
    ]
    total = sum(kinds.values()) + rest.orphans + rest.tmp + rest.quarantine
    return "\n".join(
        [
            table(("kind", "artifacts", "size"), by_kind),
            table(("film", "size"), by_film),
            table(("besides", "size"), others),
            f"total {show_bytes(total)}\n",
        ]
    )


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return aligned columns, numbers to the right; no line is longer than its last word."""
    lines = [tuple(head), *map(tuple, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    form = "  ".join(
        f"{{:{'>' if word in _RIGHT else '<'}{width}}}"
        for word, width in zip(head, widths, strict=True)
    )
    return "".join(f"{form.format(*line).rstrip()}\n" for line in lines)


def _sum(rows: Sequence[Row]) -> str:
    sizes = {digest: size for row in rows for digest, size in row.blobs}
    seconds = show_time(sum(row.seconds for row in rows))
    size = show_bytes(sum(sizes.values()))
    return f"{count_of(len(rows), 'artifact')}, {size}, {seconds} of work"


def _by_film(rows: Sequence[Row], owners: Owners) -> list[Row]:
    unknown = ("\U0010ffff", "")
    return sorted(rows, key=lambda row: (owners.get(row.key) or unknown, row.kind, row.key))


def _shares(rows: Sequence[Row], choose: Callable[[list[Row]], str]) -> dict[str, int]:
    """Sum the bytes of every blob where `choose` puts it, by those that have it."""
    having: dict[str, tuple[int, list[Row]]] = {}
    for row in rows:
        for digest, size in row.blobs:
            having.setdefault(digest, (size, []))[1].append(row)
    found: dict[str, int] = {}
    for size, digest_rows in having.values():
        name = choose(digest_rows)
        found[name] = found.get(name, 0) + size
    return found


def _film_of(rows: Sequence[Row], readers: Mapping[str, frozenset[str]]) -> str:
    films = {film for row in rows for film in readers.get(row.key, frozenset())}
    if not films:
        return "no film"
    return films.pop() if len(films) == 1 else "several films"


def _count(rows: Sequence[Row], kind: str) -> str:
    return str(sum(row.kind == kind for row in rows))


def _largest(shares: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(shares.items(), key=lambda item: (-item[1], item[0]))
