"""Splits a shot's generated frames into segments. Unaware of seconds, prompts and weights."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from animegen.packs.pack import MotionSettings
    from animegen.storyboard.model import Shot, Storyboard

FADE = 8
"""New frames that are corrected by what the model is off on the last one it was given. Measured:
docs/design.md, "What is off at a seam is carried on"."""


@dataclass(frozen=True, kw_only=True)
class SegmentSpan:
    """A segment on the shot's generated frames, half-open, overlap included."""

    first: int
    frames: int
    overlap: int
    """Frames that repeat the end of the segment before."""

    @property
    def end(self) -> int:
        """The frame after the segment's last."""
        return self.first + self.frames


@dataclass(frozen=True, kw_only=True)
class Chained:
    """The numbers of one shot's chaining."""

    windows: bool
    """Whether the whole shot is one segment, seen through windows."""
    frames: int
    """Frames that the motion module sees at once."""
    overlap: int
    drift: float

    @classmethod
    def of(cls, shot: Shot, storyboard: Storyboard, motion: MotionSettings) -> Chained:
        """Return what the shot's words mean; what they leave out is the film's, then the pack's."""
        words = shot.chaining.over(storyboard.chaining)
        return cls(
            windows=words.mode == "windows",
            frames=motion.frames,
            overlap=words.overlap or motion.overlap,
            drift=words.drift or 0.0,
        )

    def window(self, frames: int) -> int:
        """Return the frames of a window over a segment of `frames`; 0 when it needs none."""
        return self.frames if frames > self.frames else 0

    def spans(self, needed: int) -> tuple[SegmentSpan, ...]:
        """Cover at least `needed` frames.

        With windows, by one segment of as many frames as whole windows have.
        """
        if not self.windows:
            return split_into_segments(needed, self.frames, self.overlap)
        last = split_into_segments(needed, self.frames, self.frames // 2)[-1]
        return (SegmentSpan(first=0, frames=last.end, overlap=0),)


def split_into_segments(needed: int, frames: int, overlap: int) -> tuple[SegmentSpan, ...]:
    """Cover at least `needed` frames with whole segments, each frozen to the last by `overlap`."""
    fresh = frames - overlap
    count = 1 + max(0, math.ceil(Fraction(needed - frames, fresh)))
    return tuple(
        SegmentSpan(first=index * fresh, frames=frames, overlap=overlap if index else 0)
        for index in range(count)
    )
