"""Lays variations out as grids: one axis down, one across, the others stacked. Draws nothing."""

from __future__ import annotations

from itertools import product
from math import ceil, sqrt
from typing import TYPE_CHECKING

from animegen.report.contact_sheet import Block
from animegen.storyboard.variations import label

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from animegen.report.contact_sheet import Cell
    from animegen.storyboard.variations import Axis, Variation

    Cells = Mapping[tuple[str, ...], Mapping[str, Cell]]
    """By the values of a variation, then by shot."""

_WIDEST = 8
"""Columns of a sheet; more values of a single axis are wrapped."""


def lay_out(
    axes: Sequence[Axis],
    variations: Sequence[Variation],
    shots: Sequence[str],
    cells: Sequence[Mapping[str, Cell]],
) -> list[Block]:
    """Return the blocks of a sheet; `cells` are those of each variation, by shot.

    The first axis of several values goes down and the second across; a block for each value of the
    others, and for each shot. A single axis goes across, and the shots down.
    """
    found: Cells = {
        tuple(variation.settings.values()): by_shot
        for variation, by_shot in zip(variations, cells, strict=True)
    }
    wide = [axis for axis in axes if len(axis.values) > 1]
    if len(wide) > 1:
        return _stacked(axes, wide, shots, found)
    labels = [label(axis.name, value) for axis in wide for value in axis.values]
    if len(labels) <= _WIDEST:
        grid = [[by_shot[shot] for by_shot in cells] for shot in shots]
        return [Block(cells=grid, rows=shots, columns=labels)]
    return [_wrapped(shot, labels, [by_shot[shot] for by_shot in cells]) for shot in shots]


def heading(title: str, axes: Sequence[Axis]) -> str:
    """Return the sheet's title: the film's, what is varied, and what is not."""
    varied = " by ".join(axis.name for axis in axes if len(axis.values) > 1)
    fixed = ", ".join(label(axis.name, axis.values[0]) for axis in axes if len(axis.values) == 1)
    return ": ".join([title, ", ".join(part for part in (varied, fixed) if part)])


def _stacked(
    axes: Sequence[Axis], wide: Sequence[Axis], shots: Sequence[str], found: Cells
) -> list[Block]:
    down, across, *others = wide
    blocks = []
    for shot, values in product(shots, product(*(axis.values for axis in others))):
        rest = dict(zip((axis.name for axis in others), values, strict=True))

        def cell(row: str, column: str, shot: str = shot, rest: Mapping[str, str] = rest) -> Cell:
            chosen = {**rest, down.name: row, across.name: column}
            return found[tuple(chosen.get(axis.name, axis.values[0]) for axis in axes)][shot]

        blocks.append(
            Block(
                cells=[[cell(row, column) for column in across.values] for row in down.values],
                rows=[label(down.name, value) for value in down.values],
                columns=[label(across.name, value) for value in across.values],
                heading=", ".join([shot, *(label(name, value) for name, value in rest.items())]),
            )
        )
    return blocks


def _wrapped(shot: str, labels: Sequence[str], cells: Sequence[Cell]) -> Block:
    """Break a long row into a square of rows; each picture is then told by its caption."""
    from dataclasses import replace

    columns = min(_WIDEST, ceil(sqrt(len(cells))))
    told = [
        replace(cell, caption=f"{words}: {cell.caption}" if cell.caption else words)
        for words, cell in zip(labels, cells, strict=True)
    ]
    rows = [told[start : start + columns] for start in range(0, len(told), columns)]
    return Block(cells=rows, heading=shot)
