"""Bytes and times as people read them."""

from __future__ import annotations

_BYTES = ((10**12, "TB"), (10**9, "GB"), (10**6, "MB"), (10**3, "kB"))
_TIMES = ((86400, "d"), (3600, "h"), (60, "min"))


def show_bytes(count: float) -> str:
    """Return `1.8 MB`, `12 MB` or `617 B`."""
    for unit, name in _BYTES:
        if count >= unit:
            return f"{_short(count / unit)} {name}"
    return f"{count:.0f} B"


def show_time(seconds: float) -> str:
    """Return `3 d`, `1.5 h`, `12 min` or `0.3 s`."""
    for unit, name in _TIMES:
        if seconds >= unit:
            return f"{_short(seconds / unit)} {name}"
    return f"{_short(seconds)} s"


def count_of(number: int, word: str) -> str:
    """Return `1 artifact` or `2 artifacts`."""
    return f"{number} {word}{'' if number == 1 else 's'}"


def _short(number: float) -> str:
    return f"{number:.1f}" if number < 9.95 else f"{number:.0f}"
