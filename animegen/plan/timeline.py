"""The film in frames: cut points, handles, segments. Unaware of prompts, weights and pixels.

Two clocks: generation (`fps`, what the model draws) and delivery (`rate`, what the film shows).
Cut points are exact seconds; each is rounded once, to a delivered frame, so the film lasts the
sum of its durations to the frame at any rate. A transition sits on its cut and eats handles,
the frames a shot has beyond its cut points (OpenTimelineIO's in_offset and out_offset).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from animegen.plan.cards import lay_out_cards
from animegen.plan.segments import Chained
from animegen.steps.film import Join
from animegen.storyboard.timing import Clocks, cover, start_times, word_of
from animegen.units import Rate, Seconds, cover_frames, round_to_frame

if TYPE_CHECKING:
    from animegen.packs.pack import MotionSettings
    from animegen.plan.cards import CardTiming
    from animegen.plan.segments import SegmentSpan
    from animegen.storyboard.model import Shot, Storyboard
    from animegen.storyboard.model.transition import Transition

# A transition's share before its cut is asked on a grid this fine.
_GRID = 1000
# Rounding two cut points and a transition apart can cost this many delivered frames on each side.
_SPARE_BEFORE, _SPARE_AFTER = 1, 2


@dataclass(frozen=True, kw_only=True)
class ShotTiming:
    """One shot on both clocks."""

    id: str
    start: Seconds
    """In the film, cards before the first shot included."""
    duration: Seconds
    cut: int
    """Delivered frame on which the shot starts."""
    frames: int
    """Delivered frames between its cut points."""
    into: Join
    """The transition on its first cut point, in delivered frames."""
    body: int
    """Generated frames that cover the screen time."""
    head: int
    """Generated frames before the first cut point (the head handle)."""
    chained: Chained
    segments: tuple[SegmentSpan, ...]
    before: int
    """Delivered frames of the clip before the first cut point."""
    after: int
    """Delivered frames of the clip from the first cut point on."""

    @property
    def generated(self) -> int:
        """All generated frames of the shot, handles included."""
        return self.segments[-1].end

    @property
    def tail(self) -> int:
        """Generated frames after the last cut point (the tail handle)."""
        return self.generated - self.head - self.body


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """The whole film on both clocks."""

    clocks: Clocks
    shots: tuple[ShotTiming, ...]
    ending: Join
    opening: tuple[CardTiming, ...] = ()
    """Cards before the first shot."""
    closing: tuple[CardTiming, ...] = ()
    """Cards after the last shot."""

    @property
    def frames(self) -> int:
        """The film's length in delivered frames."""
        cards = (*self.opening, *self.closing)
        return sum(card.frames for card in cards) + sum(shot.frames for shot in self.shots)


def lay_out(storyboard: Storyboard, motion: MotionSettings) -> Timeline:
    """Place every shot, transition, handle and segment."""
    clocks = Clocks.of(storyboard)
    starts = start_times(storyboard)
    needed = handles(storyboard.shots, clocks.fps)
    opening = lay_out_cards(storyboard, clocks, "opening")
    lead = sum(card.frames for card in opening)
    shots = [
        _place(shot, span, handle, clocks, Chained.of(shot, storyboard, motion), lead)
        for shot, span, handle in zip(storyboard.shots, pairwise(starts), needed, strict=True)
    ]
    return Timeline(
        clocks=clocks,
        shots=tuple(shots),
        ending=_join(storyboard.ending, clocks),
        opening=opening,
        closing=lay_out_cards(storyboard, clocks, "closing"),
    )


def _place(
    shot: Shot,
    span: tuple[Seconds, Seconds],
    handle: tuple[int, int],
    clocks: Clocks,
    chained: Chained,
    lead: int,
) -> ShotTiming:
    """Place one shot; `lead` frames of cards go before all of them."""
    (start, end), (need_head, need_tail) = span, handle
    cut = round_to_frame(start, clocks.rate)
    body = cover_frames(end - start, clocks.fps)
    segments = chained.spans(need_head + body + need_tail)
    surplus = segments[-1].end - body
    # Half the surplus on each side, unless a transition needs more: so a transition can be
    # retimed within the handles without moving the shot's frames.
    head = min(max(surplus // 2, need_head), surplus - need_tail)
    scale = clocks.rate / clocks.fps
    return ShotTiming(
        id=shot.id,
        start=lead / clocks.rate + start,
        duration=end - start,
        cut=lead + cut,
        frames=round_to_frame(end, clocks.rate) - cut,
        into=_join(shot.transition, clocks),
        body=body,
        head=head,
        chained=chained,
        segments=segments,
        before=math.floor(head * scale) + _SPARE_BEFORE,
        after=math.floor((segments[-1].end - head) * scale) + _SPARE_AFTER,
    )


def handles(shots: tuple[Shot, ...], fps: Rate) -> list[tuple[int, int]]:
    """Return the generated frames each shot must have before and after its cut points."""
    eaten = [_eaten(shot.transition, fps) for shot in shots]
    heads = [head for head, _ in eaten]
    tails = [tail for _, tail in eaten[1:]]
    return list(zip(heads, [*tails, 0], strict=True))


def _eaten(transition: Transition, fps: Rate) -> tuple[int, int]:
    """Return the handles that a transition eats: (of the incoming, of the outgoing shot)."""
    if transition.length is None:
        return 0, 0
    word = word_of(transition)
    length = transition.length.seconds(fps)
    share = Fraction(word.span(_GRID).before, _GRID)
    return (
        cover_frames(length * share, fps) if word.needs_incoming else 0,
        cover_frames(length * (1 - share), fps) if word.needs_outgoing else 0,
    )


def _join(transition: Transition, clocks: Clocks) -> Join:
    before, after = cover(transition, clocks)
    return Join(word=transition.word, before=before, after=after)
