"""Lets one thread use what another still makes, in order. Unaware of what is handed over."""

from __future__ import annotations

from queue import Empty, Queue
from threading import Thread
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

_ROOM = 4
"""Items that may wait: whoever makes them faster than they are used waits, too."""


def hand_over(items: Iterable[_Item], use: Callable[[Iterator[_Item]], _Result]) -> _Result:
    """Return `use(items)`, called in another thread, while the items are made in this one.

    What is raised on either side ends both sides and comes out as it is; when it comes out, the
    thread has ended.
    """
    belt: _Belt[_Item, _Result] = _Belt(use)
    belt.start()
    try:
        for item in items:
            if not belt.put(item):
                break
        belt.end()
    except BaseException:
        belt.abandon()
        raise
    return belt.result()


class _Abandoned(Exception):
    """No more items come, and the result is not wanted."""


class _End:
    """Stands behind the last item."""


class _Belt(Generic[_Item, _Result]):
    def __init__(self, use: Callable[[Iterator[_Item]], _Result]) -> None:
        self._use = use
        self._queue: Queue[_Item | _End | _Abandoned] = Queue(_ROOM)
        self._thread = Thread(target=self._run, name="animegen-conveyor")
        self._gone = False
        self._results: list[_Result] = []
        self._error: BaseException | None = None

    def start(self) -> None:
        self._thread.start()

    def put(self, item: _Item) -> bool:
        """Hand an item over; False when the other side does not take any more."""
        if not self._gone:
            self._queue.put(item)
        return not self._gone

    def end(self) -> None:
        if not self._gone:
            self._queue.put(_End())

    def abandon(self) -> None:
        """Stop the other side, and wait until it has stopped."""
        self._clear()
        self._queue.put(_Abandoned())
        self._thread.join()

    def result(self) -> _Result:
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._results[0]

    def _run(self) -> None:
        try:
            self._results.append(self._use(self._arriving()))
        except BaseException as error:  # noqa: BLE001 - it is raised in the other thread
            self._error = error
        finally:
            # In this order: whoever waits for room gets it, and then looks.
            self._gone = True
            self._clear()

    def _arriving(self) -> Iterator[_Item]:
        while not isinstance(item := self._queue.get(), _End):
            if isinstance(item, _Abandoned):
                raise item
            yield item

    def _clear(self) -> None:
        try:
            while True:
                self._queue.get_nowait()
        except Empty:
            pass
