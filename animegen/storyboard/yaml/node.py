"""The parsed YAML: plain data beside the offsets where it stands. Unaware of the language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from animegen.storyboard.yaml.offsets import character_offsets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from animegen.storyboard.place import Span, Where
    from animegen.storyboard.yaml.text import Text


class Node(NamedTuple):
    """A scalar, list or mapping; `start:end` are offsets in the file's text."""

    start: int
    end: int
    value: Any
    style: str = ""
    """Of a scalar: the character that it opens with (quote, bar or `>`); empty when plain."""
    weight: int = 1
    """How many nodes this one comes to when its aliases are written out."""
    items: tuple[Node, ...] | None = None
    entries: Mapping[Any, tuple[Node, Node]] | None = None
    """Key and value by the key's plain value; merged entries keep their own places."""


class Step(NamedTuple):
    """Where a walk along a `Where` ended."""

    key: Node | None
    value: Node


@dataclass(frozen=True, kw_only=True)
class NodeMarks:
    """`place.Marks` over the nodes of one file."""

    root: Node
    text: Text

    def key(self, where: Where) -> Span:
        """Return the span of the key (or of the list entry) at `where`, or its nearest ancestor."""
        step = self._walk(where)
        return self._span(step.key or step.value)

    def value(self, where: Where) -> Span:
        """Return the span of the value at `where`, or of its nearest ancestor."""
        return self._span(self._walk(where).value)

    def within(self, where: Where, start: int, end: int) -> Span:
        """Return the span of characters `start:end` of the text at `where`, in any scalar style."""
        node = self._walk(where).value
        if not isinstance(node.value, str):
            return self._span(node)
        offsets = character_offsets(self.text.text[node.start : node.end], node.style, node.value)
        first = offsets[min(start, len(offsets) - 1)]
        # One past the last character, not where the next one stands: it may be a line below.
        last = offsets[min(end, len(offsets)) - 1] + 1 if end > start else first
        return self.text.span(node.start + first, node.start + last)

    def _walk(self, where: Where) -> Step:
        step = Step(None, self.root)
        for part in where:
            inner = _child(step.value, part)
            if inner is None:
                break
            step = inner
        return step

    def _span(self, node: Node) -> Span:
        end = node.start + len(self.text.text[node.start : node.end].rstrip())
        return self.text.span(node.start, end)


def _child(node: Node, part: str | int) -> Step | None:
    if node.entries is not None and part in node.entries:
        return Step(*node.entries[part])
    if node.items is not None and isinstance(part, int) and 0 <= part < len(node.items):
        return Step(None, node.items[part])
    return None
