"""The cards of text before and after the shots, in delivered frames. Unaware of pixels.

Each card is rounded to whole frames by itself, so that no card changes a frame of any shot.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from animegen.units import round_to_frame

if TYPE_CHECKING:
    from animegen.storyboard.model import Storyboard
    from animegen.storyboard.timing import Clocks

_FADE = Fraction(1, 2)
"""Seconds in which a card's text appears, where the card is long enough for it."""
_MOST = Fraction(1, 3)
"""The share of a card that such a fade may take at each end."""


@dataclass(frozen=True, kw_only=True)
class CardTiming:
    """One card on the delivery clock."""

    id: str
    """`opening-1`, `closing-1`: a shot's nodes are called `SHOT/...`, so none has this name."""
    text: str
    frames: int
    fade: int
    """Frames in which the text appears, and in which it vanishes."""


def lay_out_cards(
    storyboard: Storyboard, clocks: Clocks, place: Literal["opening", "closing"]
) -> tuple[CardTiming, ...]:
    """Return the cards of one end of the film, in order."""
    cards = [card for card in storyboard.titles if card.place == place]
    placed = []
    for number, card in enumerate(cards, start=1):
        seconds = card.duration.seconds(clocks.fps)
        fade = card.fade.seconds(clocks.fps) if card.fade else min(_FADE, seconds * _MOST)
        frames = max(1, round_to_frame(seconds, clocks.rate))
        placed.append(
            CardTiming(
                id=f"{place}-{number}",
                text=card.text,
                frames=frames,
                fade=min(round_to_frame(fade, clocks.rate), frames // 2),
            )
        )
    return tuple(placed)
