"""`{fade-in: 1s}`: after the cut, the shot rises out of black."""

from __future__ import annotations

from typing import TYPE_CHECKING

from animegen.transitions.protocol import Span

if TYPE_CHECKING:
    from animegen.video.frame import YuvFrame


class _FadeIn:
    needs_outgoing = False  # black goes out instead
    needs_incoming = False
    opens = True
    closes = False

    def span(self, frames: int) -> Span:
        """Lie wholly after the cut."""
        return Span(0, frames)

    def mix(self, outgoing: YuvFrame, incoming: YuvFrame, progress: float) -> YuvFrame:
        """Mix linearly."""
        from animegen.video.blend import mix

        return mix(outgoing, incoming, progress)


WORD = _FadeIn()
