"""What moves and when, as functions of time in seconds. Unaware of what is drawn.

Everything repeats after two seconds (16 frames at 8 frames per second), so a clip can loop.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

PERIOD = 2.0


def swing(t: float, phase: float, cycles: int = 1) -> float:
    """Return a sine of `cycles` turns per period, starting at `phase` (in turns)."""
    return math.sin(math.tau * (t * cycles / PERIOD + phase))


@dataclass(frozen=True, kw_only=True)
class Air:
    """The wind at one moment: how far hair and cloth lean and sway."""

    t: float = 0.0
    strength: float = 0.3
    phase: float = 0.0
    lean: float = 0.0

    def sway(self, length: float, offset: float = 0.0) -> float:
        """Return how far to the side the end of something `length` long hangs, in its unit."""
        gust = 0.7 * swing(self.t, self.phase - 0.09 * length + offset)
        flutter = 0.3 * swing(self.t, self.phase + 2 * offset - 0.2 * length, 2)
        return length * self.strength * (0.16 * (gust + flutter) + 0.3 * self.lean)


def blink(t: float, moment: float) -> float:
    """Return how far the lids are open (0..1) when they shut once a period, at `moment`."""
    away = abs((t - moment + PERIOD / 2) % PERIOD - PERIOD / 2)
    return min(1.0, max(0.0, (away - 0.07) / 0.16))
