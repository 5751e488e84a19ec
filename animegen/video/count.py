"""Counts what passes, reports each, and insists on the planned number. Unaware of what passes."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from animegen.errors import RenderFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

T = TypeVar("T")


def exactly(items: Iterable[T], planned: int, report: Callable[[int], None]) -> Iterator[T]:
    """Pass `items` on and call `report` with how many are done after each.

    Raises:
        RenderFailed: when there are more or fewer than `planned`.
    """
    done = 0
    for item in items:
        if done == planned:
            raise RenderFailed(f"more than the planned {planned} frames were made")
        yield item
        done += 1
        report(done)
    if done != planned:
        raise RenderFailed(f"{done} frames were made where {planned} were planned")
