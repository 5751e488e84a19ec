"""Sets text in the font that ships with Pillow: measured, wrapped, clipped. Unaware of pictures."""

from __future__ import annotations

from bisect import bisect_right
from math import ceil
from typing import TYPE_CHECKING

from PIL import ImageFont

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

_SMALLEST = 6.0


def font_of(size: float) -> FreeTypeFont:
    """Return the font at a size in pixels, which is never too small to be read."""
    font = ImageFont.load_default(max(_SMALLEST, size))
    assert isinstance(font, ImageFont.FreeTypeFont)  # Pillow's wheels bring FreeType
    return font


def line_height(font: FreeTypeFont) -> int:
    """Return how far one line stands below another."""
    ascent, descent = font.getmetrics()
    return ascent + descent


def largest_font(text: str, width: int, size: int) -> FreeTypeFont:
    """Return the largest font, up to `size`, in which `text` is at most `width` wide."""
    wide = font_of(size).getlength(text)
    return font_of(size * min(1.0, width / max(wide, 1)))


def wrapped(text: str, font: FreeTypeFont, width: int) -> list[str]:
    """Break `text` between words into lines of at most `width`; a longer word is clipped."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width:
            lines[-1] = longer
        elif lines == [""]:
            lines = [word]
        else:
            lines.append(word)
    return [clipped(line, font, width) for line in lines]


def wrapped_within(text: str, font: FreeTypeFont, width: int, most: int) -> list[str]:
    """Break `text` into at most `most` lines; an ellipsis stands for what is left out."""
    lines = wrapped(text, font, width)
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], clipped(lines[most - 1] + " …", font, width)]


def clipped(text: str, font: FreeTypeFont, width: int) -> str:
    """Return `text`, shortened with an ellipsis if it is wider than `width`."""
    if font.getlength(text) <= width:
        return text
    text = text.removesuffix(" …")
    lengths = range(len(text))
    room = bisect_right(lengths, width, key=lambda end: ceil(font.getlength(f"{text[:end]} …")))
    return f"{text[: max(0, room - 1)]} …"
