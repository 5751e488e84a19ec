"""When a shot's lines are said, on the shot's own clock. Unaware of frames and of other shots."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

if TYPE_CHECKING:
    from animegen.storyboard.model import Shot
    from animegen.storyboard.model.shot import Line
    from animegen.units import Rate, Seconds

_LETTERS_A_SECOND = 15
"""What most adults read with ease: broadcasters ask for 12 to 17."""
_WIDE = 3
"""How many Latin letters a Chinese, Japanese or Korean one counts for."""
_SHORTEST, _LONGEST = Fraction(1), Fraction(7)


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """One line, placed."""

    line: Line
    start: Seconds
    end: Seconds

    @property
    def fixed(self) -> bool:
        """Whether the storyboard says how long it is shown; else it may be cut short."""
        return self.line.lasts is not None


def place_lines(shot: Shot, fps: Rate) -> list[Spoken]:
    """Return a shot's lines in the order in which they are written."""
    placed: list[Spoken] = []
    end = Fraction(0)
    for line in shot.dialogue:
        start = line.at.seconds(fps) if line.at else end
        end = start + (line.lasts.seconds(fps) if line.lasts else reading_time(line.text))
        placed.append(Spoken(line=line, start=start, end=end))
    return placed


def reading_time(text: str) -> Seconds:
    """Return how long it takes to read `text`: from one second to seven."""
    letters = sum(_WIDE if east_asian_width(letter) in "WF" else 1 for letter in text)
    return min(max(Fraction(letters, _LETTERS_A_SECOND), _SHORTEST), _LONGEST)
