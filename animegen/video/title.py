"""Draws cards of text that fade from black and back. Unaware of films.

The letters are set here, the fades are moviepy's. Its TextClip would set them, too, by Pillow as
well, but takes one size and one line height for all, knows no tracking, and wraps by its own guess.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from moviepy import ImageClip, vfx
from PIL import Image, ImageDraw

from animegen.video.lettering import font_at, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction
    from pathlib import Path

    from PIL.ImageFont import FreeTypeFont

    from animegen.video.frame import RgbFrame

_WHITE, _GREY = (246, 242, 234), (178, 174, 168)
_WIDE = 0.8
"""The share of the card's width that text may take; the rest stays black for old screens."""
_HIGH = 0.72
_SIZES = (11.0, 9.6, 8.4, 7.4, 6.5, 5.7, 5.0, 4.4)
"""Of the heading, in hundredths of the card's shorter side: the largest that fits is taken."""
_UNTIL = 3
"""How many sizes a heading may shrink so as not to be broken."""
_SMALL = 0.52
"""Further lines, as a share of the heading."""
_SMALLEST = 4.2
"""They are not smaller than this, in hundredths as well."""
_TRACKING = 0.09
"""Space between a heading's letters, as a share of their size."""
_LEADING = 1.4
_LATIN = 0x250
"""Letters from here on may join each other or have their own rules: they are not spaced."""


@dataclass(frozen=True, kw_only=True)
class Card:
    """What a card says, and how large it is."""

    text: str
    font: Path | None
    width: int
    height: int


def fits(card: Card) -> bool:
    """Return whether the whole text stands on the card; else its end is cut off."""
    return _fits(_set(card), card)


def draw_title(card: Card, frames: int, fade: int, rate: Fraction) -> Iterator[RgbFrame]:
    """Yield the card's frames, uint8 (height, width, 3), rounded to the nearest value.

    A frame is watched in its middle, so that the fades at both ends are alike.
    """
    clip = ImageClip(draw_card(card), duration=float(frames / rate))
    if fade:
        length = float(fade / rate)
        clip = clip.with_effects([vfx.FadeIn(length), vfx.FadeOut(length)])
    for index in range(frames):
        seen = clip.get_frame(float((index + 0.5) / rate))
        yield np.floor(np.asarray(seen, np.float64) + 0.5).astype(np.uint8)


def draw_card(card: Card) -> RgbFrame:
    """Return the card with its text at full strength."""
    picture = Image.new("RGB", (card.width, card.height))
    draw = ImageDraw.Draw(picture)
    rows = _set(card)
    top = (card.height - sum(row.height for row in rows)) / 2
    for row in rows:
        left = (card.width - row.wide) / 2
        middle = top + (row.gap + row.height) / 2
        for letter, x in row.letters():
            draw.text((left + x, middle), letter, font=row.font, fill=row.fill, anchor="lm")
        top += row.height
    return np.array(picture)


class _Row(NamedTuple):
    text: str
    font: FreeTypeFont
    tracking: float
    fill: tuple[int, int, int]
    gap: float
    """Extra space above."""

    @property
    def height(self) -> float:
        return self.font.size * _LEADING + self.gap

    @property
    def spaced(self) -> bool:
        return self.tracking > 0 and all(ord(letter) < _LATIN for letter in self.text)

    @property
    def wide(self) -> float:
        extra = self.tracking * max(0, len(self.text) - 1) if self.spaced else 0.0
        return self.font.getlength(self.text) + extra

    def letters(self) -> Iterator[tuple[str, float]]:
        """Yield what is drawn at once, and where: kerned, then spaced."""
        if not self.spaced:
            yield self.text, 0.0
            return
        for index, letter in enumerate(self.text):
            before = self.font.getlength(self.text[: index + 1]) - self.font.getlength(letter)
            yield letter, before + self.tracking * index


def _set(card: Card) -> list[_Row]:
    """Break the text into rows: a heading had best be one, and if not two; else large."""
    unit = min(1.1 * card.height, card.width) / 100
    settings = [_rows(card, size * unit, _SMALLEST * unit) for size in _SIZES]
    fitting = [rows for rows in settings if _fits(rows, card)]
    heads = [sum(row.fill == _WHITE for row in rows) for rows in fitting]
    large = [rows[0].font.size >= _SIZES[_UNTIL] * unit for rows in fitting]
    one = [
        rows for rows, head, fine in zip(fitting, heads, large, strict=True) if head == 1 and fine
    ]
    two = [rows for rows, head in zip(fitting, heads, strict=True) if head <= 2]
    return next(iter([*one, *two, *fitting, _cut(settings[-1], card)]))


def _cut(rows: list[_Row], card: Card) -> list[_Row]:
    """Leave out the rows that have no room; an ellipsis stands for them."""
    room = [place for place, high in enumerate(accumulate(row.height for row in rows), start=1)
            if high <= _HIGH * card.height]  # fmt: skip
    kept = rows[: max([1, *room])]
    if len(kept) < len(rows):
        kept[-1] = kept[-1]._replace(text=f"{kept[-1].text.removesuffix(' …')} …")
    return kept


def _fits(rows: list[_Row], card: Card) -> bool:
    clipped = any(row.text.endswith(" …") for row in rows)
    return not clipped and sum(row.height for row in rows) <= _HIGH * card.height


def _rows(card: Card, size: float, smallest: float) -> list[_Row]:
    lines = [line.strip() for line in card.text.strip().splitlines()] or [""]
    large, small = font_at(card.font, size), font_at(card.font, max(size * _SMALL, smallest))
    room = int(_WIDE * card.width)
    tracked = int(room / (1 + 2 * _TRACKING))
    rows = [
        _Row(text, large, _TRACKING * large.size, _WHITE, 0.0)
        for text in _balanced(lines[0], large, tracked)
    ]
    gap = 0.9 * small.size
    for line in lines[1:]:
        if not line:
            gap += 0.9 * small.size
        for text in wrapped(line, small, room) if line else []:
            rows.append(_Row(text, small, 0.0, _GREY, gap))
            gap = 0.0
    return rows


def _balanced(text: str, font: FreeTypeFont, width: int) -> list[str]:
    """Break `text` into as few lines as it needs, about equally long."""
    fewest = wrapped(text, font, width)
    narrow = ceil(font.getlength(text) / len(fewest))
    for room in range(narrow, width, max(1, width // 40)):
        lines = wrapped(text, font, room)
        if len(lines) == len(fewest) and not any(line.endswith(" …") for line in lines):
            return lines
    return fewest
