"""`{crossfade: 500ms}`: one shot dissolves into the next, half before the cut and half after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from animegen.transitions.protocol import Span

if TYPE_CHECKING:
    from animegen.video.frame import YuvFrame


class _Crossfade:
    needs_outgoing = True
    needs_incoming = True
    opens = False
    closes = False

    def span(self, frames: int) -> Span:
        """Centre on the cut; an odd frame falls after it."""
        return Span(frames // 2, frames - frames // 2)

    def mix(self, outgoing: YuvFrame, incoming: YuvFrame, progress: float) -> YuvFrame:
        """Mix linearly."""
        from animegen.video.blend import mix

        return mix(outgoing, incoming, progress)


WORD = _Crossfade()
