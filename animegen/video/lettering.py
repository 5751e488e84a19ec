"""Sets text in the font that ships with Pillow: measured, wrapped, clipped. Unaware of pictures.

That font has English letters only, so `font_for` and `font_file_for` look for another where a text
needs it. What `font_for` draws depends on the machine, which is for people's eyes and never for the
store; a file has a digest, which may enter a key.
"""

from __future__ import annotations

from bisect import bisect_right
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import ImageFont

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

_SMALLEST = 6.0
_COMMON = (
    "NotoSans-Regular.ttf",
    "DejaVuSans.ttf",
    "arial.ttf",
    "NotoSansCJK-Regular.ttc",
    "Hiragino Sans GB.ttc",
    "YuGothM.ttc",
    "msgothic.ttc",
    "Arial Unicode.ttf",
)
"""Fonts of Linux, macOS and Windows: the first for accents, the later ones for Japanese."""
_NOWHERE = "\U0010ffff"
"""No font has a letter here; what is drawn instead stands for every missing one."""


def font_of(size: float) -> FreeTypeFont:
    """Return the font at a size in pixels, which is never too small to be read."""
    font = ImageFont.load_default(max(_SMALLEST, size))
    assert isinstance(font, ImageFont.FreeTypeFont)  # Pillow's wheels bring FreeType
    return font


def font_at(path: Path | None, size: float) -> FreeTypeFont:
    """Return a file's font at a size in pixels; without a path, `font_of`.

    Raises:
        OSError: when the file is no font.
    """
    return ImageFont.truetype(str(path), max(_SMALLEST, size)) if path else font_of(size)


def missing_letters(text: str, path: Path | None = None) -> list[str]:
    """Return the letters of `text` that a font lacks, each once; raises as `font_at`."""
    return _missing(font_at(path, _SMALLEST), text)


def font_file_for(text: str) -> Path | None:
    """Return the file of a font of this machine that has all letters of `text`."""
    for name in _COMMON:
        try:
            font = ImageFont.truetype(name, _SMALLEST)
        except OSError:
            continue
        if _has(font, text):
            return Path(str(font.path))
    return None


def font_for(text: str, size: float) -> FreeTypeFont:
    """Return `font_of`, or a font of this machine that has the letters which that one lacks."""
    font = font_of(size)
    if _has(font, text):
        return font
    for name in _COMMON:
        try:
            other = ImageFont.truetype(name, font.size)
        except OSError:
            continue
        if _has(other, text):
            return other
    return font


def _has(font: FreeTypeFont, text: str) -> bool:
    return not _missing(font, text)


def _missing(font: FreeTypeFont, text: str) -> list[str]:
    letters = dict.fromkeys(one for one in text if not one.isascii() and not one.isspace())
    missing = bytes(font.getmask(_NOWHERE))
    return [letter for letter in letters if bytes(font.getmask(letter)) == missing]


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
