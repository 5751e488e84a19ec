"""Time as exact fractions, and the only function of the project that rounds it.

Unaware of shots. Seconds and rates are `Fraction`; a frame index is a plain int.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Seconds = Fraction
Rate = Fraction  # frames per second

_DURATION = re.compile(r"(?P<amount>\d+(?:\.\d+)?)\s*(?P<unit>s|ms|f|m|min)?")
_ZERO = re.compile(r"0+(?:\.0+)?\s*(?:s|ms|f)?")
_NTSC_TOLERANCE = Fraction(1, 100)


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time as written: seconds, or frames of a rate known later."""

    amount: Fraction
    unit: Literal["s", "f"] = "s"

    def seconds(self, fps: Rate) -> Seconds:
        """Return the length in seconds; frames are counted at `fps`."""
        return self.amount if self.unit == "s" else self.amount / fps

    def __str__(self) -> str:
        return f"{decimal(self.amount)}{self.unit}"


def parse_duration(value: object) -> Duration:
    """Read `3`, `2.5`, `3s`, `750ms` or `24f`.

    Raises:
        ValueError: with a message that says what is wrong; negative, zero and NaN are refused.
    """
    if isinstance(value, Duration):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float | str | Fraction):
        raise ValueError("a duration is a number of seconds or a text such as 3s, 750ms or 24f")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a duration must be a finite number")
    text = str(value).strip()
    if text.startswith("-"):
        raise ValueError("a duration must be longer than zero")
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(f"'{text}' is not a duration; write 3, 3s, 750ms or 24f")
    return _to_duration(Fraction(match["amount"]), match["unit"] or "s")


def _to_duration(amount: Fraction, unit: str) -> Duration:
    if amount == 0:
        raise ValueError("a duration must be longer than zero")
    if unit == "f":
        if amount.denominator != 1:
            raise ValueError("a duration in frames must be a whole number, such as 24f")
        return Duration(amount, "f")
    if unit in ("m", "min"):
        raise ValueError(f"minutes are not a unit here; write {decimal(amount * 60)}s")
    return Duration(amount / 1000 if unit == "ms" else amount)


def parse_instant(value: object) -> Duration:
    """Read a point in time on the shot's own clock: like a duration, but `0s` is allowed.

    Raises:
        ValueError: as `parse_duration`.
    """
    if isinstance(value, int | float) and not isinstance(value, bool) and value == 0:
        return Duration(Fraction(0))
    if isinstance(value, str) and _ZERO.fullmatch(value.strip()):
        return Duration(Fraction(0))
    return parse_duration(value)


def parse_rate(value: object) -> Rate:
    """Read a frame rate: `24`, `23.976` (which means 24000/1001) or `30000/1001`.

    Raises:
        ValueError: when it is no positive, finite number.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str | Fraction):
        raise ValueError("a frame rate is a number such as 24, 23.976 or 30000/1001")
    try:
        rate = Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"'{value}' is not a frame rate; write 24, 23.976 or 30000/1001") from None
    if rate <= 0:
        raise ValueError("a frame rate must be greater than zero")
    # 23.976, 29.97, 59.94: the decimals are shorthand for n*1000/1001 (SMPTE 12M).
    nominal = math.ceil(rate)
    ntsc = Fraction(nominal * 1000, 1001)
    if rate.denominator != 1 and abs(rate - ntsc) < _NTSC_TOLERANCE:
        return ntsc
    return rate


def round_to_frame(seconds: Seconds, rate: Rate) -> int:
    """Return the frame index nearest to `seconds` at `rate`, halves upwards.

    The one place where time is rounded; every cut point goes through here.
    """
    return math.floor(seconds * rate + Fraction(1, 2))


def milliseconds(frame: int, rate: Rate) -> int:
    """Return the last whole millisecond before `frame` is shown, or the one on which it is."""
    return math.floor(frame * 1000 / rate)


def cover_frames(seconds: Seconds, rate: Rate) -> int:
    """Return the smallest number of frames at `rate` that lasts at least `seconds`."""
    return math.ceil(seconds * rate)


def decimal(value: Fraction, places: int = 3) -> str:
    """Write a fraction as a short decimal: 3, 2.5, 23.976."""
    return f"{float(value):.{places}f}".rstrip("0").rstrip(".")


def timecode(seconds: Seconds) -> str:
    """Write a time as `m:ss.mmm`."""
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes}:{rest // 1000:02d}.{rest % 1000:03d}"


def counted(count: int, word: str) -> str:
    """Return `1 map`, `2 maps`."""
    return f"{count} {word}{'' if count == 1 else 's'}"
