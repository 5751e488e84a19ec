"""A LoRA in use: which one, and how strongly."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, model_validator

from animegen.storyboard.model.base import Part, Text, Weight, shorthand


class LoraUse(Part):
    """`{use: pastel-anime-xl, weight: 0.8}`; a bare name takes the pack's usual weight."""

    model_config = ConfigDict(json_schema_extra=shorthand({"type": "string"}))

    use: Text
    """A LoRA of the pack by name, or a .safetensors file of the project by relative path."""
    weight: Weight | None = None
    """Strength, -2 to 2. Left out: the middle of the range that the pack recommends."""

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, value: Any) -> Any:
        return {"use": value} if isinstance(value, str) else value
