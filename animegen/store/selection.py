"""Chooses what a collection would drop: pure sums over what a scan found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from animegen.store.scan import UNREADABLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from animegen.store.scan import Row


@dataclass(frozen=True, kw_only=True)
class Policy:
    """Which of the artifacts that nothing holds are to go: all, unless a limit is set."""

    older_than: float | None = None
    """Seconds since they were made."""
    max_size: int | None = None
    """Bytes that the store may have; what makes the least work for its bytes goes first."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One artifact, and why it goes or stays."""

    row: Row
    why: str


@dataclass(frozen=True, kw_only=True)
class Selection:
    """What would go and what stays."""

    going: Sequence[Verdict]
    staying: Sequence[Verdict]


NOT_HELD = "no render holds it"
DAMAGED = "its entry is damaged"


def select(rows: Iterable[Row], held: Mapping[str, str], policy: Policy, now: float) -> Selection:
    """Choose among `rows`; `held` is key to reason of what must stay.

    With `older_than` and `max_size` both, what is older goes, and then more if that is not enough.
    """
    going: list[Verdict] = []
    staying: list[Verdict] = []
    loose: list[Row] = []
    for row in rows:
        if row.key in held:
            staying.append(Verdict(row=row, why=held[row.key]))
        elif row.kind == UNREADABLE:
            going.append(Verdict(row=row, why=DAMAGED))
        else:
            loose.append(row)
    if policy.older_than is None and policy.max_size is None:
        going += [Verdict(row=row, why=NOT_HELD) for row in loose]
        return Selection(going=going, staying=staying)
    if policy.older_than is not None:
        limit, kept = now - policy.older_than, []
        for row in loose:
            if row.written < limit:
                going.append(Verdict(row=row, why="older than the limit"))
            else:
                kept.append(row)
        loose = kept
    large = _too_large([*(v.row for v in staying), *loose], loose, policy.max_size)
    going += [Verdict(row=row, why="the store is too large") for row in large]
    over = {row.key for row in large}
    why = "newer than the limit" if policy.max_size is None else "there is room"
    staying += [Verdict(row=row, why=why) for row in loose if row.key not in over]
    return Selection(going=going, staying=staying)


def unique_bytes(rows: Iterable[Row]) -> int:
    """Return the bytes of all blobs, each counted once."""
    return sum({digest: size for row in rows for digest, size in row.blobs}.values())


def _too_large(everything: Sequence[Row], loose: Sequence[Row], limit: int | None) -> list[Row]:
    """Return the rows that must go, those cheapest to make again for their bytes first."""
    if limit is None:
        return []
    readers = Counter(digest for row in everything for digest in dict(row.blobs))
    left, going = unique_bytes(everything), []
    for row in sorted(loose, key=_worth):
        if left <= limit:
            break
        going.append(row)
        for digest, size in dict(row.blobs).items():
            readers[digest] -= 1
            if not readers[digest]:
                left -= size
    return going


def _worth(row: Row) -> tuple[float, float, str]:
    return row.seconds / (row.size or 1), row.written, row.key
