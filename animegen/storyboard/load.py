"""A storyboard file to plain data with places. Unaware of what the data must look like."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from animegen.errors import UsageError
from animegen.storyboard.diagnostic import Diagnostic, StoryboardErrors
from animegen.storyboard.document import Document
from animegen.storyboard.place import Source
from animegen.storyboard.yaml import findings
from animegen.storyboard.yaml.node import Node, NodeMarks
from animegen.storyboard.yaml.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LARGEST = 1_000_000
"""In bytes; ten thousand shots fit."""

_PROSE = frozenset({"title", "prompt", "negative", "looks", "text", "caption"})
_COMMENT_IN_PROSE = re.compile(r"[ \t]+#(?=[^\s#])")


def load(path: Path) -> Document:
    """Read a storyboard file as plain data (YAML 1.2 core schema) with the place of every value.

    Raises:
        UsageError: the file cannot be read at all.
        StoryboardErrors: it is not one YAML mapping in UTF-8 of at most `LARGEST` bytes.
    """
    text = Text(_decode(path, _bytes(path)))
    source = Source(path=path, text=text.text)
    root, found = _parse(text, source)
    if root.entries is None:
        raise StoryboardErrors((*found, findings.no_mapping(text, root)), source)
    # An alias leads to the same text several times.
    found += dict.fromkeys(_truncated(root, text, prose=False))
    marks = NodeMarks(root=root, text=text)
    return Document(source=source, data=root.value, marks=marks, findings=tuple(found))


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(f"cannot read {path}: {reason}", remedy="name a storyboard file") from None
    if len(content) > LARGEST:
        finding = findings.error(
            "SB002",
            "the file is larger than 1 MB",
            None,
            "a storyboard names its files, it does not contain them; split a long film in two",
        )
        raise StoryboardErrors((finding,), Source(path=path, text=""))
    return content


def _decode(path: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The line up to the bad byte is good, and shows people where to look.
        good = content[: error.start].decode("utf-8-sig")
        text = Text(good + "\N{REPLACEMENT CHARACTER}")
        finding = findings.error(
            "SB001",
            f"byte {error.start} (0x{content[error.start]:02x}) is not UTF-8",
            text.span(len(good), len(good) + 1),
            "save the file as UTF-8",
        )
        raise StoryboardErrors((finding,), Source(path=path, text=text.text)) from None


def _parse(text: Text, source: Source) -> tuple[Node, list[Diagnostic]]:
    from ruamel.yaml.error import YAMLError

    from animegen.storyboard.yaml.compose import Composer, Refused
    from animegen.storyboard.yaml.syntax import explain_syntax, find_unprintable

    if unprintable := find_unprintable(text):
        raise StoryboardErrors((unprintable,), source)
    composer = Composer(text)
    try:
        return composer.compose(), composer.findings
    except Refused as refusal:
        found = [*composer.findings, refusal.finding]
    except YAMLError as error:
        traps = explain_syntax(text, error)
        places = {trap.span and trap.span[:2] for trap in traps}
        found = [one for one in composer.findings if one.span and one.span[:2] not in places]
        found += traps
    raise StoryboardErrors(tuple(found), source) from None


def _truncated(node: Node, text: Text, *, prose: bool) -> Iterator[Diagnostic]:
    """Yield a warning for each unquoted text that a comment seems to have cut off."""
    if node.entries is not None:
        for name, (_, value) in node.entries.items():
            yield from _truncated(value, text, prose=prose or name in _PROSE)
    for item in node.items or ():
        yield from _truncated(item, text, prose=prose)
    if prose and not node.style and isinstance(node.value, str):
        match = _COMMENT_IN_PROSE.match(text.text, node.end)
        if match:
            yield findings.truncated(text, node.start, node.end)
