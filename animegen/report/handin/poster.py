"""Sets the poster: A1, upright, at most ten megabytes. Stills, the pipeline, facts."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from animegen import __version__
from animegen.errors import AnimegenError
from animegen.report.credits import KINDS
from animegen.report.handin.figure import pipeline
from animegen.report.handin.fonts import BLACK, BODY, BOLD, LIGHT
from animegen.report.handin.markdown import inline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from animegen.report.handin.facts import Facts
    from animegen.report.handin.fonts import Fonts
    from animegen.report.handin.markdown import Block
    from animegen.report.handin.pictures import Picture

MOST_BYTES = 10_000_000
COLUMNS = 3
_MM = 72 / 25.4
_WIDTH, _HEIGHT = 594 * _MM, 841 * _MM
_MARGIN, _GAP = 32 * _MM, 7 * _MM
_BAND = 122 * _MM
_STILLS = 330 * _MM
_TALLEST = 372 * _MM
_CAPTION = 10 * _MM
_FOOT, _LEAST_GAP = 32 * _MM, 9 * _MM
_COLUMN_GAP = 14 * _MM
_COLUMN = (_WIDTH - 2 * _MARGIN - 2 * _COLUMN_GAP) / 3
_INK, _SOFT, _PAPER = "#14172b", "#5b6079", "#fbfaf7"
_FITTINGS = ((1.2, 9), (1.1, 9), (1.0, 9), (0.9, 8), (0.8, 6), (0.8, 4), (0.7, 3))
"""Sizes of the last rows' text, and how many checkpoints they name, until one has room."""


class TooLarge(AnimegenError):
    """A file of the hand-in has more bytes than are allowed."""


def rows_of(shape: float) -> int:
    """Return how many rows of stills have room; `shape` is their height over their width."""
    wide = (_STILLS - _GAP * (COLUMNS - 1)) / COLUMNS
    return max(1, int(_TALLEST / (wide * shape + _CAPTION + _GAP)))


def write_poster(
    facts: Facts, about: Sequence[Block], pictures: Sequence[Picture], fonts: Fonts, accent: str
) -> bytes:
    """Return the poster as PDF.

    Raises:
        TooLarge: when it has more than `MOST_BYTES`; says by how much.
    """
    from reportlab.pdfgen.canvas import Canvas

    content = BytesIO()
    canvas = Canvas(
        content, pagesize=(_WIDTH, _HEIGHT), invariant=1, lang="en", initialFontName=BODY
    )
    canvas.setTitle(facts.title)
    canvas.setAuthor(", ".join(one.name for one in facts.people))
    canvas.setSubject("Poster")
    canvas.setCreator(f"animegen {__version__}")
    _Poster(canvas, facts, fonts, accent).draw(about, pictures)
    canvas.showPage()
    canvas.save()
    check_size("poster.pdf", len(content.getvalue()))
    return content.getvalue()


def check_size(name: str, size: int) -> None:
    """Refuse a file over the limit; raises TooLarge."""
    if size > MOST_BYTES:
        raise TooLarge(
            f"{name} has {size / 1e6:.2f} MB, {(size - MOST_BYTES) / 1e6:.2f} MB over the limit of "
            f"{MOST_BYTES / 1e6:.0f} MB",
            remedy="ask for fewer stills with --stills, or smaller ones with --still-width",
        )


