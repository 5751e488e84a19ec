"""The JSON Schema (draft 7) of the language, for editors. Generated from the model, so never stale.

Unaware of YAML: an editor's language server applies it to the document that the YAML stands for.
"""

from __future__ import annotations

import json
from typing import Any

from animegen.storyboard.model import Storyboard

_DRAFT = "http://json-schema.org/draft-07/schema#"


def schema_text() -> str:
    """Return the schema as it is checked in: stable key order, a newline at the end."""
    schema = {"$schema": _DRAFT} | _to_draft_7(Storyboard.model_json_schema())
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _to_draft_7(value: Any) -> Any:
    """Rewrite what pydantic says in draft 2020-12 for draft 7, which editors read.

    https://json-schema.org/draft/2020-12/release-notes lists the differences.
    """
    if isinstance(value, list):
        return [_to_draft_7(inner) for inner in value]
    if not isinstance(value, dict):
        return f"#/definitions/{value[8:]}" if _is_reference(value) else value
    schema: dict[str, Any] = {}
    for key, inner in value.items():
        schema[_RENAMED.get(key) or key] = _to_draft_7(inner)
    schema = _without_null(_tidy(schema))
    if "$ref" in schema and len(schema) > 1:
        # Draft 7 ignores what stands beside a $ref.
        return {"allOf": [{"$ref": schema.pop("$ref")}], **schema}
    return schema


_RENAMED = {"$defs": "definitions", "prefixItems": "items"}


def _is_reference(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("#/$defs/")


def _tidy(schema: dict[str, Any]) -> dict[str, Any]:
    """Drop what tells an editor nothing: titles that repeat a key, the model's own defaults."""
    if isinstance(schema.get("title"), str) and "properties" not in schema:
        del schema["title"]
    if isinstance(schema.get("description"), str):
        schema["description"] = " ".join(schema["description"].split())
    if "default" in schema and (schema["default"] is None or isinstance(schema["default"], dict)):
        del schema["default"]
    if "patternProperties" in schema:
        schema["additionalProperties"] = False
    return schema


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Turn `anyOf: [X, null]` into X: null means no more than leaving the key out."""
    options = schema.get("anyOf", [])
    kept = [option for option in options if option != {"type": "null"}]
    if len(kept) != 1 or len(kept) == len(options):
        return schema
    rest = {key: inner for key, inner in schema.items() if key != "anyOf"}
    return {**kept[0], **rest}
