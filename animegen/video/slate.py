"""Draws slates: a shot's prompt and timing on a coloured card. Unaware of files and plans."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from animegen.units import timecode
from animegen.video.barcode import CELLS, draw_barcode, strip_height
from animegen.video.lettering import (
    clipped,
    font_of,
    largest_font,
    line_height,
    wrapped,
    wrapped_within,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.ImageFont import FreeTypeFont

    from animegen.video.frame import RgbFrame

    Color = tuple[int, int, int]

_WHITE = (244, 241, 236)
# Top and bottom of the card, and its accent.
_PALETTE: tuple[tuple[Color, Color, Color], ...] = (
    ((34, 40, 72), (18, 20, 40), (255, 183, 120)),  # indigo, apricot
    ((24, 62, 68), (12, 30, 38), (142, 224, 200)),  # teal, mint
    ((74, 34, 58), (34, 16, 32), (255, 158, 178)),  # plum, rose
    ((60, 44, 28), (30, 21, 16), (255, 209, 122)),  # umber, gold
    ((30, 58, 40), (14, 28, 22), (186, 226, 130)),  # forest, lime
    ((36, 50, 84), (16, 22, 44), (132, 196, 255)),  # navy, sky
    ((70, 38, 34), (34, 18, 18), (255, 170, 140)),  # brick, salmon
    ((54, 40, 82), (26, 18, 44), (206, 176, 255)),  # violet, lavender
)


@dataclass(frozen=True, kw_only=True)
class Card:
    """What a shot's slates say; the fields are those of `steps.slate.Slate`."""

    shot: str
    prompt: str
    details: tuple[str, ...]
    width: int
    height: int
    frames: int
    head: int
    screen: int
    rate: Fraction


def draw_slates(card: Card) -> Iterator[RgbFrame]:
    """Yield the shot's slates, uint8 (height, width, 3); only the clock and the bars move.

    A card narrower than the barcode's cells goes without one.
    """
    layout = _Layout(card)
    background = _draw_background(card, layout)
    for index in range(card.frames):
        picture = background.copy()
        _draw_clock(ImageDraw.Draw(picture), card, layout, index)
        frame = np.array(picture)
        if card.width >= CELLS:
            draw_barcode(frame, card.shot, index)
        yield frame


class _Layout:
    """Where everything stands, in pixels, and in which sizes and colours."""

    def __init__(self, card: Card) -> None:
        unit = min(1.1 * card.height, card.width) / 100
        digest = hashlib.sha256(card.shot.encode()).digest()
        self.top, self.bottom, self.accent = _PALETTE[digest[2] % len(_PALETTE)]
        self.margin = round(7 * unit)
        self.gap = max(1, round(2.5 * unit))
        self.inner = card.width - 2 * self.margin
        self.small = font_of(5.2 * unit)
        self.clock = font_of(8.5 * unit)
        self.bar = max(2, round(2 * unit))
        self.bar_top = card.height - strip_height(card.height) - self.margin // 2 - self.bar
        self.clock_base = self.bar_top - self.gap
        self.clock_top = self.clock_base - line_height(self.clock)
        self.heading = largest_font(card.shot, self.inner, round(13 * unit))
        self.unit = unit


def _draw_background(card: Card, layout: _Layout) -> Image.Image:
    ramp = np.linspace(0, 1, card.height)[:, None, None]
    rows = np.array(layout.top) * (1 - ramp) + np.array(layout.bottom) * ramp
    shape = (card.height, card.width, 3)
    picture = Image.fromarray(np.broadcast_to(rows, shape).round().astype(np.uint8))
    draw = ImageDraw.Draw(picture)
    x, y = layout.margin, layout.margin
    draw.text((x, y), card.shot, font=layout.heading, fill=layout.accent)
    y += line_height(layout.heading) + layout.gap // 2
    rule = max(1, layout.bar // 2)
    draw.rectangle((x, y, x + layout.inner // 5, y + rule - 1), fill=layout.accent)
    y += rule + layout.gap
    line = line_height(layout.small)
    room = max(0, layout.clock_top - layout.gap - y) // 2 // line  # half of what is left
    details = [clipped(text, layout.small, layout.inner) for text in card.details[:room]]
    below = layout.clock_top - layout.gap - line * len(details)
    lines, font = _fitted(card.prompt, layout, below - layout.gap - y)
    for text in lines:
        draw.text((x, y), text, font=font, fill=_WHITE)
        y += line_height(font)
    for number, text in enumerate(details):
        draw.text((x, below + line * number), text, font=layout.small, fill=_toward(layout, 0.72))
    return picture


def _draw_clock(draw: ImageDraw.ImageDraw, card: Card, layout: _Layout, index: int) -> None:
    m = index - card.head
    seconds = Fraction(m) / card.rate
    sign = "-" if m < 0 else ""
    on_screen = 0 <= m < card.screen
    ink = _WHITE if on_screen else _toward(layout, 0.55)
    left, right = layout.margin, layout.margin + layout.inner
    draw.text(
        (left, layout.clock_base),
        f"{sign}{timecode(abs(seconds))}",
        font=layout.clock,
        fill=ink,
        anchor="ld",
    )
    where = f"{m + 1} / {card.screen}" if on_screen else "handle"
    draw.text((right, layout.clock_base), where, font=layout.small, fill=ink, anchor="rd")

    def column(frame: int) -> int:
        return left + layout.inner * frame // card.frames

    top, bottom = layout.bar_top, layout.bar_top + layout.bar - 1
    start, end = column(card.head), column(card.head + card.screen) - 1
    draw.rectangle((left, top, right - 1, bottom), fill=_toward(layout, 0.12))
    draw.rectangle((start, top, end, bottom), fill=_toward(layout, 0.32))
    draw.rectangle((left, top, max(left, column(index + 1) - 1), bottom), fill=layout.accent)
    for edge in (start, end):
        draw.line((edge, top - layout.bar // 2, edge, bottom + layout.bar // 2), fill=_WHITE)


def _toward(layout: _Layout, share: float) -> Color:
    """Return the colour `share` of the way from the card's bottom to its accent."""
    red, green, blue = (
        round(low + (high - low) * share)
        for low, high in zip(layout.bottom, layout.accent, strict=True)
    )
    return red, green, blue


def _fitted(text: str, layout: _Layout, height: int) -> tuple[list[str], FreeTypeFont]:
    """Wrap `text` in the largest size that fits; clip it where even the smallest does not."""
    for size in (10.0, 8.5, 7.5, 6.6, 5.8, 5.2, 4.6):
        font = font_of(size * layout.unit)
        lines = wrapped(text, font, layout.inner)
        if len(lines) * line_height(font) <= height:
            return lines, font
    room = max(1, height // line_height(font))
    return wrapped_within(text, font, layout.inner, room), font
