"""The traps of YAML, found line by line in a text that the parser refused. Unaware of the language.

Follows block scalars and quotes just far enough not to look for traps inside of them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from animegen.storyboard.yaml import findings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from animegen.storyboard.diagnostic import Diagnostic
    from animegen.storyboard.yaml.text import Text

_ENTRY = re.compile(r"(?P<indent>[ \t]*)(?:- +)*(?:[^\s#:,\[\]{}\"'][^:\n]*:[ \t]+)?")
_BLOCK = re.compile(r"[|>][-+0-9]*\s*(?:#.*)?$")
_BRACES = re.compile(r"\{[{%]")
_COLON = re.compile(r"[^\s\"'\[{|>&*!#%@`](?:(?! #)[^\n])*?(?P<colon>:)(?=[ \t]|$)", re.MULTILINE)
_AFTER_QUOTE = re.compile(r"[ \t]*(?:$|#|,|\]|\}|:)", re.MULTILINE)
_QUOTED = {
    '"': re.compile(r'"(?:\\.|[^"\\])*"', re.DOTALL),
    "'": re.compile(r"'(?:''|[^'])*'(?!')", re.DOTALL),
}


def find_traps(text: Text) -> list[Diagnostic]:
    """Return what is known to trip people up, in file order; empty when nothing is found."""
    return list(_scan(text))


def _scan(text: Text) -> Iterator[Diagnostic]:
    skip_to = 0  # the inside of a block scalar or of a quoted text ends here
    for start, line in _lines(text.text):
        if start < skip_to or not line.strip() or line.lstrip().startswith("#"):
            continue
        entry = _ENTRY.match(line)
        assert entry is not None  # the pattern matches the empty text
        if "\t" in entry["indent"]:
            yield findings.tab(text, start + entry["indent"].index("\t"))
        value = start + entry.end()
        if _BLOCK.match(line, entry.end()):
            skip_to = _end_of_block(text.text, start, len(entry["indent"]))
        elif text.text[value : value + 1] in _QUOTED:
            quote = _QUOTED[text.text[value]].match(text.text, value)
            skip_to = quote.end() if quote else len(text.text)
            yield from _after_quote(text, value, quote)
        else:
            yield from _in_value(text, value, line, entry.end())


def _in_value(text: Text, value: int, line: str, column: int) -> Iterator[Diagnostic]:
    if _BRACES.match(line, column):
        yield findings.braces(text, value, text.rest_of_line(value))
    elif column > line.find(":") > 0 and (match := _COLON.match(line, column)):
        yield findings.second_colon(text, value, value + match.start("colon") - column)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for line in text.splitlines(keepends=True):
        yield start, line.rstrip("\r\n")
        start += len(line)


def _end_of_block(text: str, start: int, indent: int) -> int:
    """Return where the first line after the block scalar opened at `start` begins."""
    lines = iter(_lines(text[start:]))
    next(lines)
    for offset, line in lines:
        if line.strip() and len(line) - len(line.lstrip(" ")) <= indent:
            return start + offset
    return len(text)


def _after_quote(text: Text, opening: int, quote: re.Match[str] | None) -> Iterator[Diagnostic]:
    """Yield what is wrong with a quoted text, if anything follows where it seems to end.

    `a: "x` and `b: "y"` on the next line is one text, `x b: `, followed by a stray `y"`.
    """
    if quote is None:
        yield findings.unclosed_quote(text, opening)
    elif not _AFTER_QUOTE.match(text.text, quote.end()):
        if "\n" in quote[0]:
            yield findings.unclosed_quote(text, opening)
        else:
            yield findings.after_quote(text, opening, quote.end())
