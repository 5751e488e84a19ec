"""What every part of the storyboard shares: frozen, no unknown keys, coded errors."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from animegen.units import Duration, parse_duration, parse_instant, parse_rate


class Part(BaseModel):
    """A mapping of the language: frozen, and every key must be known."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, use_attribute_docstrings=True
    )


def invalid(code: str, message: str, *, remedy: str = "") -> PydanticCustomError:
    """Build a validation error whose type is a diagnostic code (`SBnnn`)."""
    context = {"message": message, "remedy": remedy}
    return PydanticCustomError(code, "{message}", context)


def _coded(code: str, read: Callable[[object], Any]) -> Callable[[object], Any]:
    def validate(value: object) -> Any:
        try:
            return read(value)
        except ValueError as error:
            raise invalid(code, str(error)) from None

    return validate


_DURATION_SCHEMA = {
    "description": "A length of time: 3, 2.5, 3s, 750ms, or 24f (frames at frame.fps).",
    "anyOf": [
        {"type": "number", "exclusiveMinimum": 0},
        {"type": "string", "pattern": r"^\d+(\.\d+)?\s*(s|ms|f)?$"},
    ],
}
_RATE_SCHEMA = {
    "description": "Frames per second: 24, 23.976 (24000/1001) or 30000/1001.",
    "anyOf": [
        {"type": "number", "exclusiveMinimum": 0},
        {"type": "string", "pattern": r"^\d+(\.\d+)?(/\d+)?$"},
    ],
}

LengthOfTime = Annotated[
    Duration, BeforeValidator(_coded("SB201", parse_duration)), WithJsonSchema(_DURATION_SCHEMA)
]
Instant = Annotated[
    Duration, BeforeValidator(_coded("SB201", parse_instant)), WithJsonSchema(_DURATION_SCHEMA)
]
FrameRate = Annotated[
    Fraction, BeforeValidator(_coded("SB202", parse_rate)), WithJsonSchema(_RATE_SCHEMA)
]

Text = Annotated[str, Field(strict=True)]
Integer = Annotated[int, Field(strict=True)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Switch = Annotated[bool, Field(strict=True)]
Weight = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-2.0, le=2.0)]
Share = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0.0, le=1.0)]
Seed = Annotated[int, Field(strict=True, ge=0, lt=2**63)]
VariableName = Annotated[str, Field(strict=True, pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,63}$")]
Variable = str | Switch | Integer | Number