class _Poster:
    """The canvas and what is set on it, from top to bottom."""

    def __init__(self, canvas: Any, facts: Facts, fonts: Fonts, accent: str) -> None:
        self.canvas, self.facts, self.fonts, self.accent = canvas, facts, fonts, accent

    def draw(self, about: Sequence[Block], pictures: Sequence[Picture]) -> None:
        self.canvas.setFillColor(_PAPER)
        self.canvas.rect(0, 0, _WIDTH, _HEIGHT, stroke=0, fill=1)
        self._band()
        figure = pipeline(self.facts, _WIDTH - 2 * _MARGIN, self.accent)
        room = _HEIGHT - _BAND - 4 * _MM - _FOOT - figure.height
        stills = max(self._stills_height(pictures), 200 * _MM)
        columns, high = self._columns_fitting(room - stills - 4 * _LEAST_GAP)
        gap = max(_LEAST_GAP, (room - stills - high) / 4)
        top = _HEIGHT - _BAND - 4 * _MM - gap
        bottom = top - stills
        self._stills(pictures, top)
        left = _MARGIN + _STILLS + 16 * _MM
        self._about(about, left, bottom, _WIDTH - _MARGIN - left, stills)
        bottom -= gap + figure.height
        figure.drawOn(self.canvas, _MARGIN, bottom)
        self._columns(columns, bottom - gap)
        self._foot()

    def _style(self, size: float, font: str = BODY, color: str = _INK, **more: Any) -> Any:
        from reportlab.lib.styles import ParagraphStyle

        more.setdefault("leading", size * 1.36)
        return ParagraphStyle(
            "s", fontName=font, fontSize=size, textColor=color, bulletFontName=BODY,
            bulletFontSize=size, **more,
        )  # fmt: skip

    def _paragraph(self, markup: str, style: Any) -> Any:
        from reportlab.platypus import Paragraph

        return Paragraph(markup, style)

    def _band(self) -> None:
        canvas, markup = self.canvas, self.fonts.markup
        canvas.setFillColor(_INK)
        canvas.rect(0, _HEIGHT - _BAND, _WIDTH, _BAND, stroke=0, fill=1)
        canvas.setFillColor(self.accent)
        canvas.rect(0, _HEIGHT - _BAND - 4 * _MM, _WIDTH, 4 * _MM, stroke=0, fill=1)
        wide, room = _WIDTH - 2 * _MARGIN, 76 * _MM
        for size in (132, 116, 100, 84, 70, 58, 48):
            style = self._style(size, BLACK, "#ffffff", leading=size * 1.08)
            title = self._paragraph(markup(self.facts.title), style)
            _, high = title.wrap(wide, room)
            if high <= room and (size < 84 or high < size * 2):
                break
        people = "   ·   ".join(
            f"{one.name} ({one.id})".replace(" ", "\u00a0") for one in self.facts.people
        )
        names = self._paragraph(markup(people), self._style(38, LIGHT, "#e8e9f2"))
        _, below = names.wrap(wide, _BAND)
        start = _HEIGHT - (_BAND - high - below - 8 * _MM) / 2 - high
        title.drawOn(canvas, _MARGIN, start)
        names.drawOn(canvas, _MARGIN, start - 8 * _MM - below)

    def _stills_height(self, pictures: Sequence[Picture]) -> float:
        rows = -(-len(pictures) // COLUMNS)
        return rows * (self._still(pictures)[1] + _CAPTION + _GAP) - _GAP if rows else 0.0

    def _still(self, pictures: Sequence[Picture]) -> tuple[float, float]:
        wide = (_STILLS - _GAP * (COLUMNS - 1)) / COLUMNS
        return wide, wide * pictures[0].height / pictures[0].width

    def _stills(self, pictures: Sequence[Picture], top: float) -> None:
        """Draw the stills in rows."""
        from reportlab.lib.utils import ImageReader

        for place, one in enumerate(pictures):
            wide, high = self._still(pictures)
            row, column = divmod(place, COLUMNS)
            left = _MARGIN + column * (wide + _GAP)
            bottom = top - (row + 1) * (high + _CAPTION + _GAP) + _GAP
            picture = ImageReader(BytesIO(one.jpeg))
            self.canvas.drawImage(picture, left, bottom + _CAPTION, wide, high)
            told = self._paragraph(
                f"<b>{self.fonts.markup(one.shot)}</b>  frame {one.frame}",
                self._style(19, BODY, _SOFT),
            )
            told.wrap(wide, _CAPTION)
            told.drawOn(self.canvas, left, bottom)

    def _about(
        self, blocks: Sequence[Block], left: float, bottom: float, wide: float, high: float
    ) -> None:
        """Set as much of the text as has room, as large as it may be."""
        from reportlab.platypus import Frame

        for size in (31, 28, 25, 23, 21, 19):
            story = [self._block(block, size) for block in blocks]
            if self._height(story, wide) <= high:
                break
        while story and self._height(story, wide) > high:
            story.pop()
        while story and blocks[len(story) - 1].kind == "heading":
            story.pop()
        frame = Frame(left, bottom, wide, high, 0, 0, 0, 0)
        frame.addFromList(story, self.canvas)

    def _height(self, story: Sequence[Any], wide: float) -> float:
        heights = (
            one.wrap(wide, _HEIGHT)[1] + one.getSpaceBefore() + one.getSpaceAfter() for one in story
        )
        return float(sum(heights))

    def _block(self, block: Block, size: float) -> Any:
        from reportlab.platypus import Paragraph

        text = inline(block.text, self.fonts.markup, link_color=self.accent)
        if block.kind == "heading":
            large = size * (1.5 if block.level <= 2 else 1.15)
            return Paragraph(text, self._style(large, BOLD, spaceBefore=size * 0.5,
                                               spaceAfter=size * 0.3))  # fmt: skip
        if block.kind == "text":
            return Paragraph(text, self._style(size, spaceAfter=size * 0.6))
        style = self._style(size, leftIndent=size * 1.3, spaceAfter=size * 0.3)
        mark = f"{block.level}." if block.kind == "number" else "•"
        return Paragraph(text, style, bulletText=mark)

    def _columns_fitting(self, high: float) -> tuple[list[list[Any]], float]:
        """Return the three columns of text, as large as they may be, and how high they are."""
        for scale, most in _FITTINGS:
            columns = [
                [self._paragraph(title, self._style(34 * scale, BOLD, spaceAfter=9)), *rows]
                for title, rows in self._facts(scale, most)
            ]
            tall = max(self._height(column, _COLUMN) for column in columns) + 8 * _MM
            if tall <= high:
                break
        return columns, tall

    def _columns(self, columns: Sequence[Sequence[Any]], top: float) -> None:
        from reportlab.platypus import Frame

        for place, story in enumerate(columns):
            left = _MARGIN + place * (_COLUMN + _COLUMN_GAP)
            self.canvas.setFillColor(self.accent)
            self.canvas.rect(left, top, _COLUMN, 1.2 * _MM, stroke=0, fill=1)
            high = top - _FOOT - 4 * _MM
            frame = Frame(left, _FOOT, _COLUMN, high, 0, 0, 0, 0)
            frame.addFromList(list(story), self.canvas)

    def _facts(self, scale: float, most: int) -> list[tuple[str, list[Any]]]:
        facts, markup = self.facts, self.fonts.markup
        width, height = facts.size
        film = [
            ("Length", f"{facts.seconds}, {facts.frames} frames"),
            ("Picture", f"{width} x {height} at {facts.rate} fps"),
            ("Drawn", f"{facts.drawn[0]} x {facts.drawn[1]} at {facts.drawn_fps} fps"),
            ("Shots", f"{len(facts.shots)}, in {sum(facts.steps.values())} steps"),
            ("Quality", f"{facts.quality}, seed {facts.seed}"),
            ("Rendered", f"{facts.made_in:.0f} s on {', '.join(facts.devices) or 'unknown'}"),
        ]
        body = self._style(22 * scale, spaceAfter=7)
        rows = [self._paragraph(f"<b>{name}</b>  {markup(text)}", body) for name, text in film]
        shown = facts.credits[:most]
        small = self._style(20 * scale, spaceAfter=7)
        weights = [
            self._paragraph(
                f"<b>{markup(one.title)}</b>  {KINDS[one.kind]}; {markup(one.terms)}", small
            )
            for one in shown
        ]
        more = len(facts.credits) - len(shown)
        if more > 0:
            weights.append(self._paragraph(f"and {more} more: see the write-up", small))
        if not weights:
            weights = [self._paragraph("None: slates, drawn without a model.", small)]
        proof = [
            "No external picture, video or sketch conditioned any frame. Every picture that "
            "guides another was generated here before it.",
            "The film carries the digest of its whole lineage: "
            f'<font color="{_SOFT}">{facts.digest[:32]}</font> '
            f'<font color="{_SOFT}">{facts.digest[32:]}</font>',
            "<b>storyboard audit film.mp4</b> checks it; <b>sh reproduce.sh</b> renders the same "
            "film again.",
        ]
        return [
            ("The film", rows),
            ("Checkpoints", weights),
            (
                "Proof",
                [self._paragraph(text, self._style(21 * scale, spaceAfter=11)) for text in proof],
            ),
        ]

    def _foot(self) -> None:
        self.canvas.setFont(BODY, 17)
        self.canvas.setFillColor(_SOFT)
        self.canvas.drawString(_MARGIN, 16 * _MM, f"made with animegen {__version__}")
        made = f"{self.facts.pack}, {self.facts.base_model}"
        self.canvas.drawRightString(_WIDTH - _MARGIN, 16 * _MM, made)
