"""A storyboard with its broken parts left out, so that the rest can be checked in the same run.

Only for looking for more errors: what it yields is never rendered. Places stay as they were.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from animegen.storyboard.model import Storyboard
from animegen.storyboard.validation.places import Place, errors_of, find_place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from animegen.storyboard.place import Where

_ROUNDS = 4  # leaving out one part may leave another incomplete, at most as deep as they nest
_STAND_INS: dict[str, Any] = {"version": 1, "title": "untitled", "looks": "", "text": ""}
_WHOLE_SHOT: dict[str, Any] = {"id": "unnamed", "duration": 1, "prompt": ""}
_IN_PLACE_OF: dict[str | int, Any] = {"let": "", "characters": {"looks": ""}}
"""What stands in for a broken entry that others may refer to, by the mapping it is in."""
_REFERRED_TO = frozenset({"pack", "let", "characters", "style"})


def repair(data: Mapping[str, Any]) -> Storyboard | None:
    """Return `data` as a storyboard without its broken parts; None when too little is left."""
    repaired = dict(data)
    for _ in range(_ROUNDS):
        try:
            return Storyboard.model_validate(repaired)
        except ValidationError as failure:
            errors = errors_of(failure)
        places = [find_place(repaired, error["loc"]) for error in errors]
        if any(len(place.where) == 1 and place.where[0] in _REFERRED_TO for place in places):
            # Whatever refers to this would look wrong, too.
            return None
        for error, place in zip(errors, places, strict=True):
            if error["type"] == "missing" and error["loc"][-1] in _STAND_INS | _WHOLE_SHOT:
                _put(repaired, (*place.where, str(error["loc"][-1])))
            elif place.where:
                _leave_out(repaired, place)
    return None


def _put(root: dict[str, Any], where: Where) -> None:
    inner = _copy_down_to(root, where)
    key = str(where[-1])
    if isinstance(inner, dict):
        inner[key] = (_STAND_INS | _WHOLE_SHOT)[key]


def _leave_out(root: dict[Any, Any], place: Place) -> None:
    where = place.where
    if len(where) == 2 and where[0] == "shots":
        shots = _copy_down_to(root, where)
        shots[where[1]] = _WHOLE_SHOT
        return
    # A gap in a list would move the entries after it away from their places: drop all of it.
    if len(where) == 1:
        root.pop(where[0], None)
        return
    while isinstance(where[-1], int):
        where = where[:-1]
    inner = _copy_down_to(root, where)
    if not isinstance(inner, dict) or where[-1] not in inner:
        return
    parent = where[-2] if len(where) > 1 else ""
    if parent in _IN_PLACE_OF and not place.on_key:
        inner[where[-1]] = _IN_PLACE_OF[parent]
    else:
        del inner[where[-1]]


def _copy_down_to(root: dict[str, Any], where: Where) -> Any:
    """Return what holds the last part of `where`, it and all above it copied; None if it is gone.

    The document's own data must not change, and aliases share parts of it.
    """
    inner: Any = root
    for part in where[:-1]:
        try:
            inner[part] = inner[part].copy()
        except (KeyError, IndexError, TypeError, AttributeError):
            return None
        inner = inner[part]
    return inner
