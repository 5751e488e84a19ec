"""Makes the disk fail, or the process die, at a chosen call."""

from __future__ import annotations

import builtins
import io
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_CALLS = ("mkdir", "replace", "fsync", "chmod")


class Calls:
    """Counts the calls that change the disk and hands each one's number to `act`."""

    def __init__(self, act: Callable[[int], None]) -> None:
        self.act = act
        self.count = 0

    def before(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **options: Any) -> Any:
            self._tick()
            return real(*args, **options)

        return counted

    def before_writing(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def opened(file: Any, mode: str = "r", *args: Any, **options: Any) -> Any:
            if mode.strip("b") != "r":
                self._tick()
            return real(file, mode, *args, **options)

        return opened

    def _tick(self) -> None:
        self.count += 1
        self.act(self.count)


@contextmanager
def counting(act: Callable[[int], None]) -> Iterator[Calls]:
    """Call `act(n)` before the n-th call that changes the disk."""
    calls, real_open = Calls(act), builtins.open
    real = {name: getattr(os, name) for name in _CALLS}
    for name, function in real.items():
        setattr(os, name, calls.before(function))
    builtins.open = io.open = calls.before_writing(real_open)
    try:
        yield calls
    finally:
        builtins.open = io.open = real_open
        for name, function in real.items():
            setattr(os, name, function)


@contextmanager
def failing_from(first: int, code: int) -> Iterator[Calls]:
    """Let every call from the `first` on fail with an errno, as a full disk does."""

    def act(number: int) -> None:
        if number >= first:
            raise OSError(code, os.strerror(code))

    with counting(act) as calls:
        yield calls
