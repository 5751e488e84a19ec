"""The few things a prompt template can say, and what they come to. Unaware of Jinja and of YAML.

There is no node for a call, an attribute or a loop: what is not here cannot happen.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Protocol

from animegen.storyboard.prompts.filters import FILTERS, FilterRefused, Value
from animegen.storyboard.prompts.problem import OUTPUT_LIMIT, Problem, PromptRefused, too_long

Lookup = Callable[[str], Value | None]
"""The value of a variable, or None when there is no such variable."""


class Expression(Protocol):
    """Something with a value; `start:end` is where the template says it."""

    @property
    def start(self) -> int:
        """First character."""

    @property
    def end(self) -> int:
        """One past the last character."""

    def value(self, lookup: Lookup) -> Value:
        """Return the value.

        Raises:
            PromptRefused: for an undefined variable, or a text that grows out of bounds.
        """

    def names(self) -> Iterator[str]:
        """Yield the variables that the value may depend on."""


@dataclass(frozen=True, kw_only=True)
class _Placed:
    start: int
    end: int

    def names(self) -> Iterator[str]:
        """Yield the variables in this expression's parts."""
        for field in fields(self):
            yield from _names(getattr(self, field.name))


def _names(part: object) -> Iterator[str]:
    if isinstance(part, _Placed):
        yield from part.names()
    elif isinstance(part, tuple):
        for item in part:
            yield from _names(item)


@dataclass(frozen=True, kw_only=True)
class Constant(_Placed):
    """`'red'`, `3`, `true`."""

    constant: Value

    def value(self, lookup: Lookup) -> Value:
        """Return the constant."""
        del lookup
        return self.constant


@dataclass(frozen=True, kw_only=True)
class Variable(_Placed):
    """`weather`."""

    name: str

    def names(self) -> Iterator[str]:
        """Yield the variable's name."""
        yield self.name

    def value(self, lookup: Lookup) -> Value:
        """Return the variable's value."""
        found = lookup(self.name)
        if found is None:
            raise PromptRefused(
                Problem(
                    code="SB501",
                    message=f"`{self.name}` is not defined",
                    start=self.start,
                    end=self.end,
                    name=self.name,
                )
            )
        return found


@dataclass(frozen=True, kw_only=True)
class Items(_Placed):
    """`['red', 'blue']`."""

    items: tuple[Expression, ...]

    def value(self, lookup: Lookup) -> Value:
        """Return the items' values as a tuple."""
        return tuple(item.value(lookup) for item in self.items)


@dataclass(frozen=True, kw_only=True)
class Joined(_Placed):
    """`a ~ b`."""

    parts: tuple[Expression, ...]

    def value(self, lookup: Lookup) -> Value:
        """Return the parts' texts, end to end."""
        text = "".join(printed(part, lookup) for part in self.parts)
        if len(text) > OUTPUT_LIMIT:
            raise too_long(self.start, self.end)
        return text


@dataclass(frozen=True, kw_only=True)
class Filtered(_Placed):
    """`operand|name(arguments)`; `name` is one of `filters.FILTERS`."""

    name: str
    operand: Expression
    arguments: tuple[Expression, ...]

    def value(self, lookup: Lookup) -> Value:
        """Return what the filter makes of its operand."""
        arguments = tuple(argument.value(lookup) for argument in self.arguments)
        try:
            operand = self.operand.value(lookup)
        except PromptRefused as refused:
            if self.name == "default" and refused.problem.code == "SB501":
                return arguments[0]
            raise
        try:
            return FILTERS[self.name].apply(operand, *arguments)
        except FilterRefused as refused:
            if refused.too_long:
                raise too_long(self.start, self.end) from None
            raise _mistake(str(refused), self) from None


@dataclass(frozen=True, kw_only=True)
class Conditional(_Placed):
    """`then if test else otherwise`."""

    test: Expression
    then: Expression
    otherwise: Expression

    def value(self, lookup: Lookup) -> Value:
        """Return the side that `test` chooses."""
        return (self.then if self.test.value(lookup) else self.otherwise).value(lookup)


@dataclass(frozen=True, kw_only=True)
class Not(_Placed):
    """`not operand`."""

    operand: Expression

    def value(self, lookup: Lookup) -> Value:
        """Return the opposite."""
        return not self.operand.value(lookup)


@dataclass(frozen=True, kw_only=True)
class Either(_Placed):
    """`left and right`, `left or right`: the operand that decides, as in Python."""

    both: bool
    left: Expression
    right: Expression

    def value(self, lookup: Lookup) -> Value:
        """Return the operand that decides; the right one is looked at only when it must be."""
        left = self.left.value(lookup)
        return self.right.value(lookup) if bool(left) is self.both else left


COMPARISONS: Mapping[str, Callable[[Value, Value], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "lteq": operator.le,
    "gt": operator.gt,
    "gteq": operator.ge,
    "in": lambda item, container: operator.contains(container, item),  # type: ignore[arg-type]
    "notin": lambda item, container: not operator.contains(container, item),  # type: ignore[arg-type]
}


@dataclass(frozen=True, kw_only=True)
class Comparison(_Placed):
    """`a == b`, `1 < n <= 3`, `weather in ['rain', 'snow']`."""

    first: Expression
    rest: tuple[tuple[str, Expression], ...]
    """Names in `COMPARISONS` with their right-hand sides."""

    def value(self, lookup: Lookup) -> Value:
        """Return whether every comparison in the chain holds."""
        left = self.first.value(lookup)
        for name, expression in self.rest:
            right = expression.value(lookup)
            try:
                holds = COMPARISONS[name](left, right)
            except TypeError:
                kinds = f"{_kind(left)} with {_kind(right)}"
                raise _mistake(f"cannot compare {kinds}", self) from None
            if not holds:
                return False
            left = right
        return True


def printed(expression: Expression, lookup: Lookup) -> str:
    """Return the text that stands for an expression in a prompt.

    Raises:
        PromptRefused: as `Expression.value`, and for a list, which has no text of its own.
    """
    value = expression.value(lookup)
    if isinstance(value, tuple):
        raise _mistake("a list cannot be printed; write `|join(', ')` after it", expression)
    return str(value)


def _mistake(message: str, place: Expression) -> PromptRefused:
    return PromptRefused(Problem(code="SB503", message=message, start=place.start, end=place.end))


def _kind(value: Value) -> str:
    if isinstance(value, str):
        return "a text"
    return "a list" if isinstance(value, tuple) else "a number"
