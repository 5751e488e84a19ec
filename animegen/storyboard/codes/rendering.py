"""SB9xx: what is found while a film is rendered. SB901 was a word that was not rendered yet."""

from __future__ import annotations

from animegen.storyboard.codes.explanation import Explanation

ENTRIES = (
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
