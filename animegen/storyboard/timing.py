"""Cut points and transitions in delivered frames. Unaware of handles, segments and pixels.

The check and the plan both lay films out with these functions, so what was found to fit will fit.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from typing import TYPE_CHECKING

from animegen import registry
from animegen.transitions.protocol import Span
from animegen.units import round_to_frame

if TYPE_CHECKING:
    from animegen.storyboard.model import Storyboard
    from animegen.storyboard.model.transition import Transition
    from animegen.transitions.protocol import TransitionWord
    from animegen.units import Rate, Seconds

_NOTHING = Span(0, 0)


@dataclass(frozen=True, kw_only=True)
class Clocks:
    """The two frame rates of a film."""

    fps: Rate
    """Generation."""
    rate: Rate
    """Delivery."""

    @classmethod
    def of(cls, storyboard: Storyboard) -> Clocks:
        """Return a storyboard's rates; delivery is as generated where it says nothing."""
        fps = storyboard.frame.fps
        return cls(fps=fps, rate=storyboard.output.fps or fps)


def start_times(storyboard: Storyboard) -> list[Seconds]:
    """Return the exact start of every shot, and the film's end."""
    fps = storyboard.frame.fps
    durations = (shot.duration.seconds(fps) for shot in storyboard.shots)
    return list(accumulate(durations, initial=Fraction(0)))


def cover(transition: Transition, clocks: Clocks) -> Span:
    """Return the delivered frames that a transition covers before and after its cut."""
    if transition.length is None:
        return _NOTHING
    frames = max(1, round_to_frame(transition.length.seconds(clocks.fps), clocks.rate))
    return word_of(transition).span(frames)


def word_of(transition: Transition) -> TransitionWord:
    """Return the implementation of a transition's word."""
    word: TransitionWord = registry.load("transitions", transition.word)
    return word
