"""The film as an editor sees it: what follows what, from which frame to which.

One list serves assembly, subtitles and the files for editing programs, so they cannot disagree.
Unaware of prompts, weights and pixels.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from animegen.steps.film import Join

if TYPE_CHECKING:
    from collections.abc import Sequence

    from animegen.plan.cards import CardTiming
    from animegen.plan.timeline import ShotTiming, Timeline
    from animegen.units import Rate

_CUT = Join()


@dataclass(frozen=True, kw_only=True)
class Cut:
    """One shot or card in the film. Half-open ranges of delivered frames."""

    id: str
    """A shot's id, or `opening-1`, `closing-1`."""
    text: str | None = None
    """What stands on a card; None for a shot."""
    start: int = 0
    """Film frame on which it begins: its cut point."""
    frames: int
    """Until the next cut point."""
    offset: int = 0
    """Index, in the source, of its first frame after the cut point: the frames of its handle."""
    available: int
    """All frames of the source, handles included."""
    into: Join = _CUT
    """The transition on the cut point."""
    fade: int = 0
    """Frames in which a card's text appears, and in which it vanishes."""

    @property
    def end(self) -> int:
        """The film frame on which the next one begins."""
        return self.start + self.frames


@dataclass(frozen=True, kw_only=True)
class CutList:
    """The film, or the part of it that shows a selection of the shots."""

    rate: Rate
    cuts: tuple[Cut, ...]
    ending: Join
    whole: bool
    """Whether every shot is shown."""
    first: int = 0
    """Frames of the cuts that come before the film begins; see `cutting`."""
    shown: int | None = None
    """Frames of the film; None: all of the cuts' from `first` on."""

    @property
    def frames(self) -> int:
        """The length in delivered frames."""
        return self.cuts[-1].end

    def of_shot(self, shot: str) -> Cut | None:
        """Return a shot's place; None when it is not shown."""
        return next((cut for cut in self.cuts if cut.id == shot and cut.text is None), None)


def cut_list(timeline: Timeline, only: Sequence[str] = ()) -> CutList:
    """Return the cuts of the film, or of a selection of its shots.

    Transitions and cards stand only where they stand in the whole film: beside what they join.
    """
    shown = [timing for timing in timeline.shots if not only or timing.id in only]
    first, last = timeline.shots[0].id, timeline.shots[-1].id
    cuts = [_card(card) for card in timeline.opening] if shown[0].id == first else []
    cuts += _shots(shown, timeline)
    ending = timeline.ending if shown[-1].id == last else _CUT
    if timeline.closing and shown[-1].id == last:
        # The film's ending is its last shot's; a card has its own fades.
        cuts += [_card(timeline.closing[0], ending), *map(_card, timeline.closing[1:])]
        ending = _CUT
    starts = accumulate((cut.frames for cut in cuts), initial=0)
    return CutList(
        rate=timeline.clocks.rate,
        cuts=tuple(replace(cut, start=start) for cut, start in zip(cuts, starts, strict=False)),
        ending=ending,
        whole=len(shown) == len(timeline.shots),
    )


def _shots(shown: Sequence[ShotTiming], timeline: Timeline) -> list[Cut]:
    """Keep a shot's transition only where the shot before it is shown, too."""
    neighbours: set[tuple[str | None, str]] = {(None, timeline.shots[0].id)}
    neighbours |= {(one.id, two.id) for one, two in pairwise(timeline.shots)}
    before = [None, *(timing.id for timing in shown)]
    return [
        Cut(
            id=timing.id,
            frames=timing.frames,
            offset=timing.before,
            available=timing.before + timing.after,
            into=timing.into if (previous, timing.id) in neighbours else _CUT,
        )
        for previous, timing in zip(before, shown, strict=False)
    ]


def _card(card: CardTiming, into: Join = _CUT) -> Cut:
    return Cut(
        id=card.id,
        text=card.text,
        frames=card.frames,
        available=card.frames,
        into=into,
        fade=card.fade,
    )
