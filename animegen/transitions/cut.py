"""`cut`: the next shot begins; no frame shows both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from animegen.transitions.protocol import Span

if TYPE_CHECKING:
    from animegen.video.frame import YuvFrame


class _Cut:
    needs_outgoing = False
    needs_incoming = False
    opens = True
    closes = True

    def span(self, frames: int) -> Span:  # noqa: ARG002 - a cut has no length
        """Cover no frame."""
        return Span(0, 0)

    def mix(self, outgoing: YuvFrame, incoming: YuvFrame, progress: float) -> YuvFrame:
        """Show the side that the film is on."""
        return outgoing if progress < 0.5 else incoming


WORD = _Cut()
