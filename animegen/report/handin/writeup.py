"""Sets the write-up: A4, at most four pages, from the user's own words and the film's facts."""

from __future__ import annotations

from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any

from animegen import __version__
from animegen.errors import AnimegenError
from animegen.report.credits import KINDS, cited
from animegen.report.handin.figure import pipeline
from animegen.report.handin.fonts import BLACK, BODY, BOLD
from animegen.report.handin.markdown import Block, inline, linked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from animegen.report.credits import Credit
    from animegen.report.handin.facts import Facts
    from animegen.report.handin.fonts import Fonts
    from animegen.report.handin.pictures import Picture

MOST_PAGES = 4
_INK, _SOFT, _RULE = "#1b1f3b", "#5b6079", "#d9dbe6"
_MOST_SHOTS = 14
_TOGETHER = 5
_MARGIN = 54.0  # points: 19 mm
_PADDING = 6.0
"""Of reportlab's frames, inside of the margin."""
_WORDS_A_PAGE = 650


class TooLong(AnimegenError):
    """The write-up has more pages than are allowed."""


def write_writeup(
    facts: Facts,
    about: Sequence[Block],
    pictures: Sequence[Picture],
    fonts: Fonts,
    accent: str,
    command: str,
) -> tuple[bytes, int]:
    """Return the write-up as PDF, and how many pages it has.

    Raises:
        TooLong: when they are more than `MOST_PAGES`; says by how many.
    """  # fmt: skip
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import SimpleDocTemplate

    content = BytesIO()
    document = SimpleDocTemplate(
        content, pagesize=A4, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=48,
        bottomMargin=50, title=facts.title, author=", ".join(one.name for one in facts.people),
        subject="Write-up", creator=f"animegen {__version__}", invariant=1, lang="en",
    )  # fmt: skip
    sheet = _Sheet(facts, fonts, accent, A4[0] - 2 * (_MARGIN + _PADDING))
    story = list(sheet.story(about, pictures, command))

    def footer(canvas: Any, page: Any) -> None:
        canvas.setFont(BODY, 7.5)
        canvas.setFillColor(_SOFT)
        canvas.drawString(_MARGIN + _PADDING, 30, f"provenance sha256:{facts.digest}")
        canvas.drawRightString(A4[0] - _MARGIN - _PADDING, 30, str(page.page))

    document.build(
        story,
        onFirstPage=footer,
        onLaterPages=footer,
        canvasmaker=partial(Canvas, initialFontName=BODY),
    )
    pages = document.page
    if pages > MOST_PAGES:
        over = pages - MOST_PAGES
        raise TooLong(
            f"the write-up has {pages} pages, {over} over the limit of {MOST_PAGES}",
            remedy=f"shorten the text of --about by some {over * _WORDS_A_PAGE} words",
        )
    return content.getvalue(), pages


