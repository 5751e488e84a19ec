"""`{fade-out: 1s}`: before the cut, the shot sinks into black."""

from __future__ import annotations

from typing import TYPE_CHECKING

from animegen.transitions.protocol import Span

if TYPE_CHECKING:
    from animegen.video.frame import YuvFrame


class _FadeOut:
    needs_outgoing = False
    needs_incoming = False  # black comes in instead
    opens = False
    closes = True

    def span(self, frames: int) -> Span:
        """Lie wholly before the cut."""
        return Span(frames, 0)

    def mix(self, outgoing: YuvFrame, incoming: YuvFrame, progress: float) -> YuvFrame:
        """Mix linearly."""
        from animegen.video.blend import mix

        return mix(outgoing, incoming, progress)


WORD = _FadeOut()
