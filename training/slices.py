"""One slice of a staged training: its wall-clock budget and its place in the whole schedule.

A stage is trained in slices of a few minutes, each a process of its own. The learning rate follows
the planned total, so the last slice ends it exactly. Unaware of models.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class SliceError(Exception):
    """A slice's time was spent before it could train."""


@dataclass(kw_only=True)
class Slice:
    """A budget of wall-clock time that covers a share of a stage.

    `before` is the stage's progress (0 to 1) when the slice begins and `share` what it adds.
    The share is spread over the time that is left when training starts (`begin`), so start-up
    and compilation cost steps, never a part of the schedule. Times are seconds of `clock`.
    """

    before: float
    share: float
    started: float
    seconds: float
    clock: Callable[[], float] = time.monotonic
    _begun: float | None = field(default=None, init=False)

    def resume(self, progress: float) -> None:
        """Take over a checkpoint's progress, unless the schedule has started already."""
        if self._begun is None:
            self.before = progress

    def begin(self) -> None:
        """Start the schedule, once: what was before this was start-up.

        Raises SliceError when start-up took the whole budget.
        """
        if self._begun is not None:
            return
        if self.over:
            raise SliceError(f"start-up took more than this slice's {self.seconds:.0f} s")
        self._begun = self.clock()

    @property
    def left(self) -> float:
        """Seconds of the budget that are left; negative when it is overdrawn."""
        return self.started + self.seconds - self.clock()

    @property
    def over(self) -> bool:
        """Whether the budget is spent."""
        return self.left <= 0

    @property
    def progress(self) -> float:
        """The stage's progress, from `before` to `before + share` (at most 1)."""
        if self._begun is None:
            return self.before
        whole = self.started + self.seconds - self._begun
        done = min(max((self.clock() - self._begun) / whole, 0.0), 1.0)
        return min(self.before + self.share * done, 1.0)


def learning_rate(
    progress: float, step: int, *, peak: float, warmup: int, hold: float = 0.3, floor: float = 0.01
) -> float:
    """Return the rate: linear warm-up of each slice, a plateau until `hold`, a cosine to `floor`.

    `progress` is the stage's (0 to 1); `step` counts from the slice's start, because the
    optimizer starts afresh there; `floor` is a share of `peak`.
    """
    warm = min(1.0, (step + 1) / warmup)
    fall = min(max((progress - hold) / (1 - hold), 0.0), 1.0)
    return peak * warm * (floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * fall)))


class Every:
    """Says when the next of something is due: at most once in `seconds`."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._last = clock()

    def due(self) -> bool:
        """Whether it is time, and if so, wait anew."""
        if self._clock() - self._last < self._seconds:
            return False
        self._last = self._clock()
        return True
