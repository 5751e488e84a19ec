"""What a shot shows: one prompt, or prompts at points in time (prompt travel)."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from animegen.storyboard.model.base import Instant, Part, Switch, Text, invalid

Blend = Literal["lerp", "slerp"]
PROMPT_WORDS = ("loop", "blend")
"""What may stand among the times of a prompt."""


class PromptAt(Part):
    """A prompt template that holds from `at`, on the shot's own clock."""

    at: Instant
    text: Text


class Prompt(Part):
    """`prompt: text`, or `prompt: {0s: text, 2s: text}`: texts at times, in the order written.

    A `loop: true` among the times travels back from the last prompt to the first; `blend: slerp`
    travels along an arc instead of a straight line.
    """

    travel: tuple[PromptAt, ...]
    loop: Switch = False
    blend: Blend = "lerp"

    @model_validator(mode="before")
    @classmethod
    def _from_text_or_times(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"travel": ({"at": 0, "text": value},)}
        if not isinstance(value, dict):
            raise invalid(
                "SB103",
                "a prompt is a text, or a mapping of times to texts",
                remedy='write `prompt: "1girl, rain"` or `prompt: {0s: "...", 2s: "..."}`',
            )
        words = {word: value[word] for word in PROMPT_WORDS if word in value}
        times = [{"at": at, "text": text} for at, text in value.items() if at not in words]
        return {"travel": tuple(times), **words}

    @model_validator(mode="after")
    def _some_text(self) -> Prompt:
        if not self.travel:
            raise invalid("SB204", "a prompt needs at least one text")
        return self

    @property
    def first(self) -> str:
        """The text that the shot opens with."""
        return self.travel[0].text

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        del schema, handler
        return {
            "description": cls.__doc__ or "",
            "anyOf": [
                {"type": "string"},
                {
                    "type": "object",
                    "properties": {
                        "loop": {
                            "type": "boolean",
                            "default": False,
                            "description": "Travel back from the last text to the first.",
                        },
                        "blend": {
                            "type": "string",
                            "enum": ["lerp", "slerp"],
                            "default": "lerp",
                            "description": "Pass from text to text in a straight line or an arc.",
                        },
                    },
                    "patternProperties": {r"^\d+(\.\d+)?\s*(s|ms|f)?$": {"type": "string"}},
                    "additionalProperties": False,
                    "minProperties": 1,
                },
            ],
        }
