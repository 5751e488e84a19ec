"""Lays beside a finished film what tells about it: report.html, contact-sheet.png, quality.json.

The film is finished by then: nothing that goes wrong here fails the render, but it is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import typer

from animegen.errors import AnimegenError, Interrupted
from animegen.units import timecode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from animegen.cli.measuring import Run
    from animegen.cli.session import Session
    from animegen.plan.figures import CutFigures, ShotQuality
    from animegen.plan.timeline import ShotTiming
    from animegen.report.film_shots import Film
    from animegen.storyboard.reading import Reading

Frames = dict[str, list[tuple[str, "Path"]]]
_MOMENTS = 4


@dataclass(frozen=True, kw_only=True)
class Leaving:
    """A film that was delivered."""

    reading: Reading
    session: Session
    run: Run
    film: Path
    rendered: frozenset[str]
    """Keys of what was made for it just now."""

    def beside(self, name: str, ending: str) -> Path:
        """Return where a file goes: `film.slate.mp4` has `report.slate.html`."""
        part = self.film.name.removeprefix("film").removesuffix(".mp4")
        return self.film.with_name(f"{name}{part}{ending}")


def write_report(leaving: Leaving) -> None:
    """Measure the shots; write the figures, the contact sheet and the report; say what is not.

    A report that tells of this very film stays: it says what was made when the film was.

    Raises:
        Interrupted: when the user asked to stop.
    """
    if not _is_told(leaving):
        _try("nothing is measured", lambda: _write(leaving))


def _is_told(leaving: Leaving) -> bool:
    """Whether nothing was made, and the report is newer than all that it tells of."""
    report, reading = leaving.beside("report", ".html"), leaving.reading
    told = (leaving.film, reading.document.source.path, reading.lock.path)
    if leaving.rendered or not report.is_file():
        return False
    written = report.stat().st_mtime_ns
    return all(path.stat().st_mtime_ns <= written for path in told if path.is_file())


def _try(what: str, work: Callable[[], None]) -> None:
    try:
        work()
    except Interrupted:
        raise
    except AnimegenError as error:
        typer.echo(f"note: {what}: {error}", err=True)
    except Exception as error:  # noqa: BLE001 - the film is there, and stays there
        typer.echo(f"note: {what}: {type(error).__name__}: {error}", err=True)


def _write(leaving: Leaving) -> None:
    from animegen.cli.measuring import measure_shots

    qualities: dict[str, ShotQuality] = {}

    def measure() -> None:
        found, lost = measure_shots(leaving.session, leaving.run)
        qualities.update(found)
        if lost:
            said = f"{', '.join(lost)}: not measured, for the frames are not in the store any more"
            typer.echo(f"note: {said}", err=True)
        if found:
            _write_figures(leaving, found)

    _try("the shots are not measured", measure)
    _try("there is no report", lambda: _write_pages(leaving, qualities))


def _write_figures(leaving: Leaving, qualities: Mapping[str, ShotQuality]) -> None:
    from animegen.report.quality_json import write_quality

    reading = leaving.reading
    write_quality(
        leaving.beside("quality", ".json"),
        title=reading.storyboard.title,
        compared_by="the pack's embedder" if reading.pack.embedder else "colours and edges",
        shots=qualities,
        cuts=_cuts(leaving, qualities),
        takes={shot: reading.lock.take(shot) for shot in qualities},
    )


def _cuts(leaving: Leaving, qualities: Mapping[str, ShotQuality]) -> dict[str, CutFigures]:
    from animegen.plan.figures import cut_figures

    shots = {shot.id: shot for shot in leaving.reading.storyboard.shots}
    return {
        into: cut_figures((shots[out], qualities[out]), (shots[into], qualities[into]))
        for out, into in pairwise(leaving.session.compiled.selection)
        if out in qualities and into in qualities
    }


def _write_pages(leaving: Leaving, qualities: Mapping[str, ShotQuality]) -> None:
    from animegen.plan.ingredients import weights_in
    from animegen.report.film_page import Beside, write_film_page
    from animegen.report.film_sheet import write_film_sheet
    from animegen.report.film_shots import Film, shot_cards

    session = leaving.session
    plan, store = session.compiled.plan, session.store
    found = {node.id: store.find(node.key) for node in plan.nodes.values()}
    film = Film(
        reading=leaving.reading,
        compiled=session.compiled,
        artifacts={node: artifact for node, artifact in found.items() if artifact},
        rendered=leaving.rendered,
        qualities=qualities,
        cuts=_cuts(leaving, qualities),
    )
    with store.workspace() as work:
        frames = _take_frames(film, work)
        entries = {node.key: store.layout.entry(node.key) for node in plan.nodes.values()}
        cards = shot_cards(film, frames, entries)
        sheet = leaving.beside("contact-sheet", ".png")
        write_film_sheet(sheet, film.reading.storyboard.title, cards)
        opening = cards[0].frames
        beside = Beside(
            film=leaving.film,
            sheet=sheet,
            quality=leaving.beside("quality", ".json"),
            poster=opening[len(opening) // 2][1] if opening else None,
        )
        weights = weights_in(plan, session.weights)
        write_film_page(leaving.beside("report", ".html"), film, cards, beside, weights)


def _take_frames(film: Film, work: Path) -> Frames:
    """Take pictures out of the clips, as they look in the film; none where a clip is gone."""
    from animegen.report.embedding import WIDEST
    from animegen.video.still import write_thumbnails

    frames: Frames = {}
    rate = film.compiled.timeline.clocks.rate
    for timing in film.compiled.timeline.shots:
        clip = film.artifacts.get(f"{timing.id}/clip")
        if clip is None or timing.id not in film.compiled.selection:
            continue
        pictures = {moment: work / f"{timing.id}-{moment}.bmp" for moment in _moments(timing)}
        wanted = {timing.before + moment: picture for moment, picture in pictures.items()}
        write_thumbnails(clip.path("clip.mkv"), wanted, WIDEST)
        frames[timing.id] = [
            (timecode((timing.cut + moment) / rate), picture)
            for moment, picture in pictures.items()
        ]
    return frames


def _moments(timing: ShotTiming) -> list[int]:
    """Return frames that are spread over a shot, none at its ends, where transitions are."""
    spread = {(2 * i + 1) * timing.frames // (2 * _MOMENTS) for i in range(_MOMENTS)}
    return sorted(min(moment, timing.frames - 1) for moment in spread)
