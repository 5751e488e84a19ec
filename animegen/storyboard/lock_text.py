"""Edits YAML text into holding other data: only the lines that must change do.

Comments, order, quotes and line ends stay as they were written, so that a diff of the file shows
what changed and nothing else. Unaware of what the data means.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from animegen.storyboard.yaml.scalar import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from animegen.storyboard.yaml.node import Node

Value = int | str | Mapping[str, "Value"]

_PLAIN = re.compile(r"[^\W\d](?:[\w ./,-]*[\w./])?|[0-9a-f]{64}")
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")
_LONGEST_KEY = 1000
"""YAML wants a longer key announced by a question mark (1.2.2, section 7.4.2: 1,024)."""
_STEP = 2


class _Edit(NamedTuple):
    """`text` in place of the characters `start:end`."""

    start: int
    end: int
    text: str


def edited(text: str, root: Node | None, wanted: Mapping[str, Value]) -> str:
    """Return `text`, of which `root` was read, holding `wanted`."""
    newline = "\r\n" if "\r\n" in text else "\n"
    if root is None or not _is_block(text, root):
        start, end = (len(text), len(text)) if root is None else (root.start, root.end)
        lead = newline if text[:start] and not text[:start].endswith("\n") else ""
        edits = [_Edit(start, end, lead + _lines(wanted, 0, newline))]
    else:
        edits = list(_Editor(text, newline).mapping(root, wanted))
    for edit in sorted(edits, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def spelled(value: int | str) -> str:
    """Write a scalar on one line: plain where that is safe, else in double quotes."""
    if isinstance(value, int):
        return str(value)
    if _PLAIN.fullmatch(value) and resolve(value) == value:
        return value
    quoted = json.dumps(value, ensure_ascii=False)
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)


def _lines(entries: Mapping[str, Value], indent: int, newline: str) -> str:
    return "".join(_entry(key, value, indent, newline) for key, value in entries.items())


def _entry(key: str, value: Value, indent: int, newline: str) -> str:
    pad, name = " " * indent, spelled(key)
    lead = f"{pad}{name}:" if len(name) <= _LONGEST_KEY else f"{pad}? {name}{newline}{pad}:"
    if not isinstance(value, Mapping):
        return f"{lead} {spelled(value)}{newline}"
    inner = _lines(value, indent + _STEP, newline)
    return f"{lead}{newline}{inner}" if inner else f"{lead} {{}}{newline}"


def _is_block(text: str, node: Node) -> bool:
    return bool(node.entries) and text[node.start] != "{"


class _Editor:
    def __init__(self, text: str, newline: str) -> None:
        self._text = text
        self._newline = newline

    def mapping(self, node: Node, wanted: Mapping[str, Value]) -> Iterator[_Edit]:
        """Yield what turns the block mapping `node` into `wanted`."""
        assert node.entries is not None
        last = 0
        for key, (name, value) in node.entries.items():
            last = max(last, self._next_line(name, value))
            if key not in wanted:
                yield _Edit(self._line(name), self._next_line(name, value), "")
            elif value.value != wanted[key]:
                yield from self._value(name, value, wanted[key])
        added = {key: value for key, value in wanted.items() if key not in node.entries}
        if added:
            yield self._insert(last, added, self._indent(next(iter(node.entries.values()))[0]))

    def _value(self, name: Node, old: Node, new: Value) -> Iterator[_Edit]:
        if isinstance(new, Mapping) and _is_block(self._text, old):
            yield from self.mapping(old, new)
        elif isinstance(new, Mapping) and old.value is None and old.start == old.end:
            yield self._insert(self._next_line(name, name), new, self._indent(name) + _STEP)
        elif isinstance(new, Mapping):
            # In braces before: the entries move below, a comment stays beside the last of them.
            inner = _lines(new, self._indent(name) + _STEP, self._newline).removesuffix(
                self._newline
            )
            start = len(self._text[: old.start].rstrip(" "))
            yield _Edit(start, old.end, self._newline + inner if new else " {}")
        else:
            yield _Edit(old.start, self._end(old), spelled(new))

    def _insert(self, at: int, entries: Mapping[str, Value], indent: int) -> _Edit:
        lead = "" if self._text[:at].endswith("\n") else self._newline
        return _Edit(at, at, lead + _lines(entries, indent, self._newline))

    def _end(self, node: Node) -> int:
        return node.start + len(self._text[node.start : node.end].rstrip())

    def _line(self, node: Node) -> int:
        return self._text.rfind("\n", 0, node.start) + 1

    def _next_line(self, name: Node, value: Node) -> int:
        """Return where the line after an entry begins."""
        end = max(self._end(name), self._end(value) if value.end > value.start else 0)
        return self._text.find("\n", end) + 1 or len(self._text)

    def _indent(self, name: Node) -> int:
        line = self._text[self._line(name) :]
        return len(line) - len(line.lstrip(" "))
