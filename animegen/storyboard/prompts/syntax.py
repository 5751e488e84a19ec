"""The field's own prompt syntax: emphasis, BREAK, LoRA tags, commas. Unaware of encoders.

The syntax is the one that AUTOMATIC1111's web UI made common: `(x)` is 1.1 times stronger, `[x]`
weaker, `(x:1.2)` as strong as it says, nesting multiplies, `\\(` is a bracket, `BREAK` starts a
new chunk: https://github.com/AUTOMATIC1111/stable-diffusion-webui/wiki/Features#attentionemphasis
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from animegen.storyboard.prompts.problem import Problem
from animegen.storyboard.prompts.traced import Edit

if TYPE_CHECKING:
    from animegen.storyboard.prompts.traced import Traced

_STEP = 1.1
_STRONGEST = 2.0
_TOKEN = re.compile(
    r"""(?P<escape>\\.)
      | (?P<open>[(\[])
      | (?P<weight>:\s*(?P<number>[+-]?(?:\d+\.?\d*|\.\d+))\s*\))
      | (?P<edit>:\s*[\d.]+\s*\])
      | (?P<close>[)\]])
      | (?P<words>[^\\()\[\]:]+|[\\:])""",
    re.VERBOSE | re.DOTALL,
)
_BREAK = re.compile(r"\s*\bBREAK\b\s*")
_LORA = re.compile(r"<lora:(?P<name>[^<>:]*)(?::(?P<weight>[^<>]*))?>")
_COMMAS = re.compile(r"\s*,(?:\s*,)*")
_BREAK_COMMAS = re.compile(r"[\s,]*\bBREAK\b[\s,]*")


class Weighted(NamedTuple):
    """Words and how strongly they count."""

    text: str
    weight: float


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """A prompt's chunks (split at BREAK), and what looks wrong in it."""

    chunks: tuple[tuple[Weighted, ...], ...]
    problems: tuple[Problem, ...]

    @property
    def plain(self) -> tuple[str, ...]:
        """Each chunk's words without emphasis."""
        return tuple("".join(part.text for part in chunk) for chunk in self.chunks)


@lru_cache(maxsize=4096)
def parse(text: str) -> Parsed:
    """Read emphasis and BREAK. Nothing is refused: what makes no sense is words, and a problem."""
    return _Parser(text).parse()


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.parts: list[list[Weighted]] = [[]]
        self.problems: list[Problem] = []
        self.opened: list[tuple[str, int, int, int]] = []
        """Brackets still open: which, where, and the chunk and part that come after it."""

    def parse(self) -> Parsed:
        for token in _TOKEN.finditer(self.text):
            self._take(token)
        for bracket, place, chunk, part in reversed(self.opened):
            self._warn(f"`{bracket}` is never closed", place, place + 1)
            self._weigh(_STEP if bracket == "(" else 1 / _STEP, chunk, part)
        chunks = (_merged(chunk) for chunk in self.parts)
        problems = sorted(self.problems, key=lambda problem: problem.start)
        return Parsed(chunks=tuple(chunks), problems=tuple(problems))

    def _take(self, token: re.Match[str]) -> None:
        kind, text = token.lastgroup, token[0]
        if kind == "words":
            self._words(text)
        elif kind == "escape":
            self._add(text[1:] if text[1] in "()[]\\" else text)
        elif kind == "open":
            self.opened.append((text, token.start(), len(self.parts) - 1, len(self.parts[-1])))
        else:
            self._close(token)

    def _words(self, text: str) -> None:
        first, *rest = _BREAK.split(text)
        self._add(first)
        for words in rest:
            self.parts.append([])
            self._add(words)

    def _add(self, words: str) -> None:
        if words:
            self.parts[-1].append(Weighted(words, 1.0))

    def _close(self, token: re.Match[str]) -> None:
        bracket = token[0][-1]
        opening = "(" if bracket == ")" else "["
        if not self.opened or self.opened[-1][0] != opening:
            self._warn(f"`{bracket}` closes nothing", token.end() - 1, token.end())
            self._add(token[0])
            return
        _, place, chunk, part = self.opened.pop()
        if token["edit"]:
            self._warn(
                "`[from:to:when]` is not supported",
                place,
                token.end(),
                "change a prompt over time with `prompt: {0s: ..., 2s: ...}`",
            )
        self._weigh(self._weight(token, opening), chunk, part)

    def _weight(self, token: re.Match[str], opening: str) -> float:
        if opening == "[":
            return 1 / _STEP
        if token["number"] is None:
            return _STEP
        weight = float(token["number"])
        if not 0 <= weight <= _STRONGEST:
            self._warn(
                f"a weight of {weight:g} distorts the picture",
                *token.span("number"),
                "useful weights lie between 0.5 and 1.5; 0 to 2 is the whole range",
            )
        return weight

    def _weigh(self, factor: float, chunk: int, part: int) -> None:
        for index in range(chunk, len(self.parts)):
            start = part if index == chunk else 0
            self.parts[index][start:] = [
                Weighted(words, weight * factor) for words, weight in self.parts[index][start:]
            ]

    def _warn(self, message: str, start: int, end: int, hint: str = "") -> None:
        hint = hint or "write `\\(`, `\\)`, `\\[` or `\\]` for a bracket that is no emphasis"
        self.problems.append(
            Problem(
                code="SB505", severity="warning", message=message, start=start, end=end, help=hint
            )
        )


def _merged(parts: list[Weighted]) -> tuple[Weighted, ...]:
    merged: list[Weighted] = []
    for words, weight in parts:
        weight = round(weight, 6)
        if merged and merged[-1].weight == weight:
            merged[-1] = Weighted(merged[-1].text + words, weight)
        else:
            merged.append(Weighted(words, weight))
    return tuple(merged)


@dataclass(frozen=True, kw_only=True)
class LoraTag:
    """`<lora:name:0.8>`, placed in the source; `weight` is as written, None when left out."""

    name: str
    weight: str | None
    start: int
    end: int


def take_loras(traced: Traced) -> tuple[Traced, tuple[LoraTag, ...]]:
    """Return the text without its LoRA tags, and the tags."""
    if "<lora:" not in traced.text:
        return traced, ()
    found = list(_LORA.finditer(traced.text))
    tags = []
    for match in found:
        start, end = traced.origin(*match.span())
        name, weight = match["name"].strip(), match["weight"]
        tags.append(LoraTag(name=name, weight=weight, start=start, end=end))
    return traced.edited(Edit(*match.span(), "") for match in found), tuple(tags)


def tidy(text: str) -> str:
    """Return the text on one line, without empty chunks between its commas."""
    line = _COMMAS.sub(",", " ".join(text.split()))
    if "BREAK" in line:
        line = _BREAK_COMMAS.sub(" BREAK ", line)
    return line.strip(" ,")
