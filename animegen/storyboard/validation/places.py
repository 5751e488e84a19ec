"""From where the model found an error to where the user wrote it. Unaware of what is wrong.

The model sees `prompt: x` as `{travel: [{at: 0, text: x}]}`; its errors name those inner places.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from animegen.storyboard.model.prompt import PROMPT_WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from animegen.storyboard.place import Where

Location = tuple[str | int, ...]
"""A place in the model, as pydantic names it."""

_INSIDE_A_WORD = frozenset({"travel", "at", "text", "use", "maps", "word"})


class Place(NamedTuple):
    """A place in the document: the deepest one that exists on the way to the error."""

    where: Where
    value: Any
    """What stands there."""
    on_key: bool = False
    """The key is meant, not its value."""


def errors_of(failure: ValidationError) -> list[ErrorDetails]:
    """Return the errors, without those that repeat another: a list too short by a bad entry."""
    return [
        error
        for error in failure.errors(include_url=False)
        if error["type"] != "too_short" or not error["input"]
    ]


def find_place(data: Mapping[str, Any], location: Location) -> Place:
    """Return where `location` was written."""
    place = Place((), data)
    parent: str | int = ""
    for depth, part in enumerate(location):
        if parent == "prompt" and part == "travel" and isinstance(place.value, dict):
            return _prompt_at(place, location[depth + 1 :])
        inner = _in_shorthand(place, parent, part) or _child(place, part)
        if inner is None:
            break
        place, parent = inner, part
    return place


def _child(place: Place, part: str | int) -> Place | None:
    value = place.value
    if part == "[key]":
        return place._replace(on_key=True)
    if isinstance(value, dict) and part in value:
        return Place((*place.where, part), value[part])
    if isinstance(value, list) and isinstance(part, int) and part < len(value):
        return Place((*place.where, part), value[part])
    return None


def _in_shorthand(place: Place, parent: str | int, part: str | int) -> Place | None:
    """Step into a form that the model made; None when the document has the long form."""
    value = place.value
    if isinstance(value, str):
        return place if part in _INSIDE_A_WORD or isinstance(part, int) else None
    if isinstance(value, list):
        return place if part == "maps" else None
    if parent in ("transition", "ending") and isinstance(value, dict) and len(value) == 1:
        word, length = next(iter(value.items()))
        return Place((*place.where, word), length, on_key=part == "word")
    return None


def _prompt_at(place: Place, inner: Location) -> Place:
    """Find (index, "at" or "text") in a mapping of times to texts."""
    times = [at for at in place.value if at not in PROMPT_WORDS]
    match inner:
        case (int(index), field):
            at = times[index]
            return Place((*place.where, at), place.value[at], on_key=field == "at")
    return place
