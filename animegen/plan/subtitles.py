"""The film's subtitles, in delivered frames: no two at once. Unaware of file formats."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from animegen.storyboard.lines import place_lines
from animegen.units import round_to_frame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from animegen.plan.cut_list import Cut, CutList
    from animegen.storyboard.model import Shot, Storyboard
    from animegen.units import Rate


@dataclass(frozen=True, kw_only=True)
class Cue:
    """What stands below the picture from frame `first` up to, not including, `end`."""

    first: int
    end: int
    texts: tuple[str, ...]
    """One for each line that is said at that time."""


@dataclass(frozen=True, kw_only=True)
class _Span:
    first: int
    end: int
    text: str
    spoken: bool
    fixed: bool


def subtitles(storyboard: Storyboard, cuts: CutList) -> tuple[Cue, ...]:
    """Return the cues of the shots that are shown, in order.

    A line of no stated length gives way to the next; others that overlap share a cue.
    """
    fps = storyboard.frame.fps
    spans = [
        span
        for shot in storyboard.shots
        if (cut := cuts.of_shot(shot.id))
        for span in _spans(shot, cut, fps, cuts, captions=storyboard.captions == "subtitles")
    ]
    return tuple(_cues(_giving_way(sorted(spans, key=lambda span: span.first))))


def _spans(shot: Shot, cut: Cut, fps: Rate, cuts: CutList, *, captions: bool) -> Iterator[_Span]:
    if captions and shot.caption and shot.caption.strip():
        yield _Span(first=cut.start, end=cut.end, text=shot.caption, spoken=False, fixed=True)
    for spoken in place_lines(shot, fps):
        first = cut.start + round_to_frame(spoken.start, cuts.rate)
        end = min(cut.start + round_to_frame(spoken.end, cuts.rate), cuts.frames)
        line = spoken.line
        text = f"{line.speaker}: {line.text}" if line.speaker else line.text
        if first < end and line.text.strip():
            yield _Span(first=first, end=end, text=text, spoken=True, fixed=spoken.fixed)


def _giving_way(spans: list[_Span]) -> Iterator[_Span]:
    for index, span in enumerate(spans):
        later = (one.first for one in spans[index + 1 :] if one.spoken and one.first > span.first)
        yield span if span.fixed else replace(span, end=min(span.end, next(later, span.end)))


def _cues(spans: Iterator[_Span]) -> Iterator[Cue]:
    """Cut time wherever a line begins or ends; each piece shows what is said in it."""
    every = list(spans)
    edges = sorted({frame for span in every for frame in (span.first, span.end)})
    for first, end in pairwise(edges):
        shown = [span for span in every if span.first <= first < span.end]
        several = sum(span.spoken for span in shown) > 1
        texts = (f"- {span.text}" if several and span.spoken else span.text for span in shown)
        if shown:
            yield Cue(first=first, end=end, texts=tuple(texts))
