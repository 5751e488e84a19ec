"""A stretch of the film as a person writes it, placed on delivered frames. Unaware of shots."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from animegen.errors import UsageError
from animegen.plan.cutting import Stretch
from animegen.units import decimal, parse_instant, round_to_frame, timecode

if TYPE_CHECKING:
    from animegen.plan.timeline import Timeline
    from animegen.units import Rate, Seconds

_TIMECODE = re.compile(r"(?:(\d+):)?(\d+):([0-5]\d(?:\.\d+)?)")
_HELP = "write --range 2s-5s, 0:02-0:05 or 48f-120f; frames are counted at frame.fps"


@dataclass(frozen=True, kw_only=True)
class Range:
    """A stretch of the film as somebody wrote it, in seconds from the film's start."""

    start: Seconds
    end: Seconds | None
    """None: to the film's end."""

    @property
    def name(self) -> str:
        """The stretch as a part of a file name, however it was written: `2s-5s`."""
        return f"{decimal(self.start)}s-{'' if self.end is None else f'{decimal(self.end)}s'}"


def parse_range(text: str, fps: Rate) -> Range:
    """Read `2s-5s`, `2-5`, `0:02-0:05`, `48f-120f` (at `fps`), `2s-` or `-5s`.

    Raises:
        UsageError: when it is no range, or an empty one.
    """
    start, hyphen, end = (part.strip() for part in text.partition("-"))
    if not hyphen or not (start or end):
        raise UsageError(f"--range {text}: not START-END", remedy=_HELP)
    try:
        wanted = Range(
            start=_instant(start, fps) if start else Fraction(0),
            end=_instant(end, fps) if end else None,
        )
    except ValueError as error:
        raise UsageError(f"--range {text}: {error}", remedy=_HELP) from None
    if wanted.end is not None and wanted.end <= wanted.start:
        raise UsageError(f"--range {text}: it ends before it starts", remedy=_HELP)
    return wanted


def place(wanted: Range, timeline: Timeline) -> Stretch:
    """Return the delivered frames of a range; both ends are rounded as cut points are.

    Raises:
        UsageError: when the range leaves the film, or holds no frame of it.
    """
    rate, length = timeline.clocks.rate, timeline.frames
    first = round_to_frame(wanted.start, rate)
    end = length if wanted.end is None else round_to_frame(wanted.end, rate)
    if first >= length or end > length:
        whole = timecode(Fraction(length) / rate)
        raise UsageError(f"--range {wanted.name} leaves the film", remedy=f"it lasts {whole}")
    if first == end:
        raise UsageError(f"--range {wanted.name} holds no frame at {decimal(rate)} fps")
    return Stretch(first=first, end=end)


def _instant(text: str, fps: Rate) -> Seconds:
    clock = _clock(text)
    return parse_instant(text).seconds(fps) if clock is None else clock


def _clock(text: str) -> Seconds | None:
    """Read `0:02.5` or `1:00:02`."""
    found = _TIMECODE.fullmatch(text)
    if found is None:
        return None
    hours, minutes, seconds = found.groups(default="0")
    return Fraction(seconds) + 60 * int(minutes) + 3600 * int(hours)
