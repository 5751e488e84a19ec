"""Lays takes where people look at them: a file for each, and a contact sheet for each shot."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from animegen.cli.session import shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from animegen.plan.takes import Take
    from animegen.report.contact_sheet import Cell
    from animegen.report.takes_table import Row
    from animegen.store.artifact import Artifact
    from animegen.store.store import Store

_ACROSS = 4
_MOMENTS = ("first", "middle", "last")
_PICTURE, _FRAMES, _FILM = "keyframe.png", "frames.mkv", "film.mp4"


@dataclass(frozen=True, kw_only=True)
class TakeFile:
    """A take, and the file that shows it; none when it failed."""

    take: Take
    path: Path | None

    def row(self) -> Row:
        """Return the take's line of the table."""
        from animegen.report.takes_table import Row

        return Row(
            shot=self.take.shot,
            take=self.take.number,
            seed=self.take.seed,
            path=shown(self.path) if self.path else "",
            picked=self.take.picked,
        )

    @property
    def caption(self) -> str:
        """What stands below its picture."""
        return f"take {self.take.number}{', picked' if self.take.picked else ''}"


def deliver_takes(
    takes: Sequence[Take],
    artifacts: Mapping[str, Artifact],
    store: Store,
    folder: Path,
    *,
    slate: bool,
) -> list[TakeFile]:
    """Copy every finished take to `folder`: `rooftop@2.png`, or `.mp4` of a whole shot.

    Raises:
        StoreFailed: when the disk refuses.
    """
    return [
        TakeFile(take=take, path=_deliver(take, artifacts.get(take.node), store, folder, slate))
        for take in takes
    ]


def write_sheets(files: Sequence[TakeFile], folder: Path, *, title: str, slate: bool) -> list[Path]:
    """Write a contact sheet for each shot, `rooftop.png`, and return their paths.

    Raises:
        StoreFailed: when the disk refuses.
    """
    from animegen.report.contact_sheet import write_contact_sheet

    sheets = []
    for shot, group in groupby(files, key=lambda one: one.take.shot):
        shots = list(group)
        path = folder / f"{shot}{_mark(slate)}.png"
        heading = f"{title}: {shot}"
        if any(one.path and one.path.suffix == ".mp4" for one in shots):
            with TemporaryDirectory() as scratch:
                cells = [_moments(one, Path(scratch)) for one in shots]
                rows = [one.caption for one in shots]
                write_contact_sheet(cells, path, title=heading, rows=rows, columns=_MOMENTS)
        else:
            row = [_cell(one.path, one.caption) for one in shots]
            grid = [row[start : start + _ACROSS] for start in range(0, len(row), _ACROSS)]
            write_contact_sheet(grid, path, title=heading)
        sheets.append(path)
    return sheets


def _deliver(
    take: Take, artifact: Artifact | None, store: Store, folder: Path, slate: bool
) -> Path | None:
    from animegen.store.deliver import deliver
    from animegen.video.single import write_frame

    if artifact is None:
        return None
    stem = f"{take.shot}@{take.number}{_mark(slate)}"
    for name in (_PICTURE, _FILM):
        if name in artifact.blobs:
            path = folder / f"{stem}{Path(name).suffix}"
            deliver(store, artifact.blobs[name], path)
            return path
    path = folder / f"{stem}.png"
    write_frame(artifact.path(_FRAMES), take.timing.head, path, drawn=True)
    return path


def _moments(file: TakeFile, scratch: Path) -> list[Cell]:
    """Return pictures of a whole shot: its first frame, its middle, its last."""
    from animegen.video.single import write_frame

    if file.path is None:
        return [_cell(None, "")] * len(_MOMENTS)
    frames, cells = file.take.timing.frames, []
    for name, index in zip(_MOMENTS, (0, frames // 2, frames - 1), strict=True):
        picture = scratch / f"{file.take.shot}@{file.take.number}-{name}.png"
        write_frame(file.path, index, picture)
        cells.append(_cell(picture, ""))
    return cells


def _cell(picture: Path | None, caption: str) -> Cell:
    from animegen.report.contact_sheet import Cell

    return Cell(picture=picture, caption=caption)


def _mark(slate: bool) -> str:
    return ".slate" if slate else ""
