"""What a transition is: where it lies around its cut, and how it mixes two frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from animegen.video.frame import YuvFrame


class Span(NamedTuple):
    """Frames covered before and after the cut (OpenTimelineIO's in_offset and out_offset)."""

    before: int
    after: int


class TransitionWord(Protocol):
    """One word of the language. A file of this folder defines one as `WORD`."""

    needs_outgoing: bool
    """Shows the outgoing shot after the cut: eats its tail handle."""
    needs_incoming: bool
    """Shows the incoming shot before the cut: eats its head handle."""
    opens: bool
    """May stand on the film's first cut, where nothing goes out."""
    closes: bool
    """May stand on the film's end, where nothing comes in."""

    def span(self, frames: int) -> Span:
        """Place a transition of `frames` frames around its cut."""

    def mix(self, outgoing: YuvFrame, incoming: YuvFrame, progress: float) -> YuvFrame:
        """Return one frame; `progress` runs from 0 to 1, exclusive, over the span.

        Frame j of n has progress (j + 0.5) / n. Before the cut `incoming` is black unless the word
        needs it, after the cut `outgoing` is.
        """
