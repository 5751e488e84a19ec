"""Says in words why a node will run: the difference of two records. Unaware of the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from animegen.digest import MISSING

if TYPE_CHECKING:
    from animegen.digest import Difference, Leaf
    from animegen.store.record import Record

_LONGEST = 48
_SHOWN = 2


def why_it_runs(old: Record, new: Record) -> str:
    """Compare what a node was last rendered from with what it is now."""
    found = old.differences(new)
    own = [_word(change) for change in found if not change.path.startswith("inputs.")]
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
    return f"{path}: {_show(change.old)} -> {_show(change.new)}"


def _show(leaf: Leaf) -> str:
    text = str(leaf)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
