"""A contact sheet: pictures in labelled grids, written as one PNG. Unaware of what they show."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One place of the grid."""

    picture: Path | None
    """An image file; None, or a file that is not there, leaves a marked empty cell."""
    caption: str = ""
    file: Path | None = None
    """What the picture is of, for a page to link to; None for the picture itself."""
    details: tuple[str, ...] = ()
    """What a page has room to tell, a paragraph each."""


@dataclass(frozen=True, kw_only=True)
class Block:
    """One grid of a sheet; a sheet stacks them."""

    cells: Sequence[Sequence[Cell]]
    rows: Sequence[str] = ()
    """A label beside each row; fewer, or none, leave the rest without."""
    columns: Sequence[str] = ()
    """A label above each column."""
    heading: str = ""


def write_contact_sheet(
    cells: Sequence[Sequence[Cell]],
    path: Path,
    *,
    title: str,
    rows: Sequence[str] = (),
    columns: Sequence[str] = (),
    cell_width: int = 256,
) -> None:
    """Write a sheet of one grid as a PNG, whole or not at all.

    Raises:
        StoreFailed: when the disk refuses.
    """
    block = Block(cells=cells, rows=rows, columns=columns)
    write_contact_sheets([block], path, title=title, cell_width=cell_width)


def write_contact_sheets(
    blocks: Sequence[Block], path: Path, *, title: str, cell_width: int = 256
) -> None:
    """Write a sheet of several grids, one below the other; raises as `write_contact_sheet`."""
    from animegen.report.contact_drawing import draw_sheet
    from animegen.store.failure import store_errors
    from animegen.store.write import make_folder, publish_bytes

    content = BytesIO()
    draw_sheet(blocks, title, cell_width).save(content, "PNG")
    with store_errors(path, "-o DIR"):
        make_folder(path.parent)
        publish_bytes(content.getvalue(), path, path.parent)
