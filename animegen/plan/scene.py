"""One node's storyboard, as it is and as it was: which of the words behind a topic changed."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from animegen.storyboard.prompts.problem import PromptRefused
from animegen.storyboard.prompts.template import compile_blocks, compile_template
from animegen.storyboard.words import ON, ORDER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from animegen.digest import Leaf
    from animegen.plan.topics import Topic
    from animegen.storyboard.model import Shot
    from animegen.storyboard.reading import Reading

_TAG = "<lora:"
_DECIDES = re.compile(r"\.(?:fallback|from)$|^(?:--quality|.*quality|pack)$")
"""Words by which other weights may be chosen, besides those that are there or not."""


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A shot's words now and when a node was last rendered; `shot` is empty for the film's."""

    reading: Reading
    shot: str
    model: Shot | None
    """The shot itself."""
    now: Mapping[str, Leaf]
    before: Mapping[str, Leaf]
    changed: Sequence[str]
    """The words that differ, sorted."""
    _expanded: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    def words_behind(self, topic: Topic) -> list[str]:
        """Return the changed words that can have changed a field of this topic."""
        found: dict[str, None] = {}
        for source in topic.sources:
            for chain in self._chains(source):
                found |= dict.fromkeys(self._along(chain))
        if topic.content:
            return [word for word in found if self._chooses(word)]
        return list(found)

    def main_word(self, topic: Topic) -> str:
        """Return the word that a topic is written with; empty when it is written nowhere."""
        for source in topic.sources:
            for chain in self._chains(source):
                for prefix in chain:
                    if prefix in self.now:
                        return prefix
        return ""

    def _along(self, chain: tuple[str, ...]) -> Iterator[str]:
        """Yield what changed, up to the first word that was and is written: it hides the rest."""
        for prefix in chain:
            yield from self._changed_below(prefix)
            if prefix in self.now and prefix in self.before:
                return

    def _changed_below(self, prefix: str) -> Iterator[str]:
        """Yield the changed words that are `prefix` or parts of it."""
        if prefix == ORDER:  # its parts are the shots' own words
            yield from (word for word in (ORDER,) if word in self.changed)
            return
        for index in range(bisect_left(self.changed, prefix), len(self.changed)):
            word = self.changed[index]
            if not word.startswith(prefix):
                return
            if word == prefix or word[len(prefix)] in "./":
                yield word

    def _chooses(self, word: str) -> bool:
        there = ON in (self.now.get(word), self.before.get(word))
        return there or word == self._own("motion") or bool(_DECIDES.search(word))

    def _chains(self, source: str) -> Iterator[tuple[str, ...]]:
        if not source.startswith("@"):
            yield tuple(self._own(part[1:]) if part[0] == "~" else part
                        for part in source.split(" > "))  # fmt: skip
            return
        if source not in self._expanded:
            self._expanded[source] = tuple(self._expand(source))
        for chain in self._expanded[source]:
            yield tuple(chain.split(" > "))

    def _own(self, name: str) -> str:
        return f"{ORDER}.{self.shot}.{name}"

    def _expand(self, source: str) -> Iterator[str]:
        match source:
            case "@cuts":
                yield from (ORDER, "--only")
                before = set(_order(self.before))
                for shot in (shot for shot in _order(self.now) if shot in before):
                    yield from (f"{ORDER}.{shot}.{name}" for name in ("duration", "transition"))
                    yield from (f"{ORDER}.{shot}.chaining.{name}" for name in ("mode", "overlap"))
            case "@next":
                yield from self._next()
            case "@text":
                yield from self._text()
            case "@negative":
                yield from self._negative()
            case "@characters.lora":
                yield from (f"characters.{name}.lora" for name in self._present())
            case "@tags":
                # A prompt brings a LoRA by a tag, or by naming a character that has one.
                yield from (self._own("prompt"), "templates")

    def _next(self) -> Iterator[str]:
        """Yield how the film leaves the shot: the next one's transition, or that it is another."""
        now, before = (_after(_order(words), self.shot) for words in (self.now, self.before))
        if now != before:
            yield ORDER
        for shot in {now, before} - {""}:
            yield f"{ORDER}.{shot}.transition"

    def _text(self) -> Iterator[str]:
        yield self._own("prompt")
        yield from self._names(entry.text for entry in self._shot.prompt.travel)
        yield from self._style()

    def _negative(self) -> Iterator[str]:
        texts = [self.reading.storyboard.style.negative, self._shot.negative]
        yield from ("style.negative", self._own("negative"), self._own("characters"))
        for name in self._present():
            yield f"characters.{name}.negative"
            texts.append(self.reading.storyboard.characters[name].negative)
        yield from self._names(text for text in texts if text)
        yield from self._style()
        yield self._own("prompt")

    def _style(self) -> Iterator[str]:
        """Yield what is put around every prompt, and what decides between alternatives."""
        yield "style.prompt"
        template = f"templates/{self.reading.storyboard.style.prompt}.j2"
        yield template
        yield from self._names([str(self.now.get(template, ""))])
        if self.reading.shots[self.shot].choices:
            yield from ("wildcards", "seed")

    def _names(self, texts: Iterable[str]) -> Iterator[str]:
        """Yield the variables and characters in texts, and those in their own values."""
        film, left, seen = self.reading.storyboard, list(texts), set[str]()
        while left:
            for name in sorted(_used(left.pop()) - seen):
                seen.add(name)
                yield " > ".join(
                    (f"--set {name}", self._own(f"let.{name}"), f"let.{name}",
                     f"characters.{name}.looks")
                )  # fmt: skip
                values = [self._shot.let.get(name), film.let.get(name)]
                if name in film.characters:
                    values.append(film.characters[name].looks)
                left += [value for value in values if isinstance(value, str)]

    def _present(self) -> list[str]:
        """Return the characters in the shot: listed, or named by its prompts."""
        named = {name for entry in self._shot.prompt.travel for name in _used(entry.text)}
        return [
            name
            for name in self.reading.storyboard.characters
            if name in named or name in self._shot.characters
        ]

    @property
    def _shot(self) -> Shot:
        if self.model is None:
            raise AssertionError("only steps of a shot have words of a shot")
        return self.model


def changed_words(before: Mapping[str, Leaf], now: Mapping[str, Leaf]) -> tuple[str, ...]:
    """Return the words that differ, sorted."""
    return tuple(sorted(word for word in {**before, **now} if before.get(word) != now.get(word)))


def _order(words: Mapping[str, Leaf]) -> list[str]:
    return str(words.get(ORDER, "")).split(", ")


def _after(order: list[str], shot: str) -> str:
    place = order.index(shot) + 1 if shot in order else len(order)
    return order[place] if place < len(order) else ""


def _used(text: str) -> frozenset[str]:
    """Return the names in a template; a style template is one with blocks."""
    try:
        if "{% block" in text:
            blocks = compile_blocks(text).values()
            return frozenset[str]().union(*(block.names for block in blocks))
        return compile_template(text).names
    except PromptRefused:
        return frozenset()
