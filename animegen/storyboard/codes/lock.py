"""SB8xx: the lock file beside a storyboard. Warnings, and errors under `--locked`."""

from __future__ import annotations

from animegen.storyboard.codes.explanation import Explanation

ENTRIES = (
    Explanation(
        code="SB801",
        title="not a lock file",
        text="""
            `film.lock.yaml` beside `film.yaml` is written by `storyboard pick` and `storyboard
            lock`. It may be edited by hand: `version: 1`, and the sections `takes` (shot: number),
            `choices` (shot: the text of a choice: what it became) and `weights` (name: digest).
        """,
    ),
    Explanation(
        code="SB802",
        title="the lock records what the film no longer has",
        text="""
            A shot was deleted or renamed, or a choice was taken out of its prompt. The record does
            nothing. A picked take stays until `storyboard pick SHOT --clear`, in case the shot
            comes back; `storyboard lock` takes out everything else.
        """,
    ),
    Explanation(
        code="SB803",
        title="a recorded choice is no longer possible",
        text="""
            The lock says what `__weather__` became, and that line is no longer in the wildcard's
            file. It is drawn anew from those that are. Put the line back, or record the film as it
            is now with `storyboard lock`.
        """,
    ),
    Explanation(
        code="SB804",
        title="a choice that the lock does not record",
        text="""
            The choice is drawn by the film's seed, as it would be without a lock. It may be new, or
            its text has changed: `{red|blue}` and `{red|blue|green}` are two choices. `storyboard
            lock` records it, and leaves the other records as they are.
        """,
    ),
    Explanation(
        code="SB805",
        title="weights that are not those of the lock",
        text="""
            The lock holds a digest of the content of every component and LoRA that draws the film.
            What lies here under that name has other content, and draws other pictures.
        """,
    ),
    Explanation(
        code="SB806",
        title="weights that the lock does not record",
        text="""
            The film is drawn with a component or LoRA that it did not use when `storyboard lock`
            was last run: a LoRA was added, or another quality was asked for.
        """,
    ),
)
