"""Parser events to nodes: plain data with exact places. Unaware of the language's words.

libyaml (through ruamel.yaml.clib) parses; composing by hand keeps the place of every key even
through merge keys and aliases, finds every duplicate, and stops a bomb before it is built.
"""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Any

from _ruamel_yaml import CParser  # type: ignore[import-not-found, unused-ignore]
from ruamel.yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from animegen.storyboard.yaml import findings
from animegen.storyboard.yaml.node import Node
from animegen.storyboard.yaml.scalar import resolve

if TYPE_CHECKING:
    from animegen.storyboard.diagnostic import Diagnostic
    from animegen.storyboard.yaml.text import Text

DEEPEST = 64
MOST_NODES = 250_000

_PROPERTIES = re.compile(r"(?:[&!]\S*\s*)*")
_MERGE = "<<"
_Entries = dict[Any, tuple[Node, Node]]


class Refused(Exception):
    """The file cannot be read any further, and why."""

    def __init__(self, finding: Diagnostic) -> None:
        super().__init__(finding.message)
        self.finding = finding


class Composer:
    """Reads the one document of a text; `findings` is what it stumbled over but survived."""

    def __init__(self, text: Text) -> None:
        self.findings: list[Diagnostic] = []
        self._text = text
        self._parser = CParser(text.text)
        self._anchors: dict[str, Node | None] = {}
        """None while the anchored node is still being read."""

    def compose(self) -> Node:
        """Return the document.

        Raises:
            Refused: the file is empty, holds several documents, or is too deep or too large.
            ruamel.yaml.error.YAMLError: the text is not YAML.
        """
        self._parser.get_event()  # the stream's start
        if isinstance(self._parser.get_event(), StreamEndEvent):
            raise Refused(findings.empty())
        root = self._node(self._parser.get_event(), 1)
        if root.start == root.end and root.value is None and not self.findings:
            raise Refused(findings.empty())
        self._parser.get_event()  # the document's end
        following = self._parser.get_event()
        if not isinstance(following, StreamEndEvent):
            start = following.start_mark.index
            raise Refused(findings.several_documents(self._text, start))
        return root

    def _node(self, event: Any, depth: int) -> Node:
        if type(event) is AliasEvent:
            return self._alias(event)
        start = event.start_mark.index
        if depth > DEEPEST:
            raise Refused(findings.too_deep(self._text, start, DEEPEST))
        if event.tag is not None:
            self.findings.append(findings.tag(self._text, start, event.tag))
        anchor = event.anchor
        if anchor is not None:
            self._anchors[anchor] = None
        if anchor is not None or event.tag is not None:
            start = self._past_properties(start)
        node = self._content(event, start, depth)
        if anchor is not None:
            self._anchors[anchor] = node
        return node

    def _content(self, event: Any, start: int, depth: int) -> Node:
        if type(event) is ScalarEvent:
            style = event.style
            value = event.value if style else resolve(event.value)
            return Node(start, event.end_mark.index, value, style)
        if type(event) is SequenceStartEvent:
            return self._sequence(start, depth)
        assert type(event) is MappingStartEvent
        return self._mapping(start, depth)

    def _sequence(self, start: int, depth: int) -> Node:
        items: list[Node] = []
        while type(event := self._parser.get_event()) is not SequenceEndEvent:
            items.append(self._node(event, depth + 1))
        end = self._end(start, event, items)
        data = [item.value for item in items]
        weight = self._weigh(start, items)
        return Node(start, end, data, weight=weight, items=tuple(items))

    def _mapping(self, start: int, depth: int) -> Node:
        entries: _Entries = {}
        merged: list[Node] = []
        values: list[Node] = []
        while type(event := self._parser.get_event()) is not MappingEndEvent:
            key = self._node(event, depth + 1)
            value = self._node(self._parser.get_event(), depth + 1)
            values.append(value)
            if key.value == _MERGE and not key.style:
                merged.append(value)
            else:
                self._enter(entries, key, value)
        for source in merged:
            self._merge(entries, source)
        end = self._end(start, event, values)
        self._find_braces(start, end, values)
        data = {key: value.value for key, (_, value) in entries.items()}
        weight = self._weigh(start, values)
        return Node(start, end, data, weight=weight, entries=entries)

    def _enter(self, entries: _Entries, key: Node, value: Node) -> None:
        if key.items is not None or key.entries is not None:
            self.findings.append(findings.no_plain_key(self._text, key))
        elif key.value is None:
            self.findings.append(findings.empty_key(self._text, key))
        elif key.value in entries:
            self.findings.append(findings.duplicate_key(self._text, entries[key.value][0], key))
        else:
            entries[key.value] = (key, value)

    def _merge(self, entries: _Entries, source: Node) -> None:
        """Add what `entries` lacks; of several sources, the earlier wins (YAML 1.1 merge keys)."""
        for mapping in (source,) if source.items is None else source.items:
            if mapping.entries is None:
                self.findings.append(findings.no_merge(self._text, mapping))
                continue
            for key, entry in mapping.entries.items():
                entries.setdefault(key, entry)

    def _alias(self, event: Any) -> Node:
        name, start, end = event.anchor, event.start_mark.index, event.end_mark.index
        target = self._anchors.get(name)
        if target is not None:
            return target
        if name in self._anchors:
            self.findings.append(findings.recursive_alias(self._text, name, start, end))
        else:
            close = difflib.get_close_matches(name, self._anchors, 1)
            hint = f"did you mean `*{close[0]}`?" if close else ""
            self.findings.append(findings.undefined_alias(self._text, name, start, end, hint))
        return Node(start, end, None)

    def _find_braces(self, start: int, end: int, values: list[Node]) -> None:
        """Replace what was said about `{{ x }}`, a mapping with a mapping as its key."""
        written = self._text.text[start:end]
        if written.startswith("{{") and len(values) == 1 and self.findings[-1:]:
            self.findings[-1] = findings.braces(self._text, start, end)

    def _past_properties(self, start: int) -> int:
        match = _PROPERTIES.match(self._text.text, start)
        return match.end() if match else start

    def _end(self, start: int, event: Any, children: list[Node]) -> int:
        """Return where a collection ends: a block has no closing mark, so its last child's end."""
        closing = event.end_mark.index
        if closing > event.start_mark.index or not children:
            return int(closing)
        return max(start, children[-1].end)

    def _weigh(self, start: int, children: list[Node]) -> int:
        weight = 1 + sum(child.weight for child in children)
        if weight > MOST_NODES:
            raise Refused(findings.too_many_nodes(self._text, start, MOST_NODES))
        return weight
