"""From a scalar's value back to the characters of the file that it was written with.

YAML folds lines, strips indentation and decodes escapes. But every character of a value that is
not white space stands in the file, in the same order, and nothing else does (bar a block scalar's
header): aligning the two needs none of the folding rules. Unaware of lines and columns.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_ESCAPE = re.compile(
    r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(\r\n|\r|\n)|(.))|(.)", re.DOTALL
)
_NAMED = {"0": "\0", "a": "\a", "b": "\b", "e": "\x1b", "N": "\x85", "_": "\xa0", "v": "\v"} | {
    "t": "\t", "\t": "\t", "n": "\n", "r": "\r", "f": "\f", "L": "\u2028", "P": "\u2029"
}  # fmt: skip


def character_offsets(raw: str, style: str, value: str) -> list[int]:
    """Return the offset in `raw` of each character of `value`, and of the place after the last.

    `raw` is the scalar as written, with its quotes or its block header. White space that folding
    made or moved gets an offset between its neighbours'.
    """
    written = list(_written(raw, style))
    offsets: list[int] = []
    at = 0
    for character in value:
        if not character.isspace():
            while written[at][1] != character:
                at += 1
        elif at >= len(written) or not written[at][1].isspace():
            offsets.append(offsets[-1] if offsets else 0)
            continue
        offsets.append(written[at][0])
        at += 1
    offsets.append(offsets[-1] + 1 if offsets else 0)
    return offsets


def _written(raw: str, style: str) -> Iterator[tuple[int, str]]:
    """Yield the characters that may be part of the value, each with its offset."""
    if style == '"':
        return _double_quoted(raw)
    if style == "'":
        return _single_quoted(raw)
    header = raw.find("\n") + 1 if style in ("|", ">") else 0
    return ((offset, raw[offset]) for offset in range(header, len(raw)))


def _single_quoted(raw: str) -> Iterator[tuple[int, str]]:
    for match in re.finditer("''|[^']", raw[1:-1], re.DOTALL):
        yield match.start() + 1, match[0][0]


def _double_quoted(raw: str) -> Iterator[tuple[int, str]]:
    for match in _ESCAPE.finditer(raw, 1, len(raw) - 1):
        two, four, eight, line_end, named, plain = match.groups()
        number = two or four or eight
        if number:
            yield match.start(), chr(int(number, 16))
        elif not line_end:
            yield match.start(), plain or _NAMED.get(named, named)
