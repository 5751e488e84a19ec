"""What may stand where: the model's own fields, looked up by place. Unaware of any document."""

from __future__ import annotations

import inspect
from functools import cache
from typing import TYPE_CHECKING, Any, get_args, get_origin

from animegen.storyboard.model import Storyboard
from animegen.storyboard.model.base import Part

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from animegen.storyboard.validation.places import Location


def keys_at(location: Location) -> tuple[str, ...]:
    """Return the keys that the part at `location` may have, as they are written."""
    return _keys(_part_at(location))


@cache
def homes_of(key: str) -> tuple[str, ...]:
    """Return the keys whose mappings have a key `key`: `width` is at home in `frame`, `output`."""
    return tuple(sorted(_homes(Storyboard, "", key)))


def _homes(part: type[Part], home: str, key: str) -> set[str]:
    found = {home} if home and key in _keys(part) else set()
    for name, field in part.model_fields.items():
        inner = part_in(field.annotation)
        if inner is not None:
            found |= _homes(inner, field.alias or name, key)
    return found


def _keys(part: type[Part]) -> tuple[str, ...]:
    return tuple(field.alias or name for name, field in part.model_fields.items())


def _part_at(location: Location) -> type[Part]:
    part: type[Part] = Storyboard
    parts = iter(location)
    for name in parts:
        field = _field(part, name)
        inner = part_in(field.annotation) if field else None
        if field is None or inner is None:
            continue
        part = inner
        if get_origin(field.annotation) is dict:
            next(parts, None)  # a name that the user chose
    return part


def _field(part: type[Part], name: str | int) -> FieldInfo | None:
    for own_name, field in part.model_fields.items():
        if name in (own_name, field.alias):
            return field
    return None


def part_in(annotation: Any) -> type[Part] | None:
    """Return the part that a field's annotation holds, alone or in a list or mapping."""
    if inspect.isclass(annotation) and issubclass(annotation, Part):
        return annotation
    parts = (part_in(inner) for inner in get_args(annotation))
    return next((part for part in parts if part is not None), None)
