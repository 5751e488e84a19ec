"""Says in words why a node will run: the difference of two records. Unaware of the store."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from animegen.digest import MISSING

if TYPE_CHECKING:
    from animegen.digest import Difference, Leaf
    from animegen.store.record import Record

_LONGEST = 48
_SHARED = 16
_SHOWN = 2


def why_it_runs(old: Record, new: Record) -> str:
    """Compare what a node was last rendered from with what it is now."""
    found = old.differences(new)
    own = [_word(change) for change in found if _is_own(change)]
    inputs = [change.path.removeprefix("inputs.") for change in found if not _is_own(change)]
    told = own[:_SHOWN] or [f"its input {name} changed" for name in inputs[:_SHOWN]]
    more = (len(own) or len(inputs)) - len(told)
    return "; ".join(told) + (f"; and {more} more" if more > 0 else "")


def _is_own(change: Difference) -> bool:
    return not change.path.startswith("inputs.")


def _word(change: Difference) -> str:
    path = change.path.removeprefix("fields.")
    if change.old == MISSING:
        return f"{path} is new: {_show(change.new)}"
    if change.new == MISSING:
        return f"{path} is gone"
    old, new = str(change.old), str(change.new)
    # Of long texts, show where they part, with a little of what they share before it.
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
    start = max(0, shared - _SHARED)
    if max(len(old), len(new)) <= _LONGEST:
        start = 0
    return f"{path}: {_show(old, start)} -> {_show(new, start)}"


def _show(leaf: Leaf, start: int = 0) -> str:
    text = str(leaf)
    lead = "…" if start else ""
    rest = text[start:]
    return lead + (rest if len(rest) <= _LONGEST else f"{rest[: _LONGEST - 1]}…")
