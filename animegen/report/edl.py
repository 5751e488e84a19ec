"""Writes the film as a CMX 3600 edit decision list. Unaware of storyboards.

Our own writer: OpenTimelineIO's adapter for this form (otio-cmx3600-adapter 1.0) makes a dissolve
between two clips of what passes through black between them, and does not say whether numbers are
dropped. It reads what is written here, and a test asks it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING
from unicodedata import normalize

from animegen.errors import AnimegenError
from animegen.plan.sources import showings
from animegen.report.smpte import drops_frames, smpte

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from animegen.plan.cut_list import Cut, CutList
    from animegen.plan.sources import Showing
    from animegen.units import Rate

_MOST_EVENTS = 999
_MOST_FRAMES = 999
"""Of one dissolve: the form has three digits."""
_FASTEST = 100
"""In frames per second: the form has two digits for a frame."""
_REEL = 8
_BLACK = "BL"


class NoSuchList(AnimegenError):
    """A film that the form has no room for."""


def edl_text(title: str, cuts: CutList) -> str:
    """Return the content of an .edl file, to be written as ASCII.

    Record times begin at 00:00:00:00 with the film's first frame, source times with the first
    frame of each source, its handle included.

    Raises:
        NoSuchList: for more than 100 frames in a second, 999 events or 999 frames in a dissolve.
    """
    shown = list(showings(cuts))
    _require_room(shown, cuts.rate)
    writer = _Writer(rate=cuts.rate, reels=_reels(cuts.cuts))
    mode = "DROP FRAME" if drops_frames(cuts.rate) else "NON-DROP FRAME"
    lines = [f"TITLE: {_plain(title)}", f"FCM: {mode}", ""]
    for number, showing in enumerate(shown, start=1):
        lines += writer.event(number, showing)
    return "\n".join(lines) + "\n"


def _require_room(shown: Sequence[Showing], rate: Rate) -> None:
    longest = max(showing.dissolve for showing in shown)
    for what, count, most in (
        ("frames in a second", ceil(rate), _FASTEST),
        ("events", len(shown), _MOST_EVENTS),
        ("frames in a dissolve", longest, _MOST_FRAMES),
    ):
        if count > most:
            raise NoSuchList(
                f"an EDL holds at most {most} {what}, this film has {count}",
                remedy="use the .otio file, which has no such limit",
            )


@dataclass(frozen=True, kw_only=True)
class _Writer:
    rate: Rate
    reels: dict[str, str]

    def event(self, number: int, showing: Showing) -> Iterator[str]:
        before = showing.before
        if before is None:
            yield self._line(number, showing, "C   ", "   ", showing.start, showing.end)
        else:
            start = showing.start
            yield self._line(number, before, "C   ", "   ", start, start)
            yield self._line(number, showing, "D   ", f"{showing.dissolve:03d}", start, showing.end)
            yield f"* FROM CLIP NAME: {before.cut.id if before.cut else _BLACK}"
        name = showing.cut.id if showing.cut else _BLACK
        yield f"* {'TO' if before else 'FROM'} CLIP NAME: {name}"

    def _line(
        self, number: int, showing: Showing, kind: str, length: str, start: int, end: int
    ) -> str:
        reel = self.reels[showing.cut.id] if showing.cut else _BLACK
        source = showing.source_at(start)
        times = (source, source + end - start, start, end)
        spelled = " ".join(smpte(frame, self.rate) for frame in times)
        return f"{number:03d}  {reel:<8} V     {kind} {length} {spelled}"


def _reels(cuts: Sequence[Cut]) -> dict[str, str]:
    """Return a name of at most eight capitals and digits for each source; all differ."""
    taken = {_BLACK, "AX"}
    reels = {}
    for cut in cuts:
        plain = re.sub(r"[^A-Z0-9]", "", cut.id.upper())
        name, number = plain[:_REEL], 1
        while name in taken:
            number += 1
            name = f"{plain[: _REEL - len(str(number))]}{number}"
        taken.add(name)
        reels[cut.id] = name
    return reels


def _plain(title: str) -> str:
    """Return a title in ASCII, on one line, of at most 70 characters."""
    ascii_only = normalize("NFKD", title).encode("ascii", "ignore").decode()
    return " ".join(ascii_only.split())[:70].strip() or "FILM"
