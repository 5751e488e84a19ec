"""What a shot's figures must be for the film to be finished. Unaware of how they are measured."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import PlainValidator, WithJsonSchema

from animegen.storyboard.model.base import Part, invalid

_LIMIT = re.compile(r"(?P<sign><=|>=|<|>)\s*(?P<number>\d+(?:\.\d+)?)")
_SCHEMA = {
    "description": "A comparison: `< 0.05`, `<= 0`, `> 0.7`.",
    "type": "string",
    "pattern": r"^(<|<=|>|>=)\s*\d+(\.\d+)?$",
}
_LONGEST = 40


@dataclass(frozen=True, kw_only=True)
class Limit:
    """One side of a number line."""

    sign: str
    number: float

    def holds(self, value: float) -> bool:
        """Whether a value lies on the right side."""
        match self.sign:
            case "<":
                return value < self.number
            case "<=":
                return value <= self.number
            case ">":
                return value > self.number
        return value >= self.number

    def __str__(self) -> str:
        return f"{self.sign} {self.number:g}"


def _read(value: object) -> Limit:
    if isinstance(value, Limit):
        return value
    text = str(value).strip()
    match = _LIMIT.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None or not isinstance(value, str) or not math.isfinite(float(match["number"])):
        raise invalid(
            "SB211",
            f"'{text:.40}' is not a comparison",
            remedy='write "< 0.05", with <, <=, > or >= and a number',
        )
    return Limit(sign=match["sign"], number=float(match["number"]))


Bound = Annotated[Limit, PlainValidator(_read), WithJsonSchema(_SCHEMA)]


class Checks(Part):
    """Bounds for what is measured of a shot: `{flicker: "< 0.05"}`."""

    flicker: Bound | None = None
    """What changes from frame to frame and is no movement, as a share of all levels."""
    seam: Bound | None = None
    """The largest change across a segment's border, in the usual change from frame to frame."""
    identity: Bound | None = None
    """How far frames are from the keyframe in what they show: 0 the same, 1 nothing in common."""
    background: Bound | None = None
    """How fast the edges beside the people move on their own, in picture widths a frame."""
    sharpness: Bound | None = None
    """How sharp the frames are: 1 is as sharp as the keyframe."""
    black: Bound | None = None
    """How many frames are black."""
    flat: Bound | None = None
    """How many frames are of one colour."""
    frozen: Bound | None = None
    """How many frames are the same as the one before."""

    def over(self, film: Checks) -> Checks:
        """Return a shot's bounds within a film's: its own first."""
        return film.model_copy(update=self.limits())

    def limits(self) -> dict[str, Limit]:
        """Return the bounds that are set, by figure."""
        return {name: value for name in self.model_fields_set if (value := getattr(self, name))}