class _Sheet:
    """The write-up's styles, and its parts one after the other."""

    def __init__(self, facts: Facts, fonts: Fonts, accent: str, width: float) -> None:
        self.facts, self.fonts, self.accent, self.width = facts, fonts, accent, width

    def story(
        self, about: Sequence[Block], pictures: Sequence[Picture], command: str
    ) -> Iterator[Any]:
        from reportlab.platypus import KeepTogether, Spacer

        yield from self._head()
        if pictures:
            yield from self._strip(pictures)
        yield from self._about(about)
        figure = pipeline(self.facts, self.width, self.accent)
        yield KeepTogether(
            [self._heading("How the film was made"), self._text(self._made()), Spacer(1, 4), figure]
        )
        yield Spacer(1, 8)
        shots = self._shots()
        yield KeepTogether([shots]) if len(self.facts.shots) <= _TOGETHER else shots
        yield self._heading("Reproduction")
        yield from self._numbered(self._reproduction(command))
        yield self._heading("Checkpoints and citations")
        if not self.facts.credits:
            yield self._text("None: these are slates, drawn without a model.")
        for number, credit in enumerate(self.facts.credits, start=1):
            yield self._credit(number, credit)
        yield self._heading("Software")
        yield self._text(self._software())

    def _style(self, size: float = 9.4, lead: float = 13.2, font: str = BODY, **more: Any) -> Any:
        from reportlab.lib.styles import ParagraphStyle

        more.setdefault("textColor", _INK)
        return ParagraphStyle(
            "s", fontName=font, fontSize=size, leading=lead, bulletFontName=BODY,
            bulletFontSize=size, **more,
        )  # fmt: skip

    def _plain(self, text: str, **style: Any) -> Any:
        from reportlab.platypus import Paragraph

        return Paragraph(self.fonts.markup(text), self._style(**style))

    def _text(self, text: str) -> Any:
        return self._plain(text, spaceAfter=5)

    def _heading(self, text: str) -> Any:
        return self._plain(
            text, size=13, lead=17, font=BOLD, spaceBefore=9, spaceAfter=4, keepWithNext=1
        )

    def _head(self) -> Iterator[Any]:
        from reportlab.platypus import HRFlowable

        yield self._plain(self.facts.title, size=26, lead=31, font=BLACK, spaceAfter=4)
        people = "   ·   ".join(
            f"{one.name} ({one.id})".replace(" ", "\u00a0") for one in self.facts.people
        )
        yield self._plain(people, size=11, lead=15, textColor=_SOFT, spaceAfter=7)
        yield HRFlowable(width="100%", thickness=2.4, color=self.accent, spaceAfter=10)

    def _strip(self, pictures: Sequence[Picture]) -> Iterator[Any]:
        from reportlab.platypus import Image, Table

        gap = 6.0
        wide = (self.width - gap * (len(pictures) - 1)) / len(pictures)
        high = min(wide * pictures[0].height / pictures[0].width, 170.0)
        wide = high * pictures[0].width / pictures[0].height
        cells = [Image(BytesIO(one.jpeg), wide, high) for one in pictures]
        table = Table([cells], colWidths=[wide + gap] * len(cells), hAlign="LEFT")
        table.setStyle([(f"{side}PADDING", (0, 0), (-1, -1), 0) for side in _SIDES])
        yield table
        told = ", ".join(f"{one.shot} (frame {one.frame})" for one in pictures)
        yield self._plain(f"Stills of the film: {told}.", size=7.8, lead=10.5, textColor=_SOFT,
                          spaceBefore=4, spaceAfter=6)  # fmt: skip

    def _about(self, blocks: Sequence[Block]) -> Iterator[Any]:
        for block in blocks:
            yield self._block(block)

    def _block(self, block: Block) -> Any:
        from reportlab.platypus import Paragraph

        text = inline(block.text, self.fonts.markup, link_color=self.accent)
        if block.kind == "heading":
            if block.level <= 2:
                return self._heading(block.text)
            return self._plain(block.text, size=10, lead=14, font=BOLD, spaceBefore=4, spaceAfter=2)
        if block.kind == "text":
            return Paragraph(text, self._style(spaceAfter=5))
        mark = f"{block.level}." if block.kind == "number" else "•"
        return Paragraph(text, self._style(leftIndent=14, bulletIndent=3, spaceAfter=2.5),
                         bulletText=mark)  # fmt: skip

    def _made(self) -> str:
        facts = self.facts
        width, height = facts.size
        start = (
            f"The film is {facts.seconds} long: {facts.frames} frames of {width} x {height} at "
            f"{facts.rate} fps, in {len(facts.shots)} shots. "
        )
        if not facts.steps.get("keyframe"):
            return start + "These are slates: its timing, drawn without a model."
        width, height = facts.drawn
        told = [
            f"{start}It was drawn at {width} x {height} and {facts.drawn_fps} fps, from the "
            f"storyboard's text and the seed {facts.seed} alone, with the pack “{facts.pack}” "
            f"({facts.base_model.upper()}, quality {facts.quality}). Its "
            f"{sum(facts.steps.values())} steps took {facts.made_in:.0f} seconds on "
            f"{', '.join(facts.devices) or 'an unknown device'}. No external picture, video or "
            "sketch conditioned any frame",
        ]
        if facts.steps.get("control"):
            told += [": every control map was found in pictures that the model had made before"]
        if facts.guarded:
            told += ["; while a step ran, every other picture on the machine was refused to it"]
        return "".join(told) + "."

    def _shots(self) -> Any:
        from reportlab.platypus import Table

        rows = [[self._cell(word, font=BOLD) for word in ("Shot", "Length", "Into it", "Prompt")]]
        for shot in self.facts.shots[:_MOST_SHOTS]:
            prompt = shot.prompt if len(shot.prompt) <= 220 else f"{shot.prompt[:219]}…"
            told = [self._cell(prompt)]
            if shot.extras:
                told.append(self._cell(", ".join(shot.extras), color=_SOFT))
            words = (shot.id, shot.seconds, shot.into)
            rows.append([*(self._cell(word) for word in words), told])
        left = len(self.facts.shots) - _MOST_SHOTS
        if left > 0:
            rows.append([self._cell(word) for word in (f"and {left} more", "", "", "")])
        table = Table(rows, colWidths=[70, 42, 52, self.width - 164], hAlign="LEFT", repeatRows=1)
        table.setStyle([
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LINEBELOW", (0, 0), (-1, 0), 0.9, _INK),
            ("LINEBELOW", (0, 1), (-1, -1), 0.4, _RULE),
            ("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 8),
            ("TOPPADDING", (0, 0), (-1, -1), 2.5), ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
        ])  # fmt: skip
        return table

    def _cell(self, text: str, *, font: str = BODY, color: str = _INK) -> Any:
        return self._plain(text, size=8.2, lead=10.8, font=font, textColor=color)

    def _reproduction(self, command: str) -> list[str]:
        return [
            f"Install animegen {__version__} (Python 3.11 or newer); source/requirements.txt holds "
            "the versions of its libraries that rendered this film.",
            "Its checkpoints ship with animegen."
            if all("made by animegen" in credit.source for credit in self.facts.credits)
            else "Have the checkpoints below at hand; `storyboard models list` shows which are.",
            f"Run `sh reproduce.sh`. It runs `{command}` in `source/` and compares the film with "
            "this one, byte for byte.",
            "Run `storyboard audit film.mp4`: it derives every key and digest again.",
        ]

    def _numbered(self, lines: Sequence[str]) -> Iterator[Any]:
        for number, line in enumerate(lines, start=1):
            yield self._block(Block("number", line, number))

    def _credit(self, number: int, credit: Credit) -> Any:
        from reportlab.platypus import Paragraph

        markup = self.fonts.markup
        names = f"{KINDS[credit.kind]}: {', '.join(credit.names)}"
        where = linked(credit.link, credit.link, markup, self.accent) if credit.link else ""
        rest = "" if credit.link else f"{markup(credit.origin[:1].upper() + credit.origin[1:])}. "
        where = f"{where}. " if where else rest
        at = f"Revision {credit.revision[:12]}. " if credit.revision else ""
        unsure = " Not verified by its pack." if credit.verified is False else ""
        told = "".join(f" {markup(line)}" for line in cited(credit.citation))
        text = (
            f"<b>{markup(credit.title)}</b> ({markup(names)}). {where}{at}"
            f"Licence: {markup(credit.terms)}.{unsure} "
            f'<font color="{_SOFT}">sha256 {credit.digest[:16]}…</font>{told}'
        )
        style = self._style(size=8.6, lead=11.6, leftIndent=20, bulletIndent=0, spaceAfter=3)
        return Paragraph(text, style, bulletText=f"[{number}]")

    def _software(self) -> str:
        told = [f"{name} {version}" for name, version in self.facts.versions.items()]
        return f"{', '.join(told) or f'animegen {__version__}'}. credits.bib holds all citations."


_SIDES = ("LEFT", "RIGHT", "TOP", "BOTTOM")
