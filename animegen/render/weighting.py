r"""Reads the field's prompt syntax into weighted fragments. Unaware of tokens and encoders.

The syntax is A1111's: `(x)` counts 1.1 times, `[x]` 1/1.1 times, `(x:1.2)` 1.2 times; nesting
multiplies; `\(` is a bracket; `BREAK` starts a new chunk. As there, a bracket that is never
closed reaches to the end, and one that was never opened is text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

_ROUND, _SQUARE = 1.1, 1 / 1.1
_BREAK = re.compile(r"\bBREAK\b")
_TOKEN = re.compile(
    r"\\(?P<escaped>[\\()\[\]])"
    r"|:\s*(?P<weight>[+-]?\d*\.?\d+)\s*\)"
    r"|(?P<bracket>[()\[\]])"
    r"|(?P<text>[^\\()\[\]:]+|.)",
    re.DOTALL,
)
_OPENERS = {")": "(", "]": "["}


class Fragment(NamedTuple):
    """A piece of a prompt and how much it counts."""

    text: str
    weight: float = 1.0


Chunk = tuple[Fragment, ...]
"""What is encoded together; `BREAK` stands between chunks."""


def parse_prompt(text: str) -> tuple[Chunk, ...]:
    """Return the chunks of a prompt, at least one; an empty chunk is one empty fragment."""
    return tuple(_Parser().parse(part) for part in _BREAK.split(text))


def plain_text(text: str) -> str:
    """Return a prompt without its weights: what the pooled embedding is made from."""
    return " ".join(fragment.text for chunk in parse_prompt(text) for fragment in chunk)


@dataclass
class _Open:
    bracket: str
    start: int
    """Index of the first fragment inside."""


class _Parser:
    def __init__(self) -> None:
        self._fragments: list[Fragment] = []
        self._open: list[_Open] = []

    def parse(self, text: str) -> Chunk:
        for match in _TOKEN.finditer(text):
            if match["weight"] is not None:
                self._close(")", float(match["weight"]), match[0])
            elif match["bracket"] in _OPENERS:
                self._close(match["bracket"], None, match[0])
            elif match["bracket"]:
                self._open.append(_Open(match["bracket"], len(self._fragments)))
            else:
                self._fragments.append(Fragment(match["escaped"] or match["text"]))
        while self._open:
            self._scale(self._open.pop(), None)
        return _merged(self._fragments)

    def _close(self, bracket: str, weight: float | None, written: str) -> None:
        if not self._open or self._open[-1].bracket != _OPENERS[bracket]:
            self._fragments.append(Fragment(written))
            return
        self._scale(self._open.pop(), weight)

    def _scale(self, opened: _Open, weight: float | None) -> None:
        usual = _ROUND if opened.bracket == "(" else _SQUARE
        factor = usual if weight is None else weight
        self._fragments[opened.start :] = [
            Fragment(text, inner * factor) for text, inner in self._fragments[opened.start :]
        ]


def _merged(fragments: list[Fragment]) -> Chunk:
    merged: list[Fragment] = []
    for fragment in fragments:
        if merged and merged[-1].weight == fragment.weight:
            fragment = Fragment(merged.pop().text + fragment.text, fragment.weight)
        merged.append(fragment)
    kept = (Fragment(text.strip(), round(weight, 6)) for text, weight in merged if text.strip())
    return tuple(kept) or (Fragment(""),)
