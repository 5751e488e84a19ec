"""Lays what was rendered of variations in their folders, and draws the sheet of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from animegen.report.contact_sheet import Cell
from animegen.units import timecode

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from animegen.cli.session import Ground
    from animegen.cli.varying import VariationPlan
    from animegen.plan.aim import Glimpse
    from animegen.store.artifact import Artifact, Blob
    from animegen.storyboard.reading import Reading, ResolvedShot
    from animegen.storyboard.variations import Variation

_SHEET = "contact-sheet"
_VIDEO_OF_CARDS = "frames.mkv"
_FILM = "film.mp4"


@dataclass(frozen=True, kw_only=True)
class Darkroom:
    """Makes the pictures of a sheet from what the run left."""

    varied: VariationPlan
    artifacts: Mapping[str, Artifact]
    ground: Ground
    folder: Path
    slate: bool

    def write_sheets(self, title: str) -> list[Path]:
        """Deliver every variation's files, write the sheet and the page, and return their paths.

        Raises:
            StoreFailed: when the disk refuses.
            RenderFailed: when a stored video is damaged.
        """
        from animegen.report.contact_grid import heading, lay_out
        from animegen.report.contact_page import write_contact_page
        from animegen.report.contact_sheet import write_contact_sheets

        varied = self.varied
        name = f"{_SHEET}.slate" if self.slate else _SHEET
        sheet, page = self.folder / f"{name}.png", self.folder / f"{name}.html"
        with self.ground.store.workspace() as work:
            stills = self._take_stills(work)
            cells = [self._cells(number, stills) for number in range(len(varied.variations))]
            blocks = lay_out(varied.axes, varied.variations, varied.shots, cells)
            write_contact_sheets(blocks, sheet, title=heading(title, varied.axes))
            write_contact_page(blocks, page, title=heading(title, varied.axes))
        return [sheet, page]

    def _artifact(self, number: int, glimpse: Glimpse) -> Artifact | None:
        return self.artifacts.get(self.varied.merged.names[number][glimpse.node])

    def _take_stills(self, work: Path) -> dict[tuple[str, int], Path]:
        """Take the pictures out of the videos, each video read once; by key and frame."""
        from animegen.video.still import write_stills

        stills: dict[tuple[str, int], Path] = {}
        wanted: dict[Path, dict[int, Path]] = defaultdict(dict)
        generated: set[Path] = set()
        for number, aim in enumerate(self.varied.aims):
            for glimpse in aim.glimpses.values():
                artifact = self._artifact(number, glimpse)
                if artifact is None or glimpse.frame is None:
                    continue
                video = artifact.path(glimpse.blob)
                picture = work / f"{artifact.key}-{glimpse.frame}.png"
                stills[artifact.key, glimpse.frame] = picture
                wanted[video][glimpse.frame] = picture
                if glimpse.blob == _VIDEO_OF_CARDS:
                    generated.add(video)
        for video, pictures in wanted.items():
            write_stills(video, pictures, generated=video in generated)
        return stills

    def _cells(self, number: int, stills: Mapping[tuple[str, int], Path]) -> dict[str, Cell]:
        """Deliver one variation's files and return what the sheet shows of them, by shot."""
        variation, reading = self.varied.variations[number], self.varied.readings[number]
        cells = {}
        for shot, glimpse in self.varied.aims[number].glimpses.items():
            artifact = self._artifact(number, glimpse)
            picture = file = None
            if artifact is not None:
                file = self._target(variation, reading, shot, glimpse)
                picture = self._deliver(number, artifact, glimpse, file, stills)
            details = (variation.label, *_words(reading.shots[shot]))
            cells[shot] = Cell(picture=picture, file=file, details=details)
        return cells

    def _deliver(
        self,
        number: int,
        artifact: Artifact,
        glimpse: Glimpse,
        file: Path,
        stills: Mapping[tuple[str, int], Path],
    ) -> Path:
        """Put a glimpse's file where the user looks for it; return its picture."""
        from animegen.store.deliver import deliver
        from animegen.store.failure import store_errors
        from animegen.store.write import make_folder, publish_bytes

        still = None if glimpse.frame is None else stills[artifact.key, glimpse.frame]
        if still is not None and glimpse.blob == _VIDEO_OF_CARDS:
            with store_errors(file, "-o DIR"):
                make_folder(file.parent)
                publish_bytes(still.read_bytes(), file, file.parent)
        elif glimpse.blob == _FILM:
            self._deliver_film(number, artifact.blobs[_FILM], file)
        else:
            deliver(self.ground.store, artifact.blobs[glimpse.blob], file)
        return still or file

    def _deliver_film(self, number: int, blob: Blob, file: Path) -> None:
        """Lay a variation's film down as `render` would, its provenance beside it."""
        from animegen.proof.write import write_film, write_provenance

        plan, store = self.varied.aims[number].plan, self.ground.store
        write_film(plan, store, blob, file)
        reading = self.varied.readings[number]
        write_provenance(reading, plan, self.ground.weights, store, blob, file)

    def _target(self, variation: Variation, reading: Reading, shot: str, glimpse: Glimpse) -> Path:
        from animegen.cli.session import film_path

        folder = self.folder / variation.folder
        name = f"{shot}.slate" if self.slate else shot
        match glimpse.blob:
            case "film.mp4":
                return film_path(reading, self.varied.shots, folder, slate=self.slate)
            case "clip.mkv":
                return folder / "clips" / f"{name}.mkv"
        return folder / "keyframes" / f"{name}.png"


def _words(resolved: ResolvedShot) -> list[str]:
    """Return a shot's prompts as they were filled in, and what became of its choices."""
    several = len(resolved.prompts) > 1
    lines = [
        f"{timecode(prompt.at)} {prompt.own}" if several else prompt.own
        for prompt in resolved.prompts
    ]
    return lines + [f"{text} became {choice}" for text, choice in resolved.choices.items()]
