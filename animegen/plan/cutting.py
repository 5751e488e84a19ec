"""What of the timeline is cut together into one film: all of it, some shots, or a stretch.

Unaware of how a stretch was written down.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from animegen import registry
from animegen.steps.film import Edit, Join

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from animegen.plan.timeline import ShotTiming, Timeline
    from animegen.transitions.protocol import TransitionWord


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """A part of the film in delivered frames, half-open."""

    first: int
    end: int


@dataclass(frozen=True, kw_only=True)
class Cutting:
    """The fields of a film that the timeline decides."""

    shots: tuple[ShotTiming, ...]
    """In film order."""
    edits: tuple[Edit, ...]
    """One for each shot."""
    ending: Join
    """The transition out of the last shot."""
    first: int = 0
    """The film's first frame, counted from the first shot's cut point."""
    shown: int | None = None
    """The film's length in frames; None: as long as the edits are from `first` on."""


def select(timeline: Timeline, only: Sequence[str]) -> Cutting:
    """Cut the shots of `only` together; empty means all.

    A shot's transition is kept only where the shot before it is shown, too.
    """
    shots = tuple(shot for shot in timeline.shots if not only or shot.id in only)
    neighbours: set[tuple[str | None, str]] = {(None, timeline.shots[0].id)}
    neighbours |= {(one.id, two.id) for one, two in pairwise(timeline.shots)}
    before = (None, *(shot.id for shot in shots))
    return Cutting(
        shots=shots,
        edits=tuple(
            _edit(shot, shot.into if (previous, shot.id) in neighbours else Join())
            for previous, shot in zip(before, shots, strict=False)
        ),
        ending=timeline.ending if timeline.shots[-1] in shots else Join(),
    )


def cut_out(timeline: Timeline, stretch: Stretch) -> Cutting:
    """Show a stretch frame for frame, with as few shots as possible."""
    seen = [place for place in range(len(timeline.shots)) if _is_seen(timeline, place, stretch)]
    shots = timeline.shots[seen[0] : seen[-1] + 1]
    following = timeline.shots[seen[-1] + 1 :]
    into, out = shots[0].into, following[0].into if following else timeline.ending
    # Where a transition needs a shot that is not seen, none of it lies within the stretch.
    opens = seen[0] == 0 or not _word(into).needs_outgoing
    closes = not following or not _word(out).needs_incoming
    first, end = stretch.first - shots[0].cut, stretch.end - shots[0].cut
    return Cutting(
        shots=shots,
        edits=(
            _edit(shots[0], into if opens else Join()),
            *(_edit(shot, shot.into) for shot in shots[1:]),
        ),
        ending=out if closes else Join(),
        first=first,
        shown=end - first if end < sum(shot.frames for shot in shots) else None,
    )


def _edit(shot: ShotTiming, into: Join) -> Edit:
    return Edit(offset=shot.before, frames=shot.frames, into=into)


def _is_seen(timeline: Timeline, place: int, stretch: Stretch) -> bool:
    spans = _seen_on(timeline.shots[place], timeline.shots[place + 1 : place + 2])
    return any(first < stretch.end and stretch.first < end for first, end in spans)


def _seen_on(shot: ShotTiming, following: Sequence[ShotTiming]) -> Iterator[tuple[int, int]]:
    """Yield the film's frames on which a shot is seen, as half-open spans."""
    end = shot.cut + shot.frames
    yield shot.cut, end
    if _word(shot.into).needs_incoming:
        yield shot.cut - shot.into.before, shot.cut
    for after in following:
        if _word(after.into).needs_outgoing:
            yield end, end + after.into.after


def _word(join: Join) -> TransitionWord:
    word: TransitionWord = registry.load("transitions", join.word)
    return word
