"""SB9xx: what is said while a film is rendered: words of later versions, checks that fail."""

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
    Explanation(
        code="SB902",
        title="a shot failed a check",
        text="""
            The storyboard says what the shot's figures must be (`checks`), and one is not: no take
            that was tried passes. The shots are in the store and are not rendered again. Raise
            `reroll` to try further takes, loosen the bound, or look at the takes yourself:
            `storyboard takes` lays them side by side, `storyboard pick` chooses. docs/report.md
            says what the figures are and which values are good.
        """,
    ),
)
