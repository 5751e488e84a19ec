"""Cuts clips together by frame index. Unaware of the language's words and of seconds.

A transition sits on the cut and reads both clips beyond it: their handles. Every clip is decoded
once, front to back; two are open during a transition, one otherwise, so memory does not grow with
the film.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from animegen.errors import RenderFailed
from animegen.video.decode import read_yuv
from animegen.video.frame import black

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from animegen.video.frame import YuvFrame


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A transition on a cut, in frames before and after it."""

    before: int
    after: int
    mix: Callable[[YuvFrame, YuvFrame, float], YuvFrame]
    """(outgoing, incoming, progress) to the frame shown; see `transitions.protocol`."""
    needs_outgoing: bool
    """Shows the outgoing clip after the cut; otherwise black stands in for it there."""
    needs_incoming: bool
    """Shows the incoming clip before the cut; otherwise black stands in for it there."""

    def progress(self, frame: int) -> float:
        """Return how far the passage is at `frame`, counted from the cut: -before .. after-1."""
        return (self.before + frame + 0.5) / (self.before + self.after)


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A clip's place in the film."""

    path: Path
    """A yuv420p file."""
    offset: int
    """Index, in the clip, of the first frame after the cut."""
    frames: int
    """Frames between this cut and the next."""
    into: Passage | None
    """The transition on the cut at which the clip starts."""


def assemble(
    clips: Sequence[Placed], ending: Passage | None, *, width: int, height: int
) -> Iterator[YuvFrame]:
    """Yield the film: exactly the sum of the clips' `frames`, each `width` x `height`.

    Raises:
        RenderFailed: when two passages overlap, or a clip is damaged, of another size, or lacks
            a frame.
    """
    darkness = black(width, height)
    reels = [_Reel(clip, (width, height)) for clip in clips]  # a file is opened by its first frame
    passages = [*(clip.into for clip in clips), ending]
    try:
        for index, reel in enumerate(reels):
            before = reels[index - 1] if index else None
            after = reels[index + 1] if index + 1 < len(reels) else None
            opening, closing = passages[index], passages[index + 1]
            yield from _shot(reel, before, after, opening, closing, darkness)
    finally:
        for reel in reels:
            reel.close()


def _shot(
    reel: _Reel,
    before: _Reel | None,
    after: _Reel | None,
    opening: Passage | None,
    closing: Passage | None,
    darkness: YuvFrame,
) -> Iterator[YuvFrame]:
    opened = opening.after if opening else 0
    closes = reel.frames - (closing.before if closing else 0)
    if closes < opened:
        raise RenderFailed(f"the transitions around {reel.name} overlap")
    if opening:
        for m in range(opened):
            other = _other(before, opening.needs_outgoing, darkness, m, from_end=True)
            yield opening.mix(other, reel.at(m), opening.progress(m))
    if before:
        before.close()
    for m in range(opened, closes):
        yield reel.at(m)
    if closing:
        for m in range(closes - reel.frames, 0):
            other = _other(after, closing.needs_incoming, darkness, m, from_end=False)
            yield closing.mix(reel.at(reel.frames + m), other, closing.progress(m))


def _other(
    reel: _Reel | None, needed: bool, darkness: YuvFrame, m: int, *, from_end: bool
) -> YuvFrame:
    """Return the other side of a passage, m frames from the cut."""
    if not needed:
        return darkness
    if reel is None:
        raise RenderFailed("a transition at an end of the film needs a clip that is not there")
    return reel.at(reel.frames + m if from_end else m)


class _Reel:
    """A clip being read forwards; frame m is counted from the clip's cut."""

    def __init__(self, placed: Placed, size: tuple[int, int]) -> None:
        self.frames = placed.frames
        self.name = placed.path.name
        self._offset = placed.offset
        self._size = size
        self._frames = read_yuv(placed.path)
        self._index = -1
        self._frame: YuvFrame | None = None

    def at(self, m: int) -> YuvFrame:
        """Return frame m; m never decreases.

        Raises:
            RenderFailed: when the clip lacks the frame, is damaged or of another size.
        """
        wanted = self._offset + m
        while self._index < wanted:
            frame = next(self._frames, None)
            if frame is None:
                break
            self._frame, self._index = frame, self._index + 1
        if self._frame is None or self._index != wanted:
            raise RenderFailed(f"{self.name} has no frame {wanted}")
        if self._frame.size != self._size:
            raise RenderFailed(f"{self.name} is {self._frame.size}, not {self._size}")
        return self._frame

    def close(self) -> None:
        """Let go of the file and the frame."""
        self._frames.close()
        self._frame = None
