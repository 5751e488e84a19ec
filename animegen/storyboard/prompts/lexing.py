"""Cuts a template into Jinja's tokens, each placed by its character. Unaware of their meaning.

Jinja remembers lines and a caret needs characters: here a token's `lineno` *is* its offset, and so
is that of every node the parser makes from it. Bounds on the tokens keep the parser shallow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from jinja2 import Environment, TemplateSyntaxError
from jinja2.lexer import TokenStream

from animegen.storyboard.prompts.problem import Problem, PromptRefused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

RawToken = tuple[int, str, str]

_IN_A_TAG = 100
_DEEP = 8
_LONG = 1_000
_OPENS = frozenset({"(", "[", "{"})
_CLOSES = frozenset({")", "]", "}"})
_BLOCKS = frozenset({"if", "for", "block", "macro", "call", "filter", "set", "with", "autoescape"})


class PlacedTokens(Environment):
    """A Jinja environment whose tokens carry offsets instead of line numbers."""

    def __init__(self) -> None:
        super().__init__(keep_trailing_newline=True)
        self.tags: list[tuple[int, int]] = []
        """Where the tags of the last template stand, in order."""

    def _tokenize(
        self,
        source: str,
        name: str | None,
        filename: str | None = None,
        state: str | None = None,
    ) -> TokenStream:
        del state  # always the root: a whole template
        self.tags = []
        placed = _Placing(source, self.tags).place(self.lexer.tokeniter(source, name))
        return TokenStream(self.lexer.wrap(placed), name, filename)


class _Placing:
    def __init__(self, source: str, tags: list[tuple[int, int]]) -> None:
        self.source = source
        self.tags = tags
        self.position = 0
        self.begin = 0
        self.count = 0
        self.brackets = 0
        self.blocks = 0

    def place(self, tokens: Iterable[RawToken]) -> Iterator[RawToken]:
        stream = iter(tokens)
        while True:
            try:
                _, kind, text = next(stream)
            except StopIteration:
                return
            except TemplateSyntaxError as error:
                self._refuse_syntax(str(error.message))
            # Whitespace control drops characters; every other token stands at `position`.
            start = max(self.source.find(text, self.position), self.position)
            self.position = start + len(text)
            self._bound(kind, text, start)
            yield start, kind, text

    def _bound(self, kind: str, text: str, start: int) -> None:
        if kind in ("variable_begin", "block_begin"):
            self.begin, self.count, self.brackets = start, 0, 0
        elif kind in ("variable_end", "block_end"):
            self.tags.append((self.begin, self.position))
        elif kind not in ("data", "whitespace", "comment"):
            self.count += 1
            self._weigh(kind, text, start)

    def _weigh(self, kind: str, text: str, start: int) -> None:
        if self.count > _IN_A_TAG or (kind != "operator" and len(text) > _LONG):
            self._refuse("SB502", "this tag is too long", self.begin, start - self.begin)
        if kind == "operator":
            self.brackets += (text in _OPENS) - (text in _CLOSES)
        elif kind == "name" and self.count == 1:
            self.blocks += (text in _BLOCKS) - text.startswith("end")
        if max(self.brackets, self.blocks) > _DEEP:
            self._refuse("SB502", f"this is nested more than {_DEEP} deep", start, len(text))

    def _refuse_syntax(self, message: str) -> NoReturn:
        if message.startswith("Missing end of"):
            self._refuse("SB503", "this comment is not closed", self.position - 2, 2)
        self._refuse("SB503", message.split(" at ")[0], self.position, 1)

    def _refuse(self, code: str, message: str, start: int, length: int) -> NoReturn:
        end = min(start + max(length, 1), len(self.source))
        raise PromptRefused(Problem(code=code, message=message, start=start, end=end))
