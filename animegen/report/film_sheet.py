"""A finished film's contact sheet: its shots in their order, a few pictures of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from animegen.report.contact_sheet import Block, Cell, write_contact_sheets

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from animegen.report.film_shots import ShotCard

_MOST_ROWS = 8
"""Of shots with several pictures each; a longer film has one picture of each."""
_ACROSS = 6


def write_film_sheet(path: Path, title: str, cards: Sequence[ShotCard]) -> None:
    """Write the sheet as a PNG, whole or not at all.

    Raises:
        StoreFailed: when the disk refuses.
    """
    if len(cards) <= _MOST_ROWS:
        cells = [
            [Cell(picture=picture, caption=time) for time, picture in card.frames] for card in cards
        ]
        rows = [f"{card.id} {card.length}" for card in cards]
        block = Block(cells=cells, rows=rows)
    else:
        row = [_middle(card) for card in cards]
        grid = [row[start : start + _ACROSS] for start in range(0, len(row), _ACROSS)]
        block = Block(cells=grid)
    write_contact_sheets([block], path, title=title)


def _middle(card: ShotCard) -> Cell:
    if not card.frames:
        return Cell(picture=None, caption=card.id)
    time, picture = card.frames[len(card.frames) // 2]
    return Cell(picture=picture, caption=f"{card.id} {time}")
