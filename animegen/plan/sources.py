"""Which frames of which source are on screen from when to when: the film as an edit decision list.

A dissolve belongs to what comes in, and begins where both are first seen; black is a source like
any other. Unaware of file formats.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from animegen.plan.cut_list import Cut, CutList
    from animegen.steps.film import Join

_TO_BLACK = frozenset({"fade-out", "dip"})
_FROM_BLACK = frozenset({"fade-in", "dip"})


@dataclass(frozen=True, kw_only=True)
class Showing:
    """One source on screen, in delivered frames; ranges are half-open."""

    cut: Cut | None
    """None is black."""
    source: int
    """The first frame of the source."""
    start: int
    """The first frame of the film."""
    end: int
    dissolve: int = 0
    """Frames, from `start` on, in which it rises out of `before`; 0 is a cut."""
    before: Showing | None = None
    """What it rises out of."""

    def source_at(self, frame: int) -> int:
        """Return the frame of the source at a frame of the film."""
        return self.source + frame - self.start


def showings(cuts: CutList) -> Iterator[Showing]:
    """Yield what is shown, in order; together they cover the film, and none is empty."""
    before: Showing | None = None
    ends = [*(cut.into for cut in cuts.cuts[1:]), cuts.ending]
    for cut, out in zip(cuts.cuts, ends, strict=True):
        shown = _shown(cut, out, before)
        if shown.end > shown.start:
            yield shown
        before = shown
        if out.word in _TO_BLACK and out.before:
            before = _black(cut.end - out.before, cut.end, out.before, shown)
            yield before


def _shown(cut: Cut, out: Join, before: Showing | None) -> Showing:
    into = cut.into
    early = 0 if into.word in _TO_BLACK | _FROM_BLACK else into.before
    dissolve = into.after if into.word in _FROM_BLACK else early + into.after
    if into.word == "fade-out":
        dissolve = 0
    if into.word in _FROM_BLACK and (before is None or before.cut is not None):
        before = _black(cut.start, cut.start, 0, None)
    return Showing(
        cut=cut,
        source=cut.offset - early,
        start=cut.start - early,
        end=cut.end - out.before,
        dissolve=dissolve,
        before=before if dissolve else None,
    )


def _black(start: int, end: int, dissolve: int, before: Showing | None) -> Showing:
    return Showing(cut=None, source=0, start=start, end=end, dissolve=dissolve, before=before)
