"""What every part of the storyboard shares: frozen, no unknown keys, coded errors."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    WithJsonSchema,
)
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


def shorthand(
    *schemas: dict[str, Any], field: str | None = None
) -> Callable[[dict[str, Any]], None]:
    """Return a `json_schema_extra` that lets a part be written in these shorter forms, too.

    With `field`, the value of that field alone may stand for the whole part.
    """

    def extend(schema: dict[str, Any]) -> None:
        whole = dict(schema)
        schema.clear()
        schema["description"] = whole.pop("description", "")
        alone = [dict(whole["properties"][field])] if field else []
        schema["anyOf"] = [*schemas, *alone, whole]

    return extend


LONGEST_SHOT = 600
"""In seconds."""
LONGEST_FILM = 4 * 60 * 60
"""In seconds."""
SLOWEST_FRAMES, FASTEST_FRAMES = 8, 12
"""The rates, in frames per second, that motion modules were trained at."""

_LONGEST_TIME = 40  # characters
_CLOCK = re.compile(r"(\d{1,3}):(\d{2})")
_PLAIN_RATE = re.compile(r"-?\d+(?:\.\d+)?(?:/\d+)?")
_WRITE_A_RATE = "write 24, 23.976 or 30000/1001"

DURATION_SCHEMA = {
    "description": "A length of time: 3, 2.5, 3s, 750ms, or 24f (frames at frame.fps).",
    "anyOf": [
        {"type": "number", "exclusiveMinimum": 0},
        {"type": "string", "pattern": r"^\d+(\.\d+)?\s*(s|ms|f)?$"},
    ],
}
_INSTANT_SCHEMA = {
    "description": "A point in time on the shot's own clock: 0, 2s, 750ms, or 24f.",
    "anyOf": [
        {"type": "number", "minimum": 0},
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


def _read_duration(value: object) -> Duration:
    return _read_time(parse_duration, value)


def _read_instant(value: object) -> Duration:
    if str(value).strip().startswith("-"):
        raise invalid(
            "SB201", "a point in time cannot be before 0s", remedy="write 0s, 2s, 750ms or 24f"
        )
    return _read_time(parse_instant, value)


def _read_time(parse: Callable[[object], Duration], value: object) -> Duration:
    if clock := _CLOCK.fullmatch(str(value)):
        seconds = int(clock[1]) * 60 + int(clock[2])
        raise invalid("SB201", f"'{value}' is not a duration", remedy=f"write {seconds}s")
    try:
        return parse(_bounded(value))
    except ValueError as error:
        message, _, remedy = str(error).partition("; ")
        remedy = remedy or "write 3, 3s, 750ms or 24f"
        raise invalid("SB201", message, remedy=remedy) from None


def _read_rate(value: object) -> Fraction:
    if isinstance(value, str) and not _PLAIN_RATE.fullmatch(value.strip()):
        # Fraction would also read 1e999999999, and take its time.
        raise invalid("SB202", f"'{value:.40}' is not a frame rate", remedy=_WRITE_A_RATE)
    try:
        return parse_rate(_bounded(value))
    except ValueError as error:
        message = str(error).partition("; ")[0]
        raise invalid("SB202", message, remedy=_WRITE_A_RATE) from None


def _bounded(value: object) -> object:
    """Return `value`, unless it is so long that reading it exactly would cost something."""
    if isinstance(value, str | int) and len(str(value)) > _LONGEST_TIME:
        raise ValueError("this number is too long to be meant")
    return value


def _not_absurd(duration: Duration) -> Duration:
    most = LONGEST_SHOT if duration.unit == "s" else LONGEST_SHOT * FASTEST_FRAMES
    if duration.amount > most:
        raise invalid(
            "SB207",
            f"a shot lasts at most {LONGEST_SHOT} seconds",
            remedy="split it into several shots; a duration without a unit is in seconds",
        )
    return duration


def _variable(value: object) -> object:
    if not isinstance(value, str | bool | int | float):
        raise invalid(
            "SB103",
            "a variable is a text, a number, true or false",
            remedy="write a single value, such as `weather: rain` or `count: 3`",
        )
    if isinstance(value, float) and not math.isfinite(value):
        raise invalid("SB206", "a variable must be a finite number")
    return value


LengthOfTime = Annotated[Duration, BeforeValidator(_read_duration), WithJsonSchema(DURATION_SCHEMA)]
ShotLength = Annotated[LengthOfTime, AfterValidator(_not_absurd)]
Instant = Annotated[Duration, BeforeValidator(_read_instant), WithJsonSchema(_INSTANT_SCHEMA)]
FrameRate = Annotated[Fraction, BeforeValidator(_read_rate), WithJsonSchema(_RATE_SCHEMA)]

Text = Annotated[str, Field(strict=True)]
Integer = Annotated[int, Field(strict=True)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Switch = Annotated[bool, Field(strict=True)]
Weight = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-2.0, le=2.0)]
Share = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0.0, le=1.0)]
Seed = Annotated[int, Field(strict=True, ge=0, lt=2**63)]
VariableName = Annotated[str, Field(strict=True, pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,63}$")]
Variable = Annotated[
    str | bool | int | float,
    PlainValidator(_variable),
    WithJsonSchema({"type": ["string", "number", "boolean"]}),
]


def _differ(values: tuple[Any, ...]) -> tuple[Any, ...]:
    for index, value in enumerate(values):
        if str(value) in map(str, values[:index]):
            raise invalid("SB109", f"`{value}` is listed twice", remedy="take one of them out")
    return values


VaryValues = Annotated[tuple[Variable, ...], Field(min_length=1), AfterValidator(_differ)]
