"""Sets text for PDFs: Fira Sans, which a dependency installs, and others for what it lacks.

Chinese, Japanese and Korean letters are set in the PDF standard's own fonts, which the reader's
program brings: they are not inside of the file. A TrueType font that has them can be named instead.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from importlib import resources
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from pathlib import Path

_FACES = {
    "Fira": "Regular",
    "Fira-Italic": "Italic",
    "Fira-Bold": "SemiBold",
    "Fira-BoldItalic": "SemiBoldItalic",
    "Fira-Light": "Light",
    "Fira-Black": "ExtraBold",
}
BODY, ITALIC, BOLD, LIGHT, BLACK = "Fira", "Fira-Italic", "Fira-Bold", "Fira-Light", "Fira-Black"
_OWN = "Own"
_KOREAN, _JAPANESE, _CHINESE = "HYGothic-Medium", "HeiseiKakuGo-W5", "STSong-Light"


@dataclass(frozen=True, kw_only=True)
class Fonts:
    """The fonts of one hand-in."""

    own: Any = None
    """reportlab's font of the file that was named; None without one."""
    body: Any
    lacking: set[str] = field(default_factory=set)
    """Letters that no font has: a question mark stands for each."""
    borrowed: set[str] = field(default_factory=set)
    """Letters in fonts that are not inside of the file."""

    @classmethod
    def load(cls, own: Path | None = None) -> Fonts:
        """Register the fonts with reportlab.

        Raises:
            UsageError: when `own` is no TrueType font.
        """
        from reportlab.lib.fonts import addMapping
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.cidfonts import UnicodeCIDFont
        from reportlab.pdfbase.ttfonts import TTFError, TTFont

        from animegen.errors import UsageError

        folder = resources.files("fontpkg_fira_sans") / "files"
        for name, face in _FACES.items():
            pdfmetrics.registerFont(TTFont(name, str(folder / f"FiraSans-{face}.ttf")))
        for bold, italic, name in (
            (0, 0, BODY), (0, 1, ITALIC), (1, 0, BOLD), (1, 1, "Fira-BoldItalic"),
        ):  # fmt: skip
            addMapping(BODY, bold, italic, name)
        for name in (_KOREAN, _JAPANESE, _CHINESE):
            pdfmetrics.registerFont(UnicodeCIDFont(name))
        body = pdfmetrics.getFont(BODY)
        if own is None:
            return cls(body=body)
        try:
            pdfmetrics.registerFont(TTFont(_OWN, str(own)))
        except (TTFError, OSError) as error:
            raise UsageError(f"--font {own}: {error}", remedy="name a TrueType font") from None
        return cls(body=body, own=pdfmetrics.getFont(_OWN))

    def markup(self, text: str) -> str:
        """Return plain text as reportlab's markup, each letter in a font that has it."""
        runs: list[tuple[str, str]] = []
        for letter in unicodedata.normalize("NFC", text):
            font, shown = self._font_of(letter)
            if runs and runs[-1][0] == font:
                runs[-1] = (font, runs[-1][1] + shown)
            else:
                runs.append((font, shown))
        return "".join(
            escape(run) if font == BODY else f'<font name="{font}">{escape(run)}</font>'
            for font, run in runs
        )

    def _font_of(self, letter: str) -> tuple[str, str]:
        if letter.isspace() and letter != "\u00a0":
            return BODY, " "
        if ord(letter) in self.body.face.charToGlyph:
            return BODY, letter
        if self.own is not None and ord(letter) in self.own.face.charToGlyph:
            return _OWN, letter
        found = _asian(letter)
        if found is None:
            self.lacking.add(letter)
            return BODY, "?"
        self.borrowed.add(letter)
        return found, letter


def _asian(letter: str) -> str | None:
    name = unicodedata.name(letter, "")
    if name.startswith(("HANGUL", "HALFWIDTH HANGUL")):
        return _KOREAN
    if name.startswith(("HIRAGANA", "KATAKANA", "CJK", "IDEOGRAPHIC", "FULLWIDTH", "HALFWIDTH")):
        return _JAPANESE
    return None
