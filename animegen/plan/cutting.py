"""A stretch of the film, cut out of it with as few shots as possible.

Unaware of how the stretch was written down.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from animegen import registry
from animegen.plan.cut_list import CutList
from animegen.steps.film import Join

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from animegen.plan.cut_list import Cut
    from animegen.transitions.protocol import TransitionWord


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """A part of the film in delivered frames, half-open."""

    first: int
    end: int


def cut_out(whole: CutList, stretch: Stretch) -> CutList:
    """Show a stretch frame for frame."""
    seen = [place for place in range(len(whole.cuts)) if _is_seen(whole.cuts, place, stretch)]
    cuts = whole.cuts[seen[0] : seen[-1] + 1]
    following = whole.cuts[seen[-1] + 1 :]
    into, out = cuts[0].into, following[0].into if following else whole.ending
    # Where a transition needs a shot that is not seen, none of it lies within the stretch.
    opens = seen[0] == 0 or not _word(into).needs_outgoing
    closes = not following or not _word(out).needs_incoming
    lead = cuts[0].start
    placed = [replace(cut, start=cut.start - lead) for cut in cuts]
    if not opens:
        placed[0] = replace(placed[0], into=Join())
    first, end = stretch.first - lead, stretch.end - lead
    return CutList(
        rate=whole.rate,
        cuts=tuple(placed),
        ending=out if closes else Join(),
        whole=whole.whole and (stretch.first, stretch.end) == (0, whole.frames),
        first=first,
        shown=end - first if end < placed[-1].end else None,
    )


def _is_seen(cuts: Sequence[Cut], place: int, stretch: Stretch) -> bool:
    spans = _seen_on(cuts[place], cuts[place + 1 : place + 2])
    return any(first < stretch.end and stretch.first < end for first, end in spans)


def _seen_on(cut: Cut, following: Sequence[Cut]) -> Iterator[tuple[int, int]]:
    """Yield the film's frames on which a shot or card is seen, as half-open spans."""
    yield cut.start, cut.end
    if _word(cut.into).needs_incoming:
        yield cut.start - cut.into.before, cut.start
    for after in following:
        if _word(after.into).needs_outgoing:
            yield cut.end, cut.end + after.into.after


def _word(join: Join) -> TransitionWord:
    word: TransitionWord = registry.load("transitions", join.word)
    return word
