"""Draws a contact sheet. Unaware of files, but for those of its pictures.

No text leaves its cell: what is too long is wrapped, then clipped.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from animegen.video.lettering import font_for, line_height, wrapped_within

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PIL.ImageFont import FreeTypeFont

    from animegen.report.contact_sheet import Block, Cell

    Color = tuple[int, int, int]
    Box = tuple[int, int, int, int]

_PAPER = (20, 22, 34)
_INK = (244, 241, 236)
_FAINT = (156, 158, 174)
_ACCENT = (255, 183, 120)
_EMPTY, _EDGE = (30, 33, 49), (72, 76, 100)
_TITLE_LINES, _LABEL_LINES, _CAPTION_LINES = 3, 3, 3
_NO_PICTURE = "no picture"


def draw_sheet(blocks: Sequence[Block], title: str, cell_width: int) -> Image.Image:
    """Lay everything out from the top down, then draw it."""
    look = _Look(blocks, cell_width)
    placed = []
    y = look.margin + look.lines(title, look.title, look.inner, _TITLE_LINES).height + look.gap
    for block in blocks:
        grid = _Grid(block, look, y)
        placed.append(grid)
        y = grid.bottom + look.margin
    sheet = Image.new("RGB", (look.width, y), _PAPER)
    draw = ImageDraw.Draw(sheet)
    look.lines(title, look.title, look.inner, _TITLE_LINES).draw(
        draw, look.margin, look.margin, _INK
    )
    for grid in placed:
        grid.draw(sheet, draw)
    return sheet


@dataclass(frozen=True, kw_only=True)
class _Lines:
    """A text that has been fitted into a width."""

    lines: Sequence[str]
    font: FreeTypeFont
    step: int

    @property
    def height(self) -> int:
        return self.step * len(self.lines)

    @property
    def width(self) -> int:
        return max((ceil(self.font.getlength(line)) for line in self.lines), default=0)

    def draw(self, draw: ImageDraw.ImageDraw, x: int, y: int, ink: Color) -> None:
        for number, line in enumerate(self.lines):
            draw.text((x, y + number * self.step), line, font=self.font, fill=ink)


class _Look:
    """The sizes that all blocks of a sheet share."""

    def __init__(self, blocks: Sequence[Block], cell_width: int) -> None:
        unit = max(cell_width, 160) / 256
        self.title, self.heading, self.label, self.caption = (
            size * unit for size in (24, 19, 16, 14)
        )
        self.margin, self.gap = round(24 * unit), round(12 * unit)
        self.cell_width = cell_width
        self.cell_height = round(cell_width * _tallest(blocks))
        labels = [label for block in blocks for label in block.rows]
        widths = [self.lines(label, self.label, cell_width * 3 // 4, 99).width for label in labels]
        self.gutter = max(widths) + self.gap if any(widths) else 0
        most = max((len(row) for block in blocks for row in block.cells), default=1)
        self.inner = self.gutter + most * cell_width + max(0, most - 1) * self.gap
        self.width = self.inner + 2 * self.margin

    def lines(self, text: str, size: float, width: int, most: int) -> _Lines:
        words = " ".join(text.split())
        font = font_for(words, size)
        lines = wrapped_within(words, font, width, most) if words else []
        return _Lines(lines=lines, font=font, step=line_height(font))


class _Grid:
    """One block in its place."""

    def __init__(self, block: Block, look: _Look, top: int) -> None:
        self._block, self._look, self._top = block, look, top
        self._heading = look.lines(block.heading, look.heading, look.inner, _LABEL_LINES)
        self._columns = [
            look.lines(label, look.label, look.cell_width, _LABEL_LINES) for label in block.columns
        ]
        self._captions = [
            [look.lines(c.caption, look.caption, look.cell_width, _CAPTION_LINES) for c in row]
            for row in block.cells
        ]
        y = top + self._after(self._heading.height, look.gap)
        self._labels_at = y
        y += self._after(max((column.height for column in self._columns), default=0), look.gap // 2)
        self._rows_at = []
        for captions in self._captions:
            self._rows_at.append(y)
            caption = max((lines.height for lines in captions), default=0)
            y += look.cell_height + self._after(caption, look.gap // 3) + look.gap
        self.bottom = y - look.gap if block.cells else y

    @staticmethod
    def _after(height: int, gap: int) -> int:
        return height + gap if height else 0

    def draw(self, sheet: Image.Image, draw: ImageDraw.ImageDraw) -> None:
        look = self._look
        self._heading.draw(draw, look.margin, self._top, _ACCENT)
        for place, column in enumerate(self._columns):
            column.draw(draw, self._left(place), self._labels_at, _ACCENT)
        for number, (row, top) in enumerate(zip(self._block.cells, self._rows_at, strict=True)):
            if number < len(self._block.rows):
                self._label(draw, self._block.rows[number], top)
            for place, cell in enumerate(row):
                x = self._left(place)
                box = (x, top, x + look.cell_width, top + look.cell_height)
                _draw_picture(sheet, draw, cell, box, look)
                below = box[3] + look.gap // 3
                self._captions[number][place].draw(draw, x, below, _FAINT)

    def _label(self, draw: ImageDraw.ImageDraw, text: str, top: int) -> None:
        look = self._look
        room = max(1, look.cell_height // look.lines("x", look.label, 99, 1).step)
        label = look.lines(text, look.label, look.gutter - look.gap, room)
        middle = top + max(0, look.cell_height - label.height) // 2
        label.draw(draw, look.margin, middle, _ACCENT)

    def _left(self, place: int) -> int:
        look = self._look
        return look.margin + look.gutter + place * (look.cell_width + look.gap)


def _draw_picture(
    sheet: Image.Image, draw: ImageDraw.ImageDraw, cell: Cell, box: Box, look: _Look
) -> None:
    """Draw a cell's picture as large as its box allows, in the middle."""
    picture = opened(cell.picture)
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    if picture is None:
        draw.rectangle((left, top, right - 1, bottom - 1), fill=_EMPTY, outline=_EDGE)
        words = look.lines(_NO_PICTURE, look.caption, width - look.gap, 1)
        x, y = left + (width - words.width) // 2, top + (height - words.height) // 2
        words.draw(draw, x, y, _FAINT)
        return
    scale = min(width / picture.width, height / picture.height)
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    draw.rectangle((left, top, right - 1, bottom - 1), fill=_EMPTY)
    sheet.paste(
        picture.convert("RGB").resize(size),
        (left + (width - size[0]) // 2, top + (height - size[1]) // 2),
    )


def _tallest(blocks: Sequence[Block]) -> float:
    """Return the height of the tallest picture in widths; within reason, 9:16 for none."""
    pictures = (opened(cell.picture) for block in blocks for row in block.cells for cell in row)
    ratios = [picture.height / picture.width for picture in pictures if picture is not None]
    return min(2.0, max(0.25, max(ratios, default=9 / 16)))


def opened(path: Path | None) -> Image.Image | None:
    """Return the picture of a file; None where there is none, or a damaged one."""
    if path is None:
        return None
    try:
        picture = Image.open(path)
        picture.load()
    except OSError:
        return None
    return picture
