"""`{dip: 1s}`: the shot sinks into black up to the cut, and the next rises out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from animegen.transitions.protocol import Span

if TYPE_CHECKING:
    from animegen.video.frame import YuvFrame


class _Dip:
    needs_outgoing = False  # each side meets black, not the other
    needs_incoming = False
    opens = False
    closes = False

    def span(self, frames: int) -> Span:
        """Centre on the cut; an odd frame falls after it."""
        return Span(frames // 2, frames - frames // 2)

    def mix(self, outgoing: YuvFrame, incoming: YuvFrame, progress: float) -> YuvFrame:
        """Mix linearly, black being reached on the cut."""
        from animegen.video.blend import mix

        half = progress * 2
        return mix(outgoing, incoming, half if half < 1 else half - 1)


WORD = _Dip()
