"""What a template prints, and the bounded printing of it. Unaware of Jinja and of YAML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from animegen.storyboard.prompts.expression import Expression, Variable, printed
from animegen.storyboard.prompts.problem import OUTPUT_LIMIT, too_long
from animegen.storyboard.prompts.traced import Piece, Traced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from animegen.storyboard.prompts.expression import Lookup

_NAME_TAG = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}")
_BLOCK = re.compile(r"\{%\s*block\s+(\w+)\s*%\}(.*?)\{%\s*endblock\s*%\}", re.DOTALL)
_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_RESERVED = frozenset({"true", "false", "none", "True", "False", "None", "not"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """Text that is printed as it stands."""

    text: str
    start: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Print:
    """`{{ expression }}`."""

    expression: Expression
    start: int
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Branch:
    """`{% if %} ... {% elif %} ... {% else %} ... {% endif %}`."""

    arms: tuple[tuple[Expression, Body], ...]
    otherwise: Body


Body = tuple[Words | Print | Branch, ...]


def read_names(text: str, offset: int = 0) -> Body | None:
    """Return the body of a template whose only tags are `{{ name }}`; None for any other.

    Almost every prompt is one, and needs no parser: a thousand of them cost milliseconds.
    `offset` is where the text begins in its source.
    """
    if "{%" in text or "{#" in text:
        return None
    parts: list[Words | Print | Branch] = []
    position = 0
    for tag in _NAME_TAG.finditer(text):
        if tag[1] in _RESERVED:
            return None
        if tag.start() > position:
            parts.append(Words(text=text[position : tag.start()], start=offset + position))
        name = Variable(name=tag[1], start=offset + tag.start(1), end=offset + tag.end(1))
        parts.append(Print(expression=name, start=offset + tag.start(), end=offset + tag.end()))
        position = tag.end()
    if position < len(text):
        parts.append(Words(text=text[position:], start=offset + position))
    # A tag that is left over, half or whole, is for the parser.
    stray = any(isinstance(part, Words) and "{{" in part.text for part in parts)
    return None if stray else tuple(parts)


def read_plain_blocks(text: str) -> dict[str, Body] | None:
    """Return the blocks of a style template in which all is `{{ name }}`; None for any other."""
    commented_out = any("{%" in comment for comment in _COMMENT.findall(text))
    if commented_out or _COMMENT.sub("", _BLOCK.sub("", text)).strip():
        return None
    blocks: dict[str, Body] = {}
    for block in _BLOCK.finditer(text):
        body = read_names(block[2], block.start(2))
        if body is None or block[1] in blocks:
            return None
        blocks[block[1]] = body
    return blocks


def render(body: Body, lookup: Lookup) -> Traced:
    """Print a body.

    Raises:
        PromptRefused: for an undefined variable (SB501), or output that grows too long (SB504).
    """
    pieces: list[Piece] = []
    size = 0
    for piece in _pieces(body, lookup):
        size += len(piece.text)
        if size > OUTPUT_LIMIT:
            raise too_long(piece.start, piece.end)
        pieces.append(piece)
    return Traced(tuple(pieces))


def _pieces(body: Body, lookup: Lookup) -> Iterator[Piece]:
    for part in body:
        if isinstance(part, Words):
            yield Piece(part.text, part.start, part.start + len(part.text), exact=True)
        elif isinstance(part, Print):
            yield Piece(printed(part.expression, lookup), part.start, part.end, exact=False)
        else:
            yield from _pieces(_chosen(part, lookup), lookup)


def _chosen(branch: Branch, lookup: Lookup) -> Body:
    for test, body in branch.arms:
        if test.value(lookup):
            return body
    return branch.otherwise


def names_in(body: Body) -> frozenset[str]:
    """Return the variables that a body may look up."""
    return frozenset(_names(body))


def _names(body: Body) -> Iterator[str]:
    for part in body:
        if isinstance(part, Print):
            yield from part.expression.names()
        elif isinstance(part, Branch):
            for test, inner in part.arms:
                yield from test.names()
                yield from _names(inner)
            yield from _names(part.otherwise)
