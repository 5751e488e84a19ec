"""SB9xx: words that are planned but not rendered by this version."""

from __future__ import annotations

from animegen.storyboard.codes.explanation import Explanation

ENTRIES = (
    Explanation(
        code="SB901",
        title="a word that this version does not render yet",
        text="""
            The word is part of the language: it is validated and planned, and `storyboard plan`
            shows it. But this version cannot render it, and says so before any work is done, rather
            than leaving it out of the film. Take it out to render now.
        """,
    ),
)
