"""The field's own prompt syntax: emphasis, BREAK, LoRA tags, commas. Unaware of encoders.

The syntax is the one that AUTOMATIC1111's web UI made common: `(x)` is 1.1 times stronger, `[x]`
weaker, `(x:1.2)` as strong as it says, nesting multiplies, `\\(` is a bracket, `BREAK` starts a
new chunk: https://github.com/AUTOMATIC1111/stable-diffusion-webui/wiki/Features#attentionemphasis
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from animegen.storyboard.prompts.problem import Problem
from animegen.storyboard.prompts.traced import Edit

if TYPE_CHECKING:
    from animegen.storyboard.prompts.traced import Traced

_STEP = 1.1
_STRONGEST = 2.0
_DEEPEST = 32
"""Brackets in brackets; a few are emphasis, thousands overflow a float."""
_TOKEN = re.compile(
    r"""(?P<escape>\\.)
      | (?P<open>[(\[])
      | (?P<weight>:\s*(?P<number>[+-]?(?:\d+\.?\d*|\.\d+))\s*\))
      | (?P<edit>:\s*[\d.]+\s*\])
      | (?P<close>[)\]])
      | (?P<words>[^\\()\[\]:]+|[\\:])""",
    re.VERBOSE | re.DOTALL,
)
_USEFUL = "useful weights lie between 0.5 and 1.5; 0 to 2 is the whole range"
_BREAK = re.compile(r"\s*\bBREAK\b\s*")
_LORA = re.compile(r"<lora:(?P<name>[^<>:]*)(?::(?P<weight>[^<>]*))?>")
_COMMAS = re.compile(r"\s*,(?:\s*,)*")
_BREAK_COMMAS = re.compile(r"[\s,]*\bBREAK\b[\s,]*")


class Weighted(NamedTuple):
    """Words and how strongly they count."""

    text: str
    weight: float


class _Part(NamedTuple):
    """Words, the brackets around them closed so far, and where they stand."""

    text: str
    start: int
    end: int
    weight: float = 1.0
    told: bool = False
    """Somebody wrote a weight out of range, and was warned of it."""


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
        self.parts: list[list[_Part]] = [[]]
        self.problems: list[Problem] = []
        self.opened: list[tuple[str, int, int, int]] = []
        """Brackets still open: which, where, and the chunk and part that come after it."""
        self.too_deep = False

    def parse(self) -> Parsed:
        for token in _TOKEN.finditer(self.text):
            self._take(token)
        for bracket, place, chunk, part in reversed(self.opened):
            self._warn(f"`{bracket}` is never closed", place, place + 1)
            self._weigh(_STEP if bracket == "(" else 1 / _STEP, chunk, part)
        if not self.too_deep:
            self._warn_of_products()
        chunks = (_merged(chunk) for chunk in self.parts)
        # Errors come first: whoever reads only the first few must not miss them.
        problems = sorted(self.problems, key=lambda problem: (problem.severity, problem.start))
        return Parsed(chunks=tuple(chunks), problems=tuple(problems))

    def _take(self, token: re.Match[str]) -> None:
        kind, text = token.lastgroup, token[0]
        if kind == "words":
            self._words(token)
        elif kind == "escape":
            self._add(text[1:] if text[1] in "()[]\\" else text, token.start(), token.end())
        elif kind == "open":
            self._open(text, token.start())
        else:
            self._close(token)

    def _words(self, token: re.Match[str]) -> None:
        start = token.start()
        for pause in _BREAK.finditer(self.text, *token.span()):
            self._add(self.text[start : pause.start()], start, pause.start())
            self.parts.append([])
            start = pause.end()
        self._add(self.text[start : token.end()], start, token.end())

    def _add(self, words: str, start: int, end: int) -> None:
        if words:
            self.parts[-1].append(_Part(words, start, end))

    def _open(self, bracket: str, place: int) -> None:
        self.opened.append((bracket, place, len(self.parts) - 1, len(self.parts[-1])))
        if len(self.opened) > _DEEPEST and not self.too_deep:
            self.too_deep = True
            self.problems.append(
                Problem(
                    code="SB505",
                    message=f"brackets are nested more than {_DEEPEST} deep",
                    start=place,
                    end=place + 1,
                    help="write `(words:1.3)` for the weight that is meant",
                )
            )

    def _close(self, token: re.Match[str]) -> None:
        bracket = token[0][-1]
        opening = "(" if bracket == ")" else "["
        if not self.opened or self.opened[-1][0] != opening:
            self._warn(f"`{bracket}` closes nothing", token.end() - 1, token.end())
            self._add(token[0], *token.span())
            return
        _, place, chunk, part = self.opened.pop()
        if token["edit"]:
            self._warn(
                "`[from:to:when]` is not supported",
                place,
                token.end(),
                "change a prompt over time with `prompt: {0s: ..., 2s: ...}`",
            )
        weight = self._weight(token, opening)
        self._weigh(weight, chunk, part, told=not _in_range(weight))

    def _weight(self, token: re.Match[str], opening: str) -> float:
        if opening == "[":
            return 1 / _STEP
        if token["number"] is None:
            return _STEP
        weight = float(token["number"])
        if not _in_range(weight):
            self._warn(
                f"a weight of {weight:g} distorts the picture",
                *token.span("number"),
                _USEFUL,
            )
        return weight

    def _weigh(self, factor: float, chunk: int, part: int, *, told: bool = False) -> None:
        for index in range(chunk, len(self.parts)):
            start = part if index == chunk else 0
            self.parts[index][start:] = [
                one._replace(weight=one.weight * factor, told=one.told or told)
                for one in self.parts[index][start:]
            ]

    def _warn_of_products(self) -> None:
        """Warn of weights that no bracket has alone: once for neighbours, of the strongest."""
        for chunk in self.parts:
            for alarming, group in groupby(chunk, _is_alarming):
                if alarming:
                    run = list(group)
                    strongest = max(part.weight for part in run)
                    message = (
                        f"the brackets around this come to a weight of {strongest:.3g}, "
                        "which distorts the picture"
                    )
                    self._warn(message, run[0].start, run[-1].end, _USEFUL)

    def _warn(self, message: str, start: int, end: int, hint: str = "") -> None:
        hint = hint or "write `\\(`, `\\)`, `\\[` or `\\]` for a bracket that is no emphasis"
        self.problems.append(
            Problem(
                code="SB505", severity="warning", message=message, start=start, end=end, help=hint
            )
        )


def _in_range(weight: float) -> bool:
    return 0 <= weight <= _STRONGEST


def _is_alarming(part: _Part) -> bool:
    return not part.told and not _in_range(part.weight)


def _merged(parts: list[_Part]) -> tuple[Weighted, ...]:
    merged: list[Weighted] = []
    for part in parts:
        weight = round(part.weight, 6)
        if merged and merged[-1].weight == weight:
            merged[-1] = Weighted(merged[-1].text + part.text, weight)
        else:
            merged.append(Weighted(part.text, weight))
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
