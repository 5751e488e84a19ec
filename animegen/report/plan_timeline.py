"""The film's timeline as shares of a page's width: what a drawing to scale needs.

Unaware of HTML: lengths are percent of the whole, from the first handle to the last.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from animegen.units import timecode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from animegen.plan.compile import Compiled
    from animegen.plan.states import NodeState
    from animegen.plan.timeline import ShotTiming
    from animegen.steps.film import Join
    from animegen.units import Seconds

_STEPS = (Fraction(1, 2), 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)
_MOST_TICKS = 9
_NARROWEST = 64
"""Pixels of a shot on a narrow screen; a longer film is scrolled."""


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """A piece of the timeline."""

    left: float
    width: float

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.left + self.width


@dataclass(frozen=True, kw_only=True)
class Tick:
    """A moment on the ruler."""

    left: float
    label: str


@dataclass(frozen=True, kw_only=True)
class Block:
    """A segment: the frames that it draws, and those that it shares with the one before."""

    whole: Stretch
    shared: Stretch
    title: str


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A shot: its screen time, its handles on both sides, its segments."""

    id: str
    track: int
    """0 or 1: neighbours lie on different tracks."""
    screen: Stretch
    head: Stretch
    tail: Stretch
    label: Stretch
    """Where its name stands, clear of the transition into it."""
    blocks: tuple[Block, ...]
    keys: tuple[float, ...]
    """Where prompts of a travel are reached."""
    ready: bool
    title: str


@dataclass(frozen=True, kw_only=True)
class Crossing:
    """A transition that lies on a cut."""

    word: str
    place: Stretch
    cut: float
    down: bool
    """Whether it leads from the upper track to the lower, or out of its own."""
    track: int | None
    """The only track that it touches; None for one between two shots."""
    title: str


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """Everything to be drawn."""

    ticks: tuple[Tick, ...]
    cuts: tuple[float, ...]
    bars: tuple[Bar, ...]
    crossings: tuple[Crossing, ...]
    narrowest: int
    """Pixels below which it is scrolled rather than shrunk."""


def draw_timeline(
    compiled: Compiled, states: Sequence[NodeState], travels: dict[str, tuple[Seconds, ...]]
) -> Drawing:
    """Lay the shown shots out; `travels` holds the prompts' times of shots that have several."""
    return _Pen(compiled, states, travels).draw()


class _Pen:
    def __init__(
        self,
        compiled: Compiled,
        states: Sequence[NodeState],
        travels: dict[str, tuple[Seconds, ...]],
    ) -> None:
        timeline = compiled.timeline
        self._fps, self._rate = timeline.clocks.fps, timeline.clocks.rate
        self._shots = [shot for shot in timeline.shots if shot.id in compiled.selection]
        self._ending = timeline.ending if timeline.shots[-1] is self._shots[-1] else None
        self._running = {state.shot for state in states if state.state == "run"}
        self._travels = travels
        self._from = min(shot.start - shot.head / self._fps for shot in self._shots)
        until = max(s.start + s.duration + s.tail / self._fps for s in self._shots)
        self._length = until - self._from
        self._end = self._shots[-1].start + self._shots[-1].duration

    def draw(self) -> Drawing:
        starts = [shot.start for shot in self._shots]
        return Drawing(
            ticks=tuple(self._ticks()),
            cuts=tuple(map(self._at, [*starts, self._end])),
            bars=tuple(self._bar(shot, number) for number, shot in enumerate(self._shots)),
            crossings=tuple(self._crossings()),
            narrowest=len(self._shots) * _NARROWEST + 40,
        )

    def _at(self, moment: Seconds) -> float:
        return round(float((moment - self._from) / self._length * 100), 4)

    def _stretch(self, start: Seconds, end: Seconds) -> Stretch:
        return Stretch(left=self._at(start), width=self._at(end) - self._at(start))

    def _ticks(self) -> list[Tick]:
        wanted = max(_MOST_TICKS, len(self._shots))
        step = next((s for s in _STEPS if self._length / s <= wanted), _STEPS[-1])
        first, count = self._shots[0].start, int((self._end - self._shots[0].start) / step)
        moments = [first + step * number for number in range(count + 1)]
        places = 1 if step < 1 else 0
        return [Tick(left=self._at(at), label=_label(at, places)) for at in moments]

    def _bar(self, shot: ShotTiming, number: int) -> Bar:
        start, end = shot.start, shot.start + shot.duration
        head, tail = start - shot.head / self._fps, end + shot.tail / self._fps
        times = self._travels.get(shot.id, ())
        return Bar(
            id=shot.id,
            track=number % 2,
            screen=self._stretch(start, end),
            head=self._stretch(head, start),
            tail=self._stretch(end, tail),
            label=self._stretch(start + shot.into.after / self._rate, end),
            blocks=tuple(self._blocks(shot, head)),
            keys=tuple(self._at(start + at) for at in times),
            ready=shot.id not in self._running,
            title=f"{shot.id}: {timecode(start)} to {timecode(end)}, {shot.frames} frames; "
            f"handles of {shot.head} and {shot.tail} drawn frames",
        )

    def _blocks(self, shot: ShotTiming, head: Seconds) -> list[Block]:
        blocks = []
        for number, span in enumerate(shot.segments, start=1):
            first = head + span.first / self._fps
            fresh = first + span.overlap / self._fps
            shared = f", {span.overlap} of them shared with the one before" if span.overlap else ""
            blocks.append(
                Block(
                    whole=self._stretch(first, head + span.end / self._fps),
                    shared=self._stretch(first, fresh),
                    title=f"segment {number}: {span.frames} frames{shared}",
                )
            )
        return blocks

    def _crossings(self) -> list[Crossing]:
        found = []
        for number, shot in enumerate(self._shots):
            alone = None if number else 0
            found += self._crossing(shot.into, shot.start, down=number % 2 == 1, track=alone)
        if self._ending is not None:
            last = (len(self._shots) - 1) % 2
            found += self._crossing(self._ending, self._end, down=True, track=last)
        return found

    def _crossing(
        self, join: Join, cut: Seconds, *, down: bool, track: int | None
    ) -> list[Crossing]:
        if not join.before + join.after:
            return []
        place = self._stretch(cut - join.before / self._rate, cut + join.after / self._rate)
        return [
            Crossing(
                word=join.word,
                place=place,
                cut=self._at(cut),
                down=down,
                track=track,
                title=f"{join.word}: {join.before} frames before the cut, {join.after} after it",
            )
        ]


def _label(moment: Seconds, places: int) -> str:
    text = timecode(moment)
    return text[: -3 + places] if places else text[:-4]
