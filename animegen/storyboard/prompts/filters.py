"""The filters of prompt templates. Each one is bounded before it makes its text.

The names and meanings are Jinja's own: https://jinja.palletsprojects.com/templates/#builtin-filters
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from animegen.storyboard.prompts.problem import OUTPUT_LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Value = str | bool | int | float | tuple["Value", ...]


class FilterRefused(Exception):
    """A filter cannot take its operand, or would make a text that is too long."""

    def __init__(self, message: str = "", *, too_long: bool = False) -> None:
        super().__init__(message)
        self.too_long = too_long


class Filter(NamedTuple):
    """What a filter does, and how many arguments it takes."""

    apply: Callable[..., Value]
    least: int = 0
    most: int = 0


def _text(value: Value) -> str:
    if isinstance(value, tuple):
        raise FilterRefused("this filter takes a text, not a list")
    return str(value)


def _replace(value: Value, old: Value, new: Value) -> Value:
    text, before, after = _text(value), _text(old), _text(new)
    if len(text) + text.count(before) * (len(after) - len(before)) > OUTPUT_LIMIT:
        raise FilterRefused(too_long=True)
    return text.replace(before, after)


def _join(value: Value, separator: Value = "") -> Value:
    if not isinstance(value, tuple):
        raise FilterRefused("`join` takes a list, such as ['red', 'blue']")
    text = _text(separator).join(_text(item) for item in value)
    if len(text) > OUTPUT_LIMIT:
        raise FilterRefused(too_long=True)
    return text


def _default(value: Value, other: Value, when_empty: Value = False) -> Value:
    return other if when_empty and not value else value


FILTERS: Mapping[str, Filter] = {
    "upper": Filter(lambda value: _text(value).upper()),
    "lower": Filter(lambda value: _text(value).lower()),
    "title": Filter(lambda value: _text(value).title()),
    "capitalize": Filter(lambda value: _text(value).capitalize()),
    "trim": Filter(lambda value: _text(value).strip()),
    "replace": Filter(_replace, 2, 2),
    "join": Filter(_join, 0, 1),
    "default": Filter(_default, 1, 2),
}
