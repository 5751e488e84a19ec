"""How the film passes from one shot to the next."""

from __future__ import annotations

import difflib
from typing import Any

from pydantic import GetJsonSchemaHandler, field_validator, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from animegen import registry
from animegen.storyboard.model.base import DURATION_SCHEMA, LengthOfTime, Part, Text, invalid


class Transition(Part):
    """`cut`, or one word with its length: `{crossfade: 500ms}`. It sits on the cut."""

    word: Text = "cut"
    length: LengthOfTime | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_word(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"word": value}
        if isinstance(value, dict) and len(value) == 1:
            word, length = next(iter(value.items()))
            return {"word": word, "length": length}
        raise invalid(
            "SB103",
            "a transition is one word with its length",
            remedy="write `transition: cut` or `transition: {crossfade: 500ms}`",
        )

    @field_validator("word")
    @classmethod
    def _known(cls, word: str) -> str:
        words = registry.words("transitions")
        if word in words:
            return word
        close = difflib.get_close_matches(word, words, 1)
        raise invalid(
            "SB301",
            f"there is no transition `{word}`",
            remedy=f"did you mean `{close[0]}`?" if close else f"write one of {', '.join(words)}",
        )

    @model_validator(mode="after")
    def _length_where_due(self) -> Transition:
        if self.word != "cut" and self.length is None:
            raise invalid(
                "SB203",
                f"`{self.word}` needs a length",
                remedy=f"write `{{{self.word}: 500ms}}`",
            )
        if self.word == "cut" and self.length is not None:
            raise invalid("SB203", "a cut takes no time", remedy="write `cut`")
        return self

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        del schema, handler
        timed = [word for word in registry.words("transitions") if word != "cut"]
        return {
            "description": cls.__doc__ or "",
            "anyOf": [
                {"const": "cut"},
                {
                    "type": "object",
                    "properties": dict.fromkeys(timed, DURATION_SCHEMA),
                    "additionalProperties": False,
                    "minProperties": 1,
                    "maxProperties": 1,
                },
            ],
        }


CUT = Transition.model_construct(word="cut", length=None)
