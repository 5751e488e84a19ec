"""How a user's wish to stop reaches the code that is busy."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

from animegen.errors import Interrupted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Cancel:
    """A flag that is raised once and asked often."""

    def __init__(self, superseded: Callable[[], bool] = lambda: False) -> None:
        """Also ask to stop once `superseded` says that the work is out of date."""
        # A plain attribute: `threading.Event.set` takes a lock, and a signal handler that
        # interrupts the holder of that lock would wait for itself.
        self._requested = False
        self._superseded = superseded

    @property
    def requested(self) -> bool:
        """Whether to stop."""
        return self._requested or self._superseded()

    @property
    def by_user(self) -> bool:
        """Whether somebody asked to stop."""
        return self._requested

    def request(self) -> None:
        """Ask everyone to stop at the next check."""
        self._requested = True

    def check(self) -> None:
        """Return if there is no reason to stop.

        Raises:
            Interrupted: when there is.
        """
        if self.requested:
            raise Interrupted(
                "stopped; everything finished is kept",
                remedy="run the same command again to go on from here",
            )


@contextmanager
def cancel_on_signals(cancel: Cancel | None = None) -> Iterator[Cancel]:
    """Lend a `Cancel` that the first Ctrl-C or SIGTERM raises; the second ends the process.

    Lends `cancel` if it is given. For the main thread, where Python delivers signals. The second is
    the system's own affair: a step may be deep in a library's code for minutes, where Python hears
    nothing. The store loses nothing by it.
    """
    lent = cancel or Cancel()

    def stop(_number: int, _frame: FrameType | None) -> None:
        lent.request()
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_DFL)

    before = {number: signal.signal(number, stop) for number in _SIGNALS}
    try:
        yield lent
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
