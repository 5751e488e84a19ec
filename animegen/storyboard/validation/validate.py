"""Plain data to a `Storyboard`, and everything the model finds wrong as diagnostics.

Unaware of how the file was read and of what its names refer to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pydantic import ValidationError

from animegen.storyboard.diagnostic import Diagnostic
from animegen.storyboard.model import Storyboard
from animegen.storyboard.validation.external import asks_for_a_picture, find_external, refuse
from animegen.storyboard.validation.places import errors_of, find_place
from animegen.storyboard.validation.words import put_into_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_core import ErrorDetails

    from animegen.storyboard.document import Document
    from animegen.storyboard.place import Span
    from animegen.storyboard.validation.places import Place

_UNKNOWN = frozenset({"extra_forbidden", "invalid_key"})


class Validation(NamedTuple):
    """A storyboard, or why there is none."""

    storyboard: Storyboard | None
    findings: tuple[Diagnostic, ...]


def validate(document: Document) -> Validation:
    """Check the document's structure, words, types and ranges; find every error in one go."""
    external = tuple(find_external(document))
    try:
        return Validation(Storyboard.model_validate(document.data), external)
    except ValidationError as failure:
        errors = errors_of(failure)
    found = [_diagnose(document, one, find_place(document.data, one["loc"])) for one in errors]
    return Validation(None, tuple(_once((*document.findings, *external), found)))


def _diagnose(document: Document, error: ErrorDetails, place: Place) -> Diagnostic:
    span = _span(document, error, place)
    if error["type"] in _UNKNOWN and asks_for_a_picture(str(error["loc"][-1])):
        return refuse(f"`{error['loc'][-1]}` is not a word of the language", span)
    code, message, remedy = put_into_words(error, place)
    return Diagnostic(code=code, severity="error", message=message, span=span, help=remedy)


def _span(document: Document, error: ErrorDetails, place: Place) -> Span:
    marks = document.marks
    if error["type"] in _UNKNOWN or error["type"] == "missing" or place.on_key:
        return marks.key(place.where)
    span = marks.value(place.where)
    empty = place.value is None and span[:2] == span[2:]
    return marks.key(place.where) if empty else span


def _once(earlier: tuple[Diagnostic, ...], found: list[Diagnostic]) -> Iterator[Diagnostic]:
    """Yield one finding per place, bar missing keys: those share the place that lacks them."""
    external = [finding for finding in earlier if finding.code == "SB601"]
    yield from external
    taken = {finding.span and finding.span[:2] for finding in earlier}
    for finding in found:
        place = finding.span and finding.span[:2]
        if finding.code == "SB101" or place not in taken:
            yield finding
        taken.add(place)
