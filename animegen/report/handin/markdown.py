"""Reads the Markdown that people write about their film: headings, paragraphs, lists, emphasis.

Everything else stays text. Pictures are left out: the film's own stand in the hand-in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
_BULLET = re.compile(r"\s{0,3}[-*+]\s+(.*)")
_NUMBER = re.compile(r"\s{0,3}(\d{1,3})[.)]\s+(.*)")
_INLINE = re.compile(
    r"!\[[^\]]*\]\([^)]*\)"
    r"|\[(?P<label>[^\]]+)\]\((?P<link>https?://[^)\s]+)\)"
    r"|`(?P<code>[^`]+)`"
    r"|\*\*(?P<bold>[^*]+)\*\*"
    r"|(?<![\w*])[*_](?P<italic>[^*_]+)[*_](?!\w)"
    r"|(?P<url>https?://[^\s<>)]+[^\s<>).,;:])"
)


@dataclass(frozen=True)
class Block:
    """A heading, a paragraph or an item of a list."""

    kind: Literal["heading", "text", "bullet", "number"]
    text: str
    level: int = 0
    """Of a heading, from 1; of a numbered item, its number."""


def read_markdown(text: str) -> list[Block]:
    """Return the blocks of a text."""
    blocks: list[Block] = []
    fresh = True
    for line in text.removeprefix("\ufeff").splitlines():
        block = _started_by(line)
        if block is not None:
            blocks.append(block)
            fresh = block.kind == "heading"
        elif not line.strip():
            fresh = True
        elif fresh or not blocks:
            blocks.append(Block("text", line.strip()))
            fresh = False
        else:
            last = blocks[-1]
            blocks[-1] = Block(last.kind, f"{last.text} {line.strip()}", last.level)
    return [block for block in blocks if _INLINE.sub(_kept, block.text).strip()]


def _started_by(line: str) -> Block | None:
    if found := _HEADING.fullmatch(line.strip()):
        return Block("heading", found[2], len(found[1]))
    if found := _BULLET.fullmatch(line):
        return Block("bullet", found[1])
    if found := _NUMBER.fullmatch(line):
        return Block("number", found[2], int(found[1]))
    return None


def _kept(found: re.Match[str]) -> str:
    return "" if found[0].startswith("!") else found[0]


def inline(text: str, markup: Callable[[str], str], *, link_color: str) -> str:
    """Return a block's text as reportlab's markup; `markup` sets plain text."""
    parts, at = [], 0
    for found in _INLINE.finditer(text):
        parts.append(markup(text[at : found.start()]))
        parts.append(_marked(found, markup, link_color))
        at = found.end()
    return "".join([*parts, markup(text[at:])])


def _marked(found: re.Match[str], markup: Callable[[str], str], link_color: str) -> str:
    if link := found["link"] or found["url"]:
        return linked(link, found["label"] or link, markup, link_color)
    if code := found["code"]:
        return f'<font color="{link_color}">{markup(code)}</font>'
    if bold := found["bold"]:
        return f"<b>{markup(bold)}</b>"
    if italic := found["italic"]:
        return f"<i>{markup(italic)}</i>"
    return ""


def linked(link: str, label: str, markup: Callable[[str], str], color: str) -> str:
    """Return the markup of a link."""
    from xml.sax.saxutils import quoteattr

    return f'<a href={quoteattr(link)} color="{color}">{markup(label)}</a>'
