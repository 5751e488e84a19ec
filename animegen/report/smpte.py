"""SMPTE timecode of frames, as in SMPTE ST 12-1. Unaware of films."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from animegen.units import Rate

_THIRTY = 30


def drops_frames(rate: Rate) -> bool:
    """Whether drop-frame timecode is usual: at 29.97, 59.94 and other NTSC multiples of 30."""
    return rate.denominator == 1001 and ceil(rate) % _THIRTY == 0


def smpte(frame: int, rate: Rate) -> str:
    """Return `hh:mm:ss:ff`, or `hh:mm:ss;ff` where numbers are dropped to stay with the clock.

    Two numbers (at 59.94: four) are left out at each minute but every tenth. At other broken rates
    a second is as many frames as the rate rounded up: exact to the frame, slower than the clock.
    """
    base = ceil(rate)
    if not drops_frames(rate):
        return _spelled(frame, base, ":")
    gap = base // _THIRTY * 2
    minute = base * 60 - gap
    ten = minute * 10 + gap
    tens, rest = divmod(frame, ten)
    minutes = max(0, rest - gap) // minute
    return _spelled(frame + gap * (9 * tens + minutes), base, ";")


def _spelled(number: int, base: int, mark: str) -> str:
    seconds, frames = divmod(number, base)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{mark}{frames:02d}"
