"""Writes a film's timeline beside it: for editing programs and as subtitles."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from animegen.cli.session import Session
    from animegen.plan.cut_list import Cut, CutList
    from animegen.storyboard.reading import Reading

KINDS = ("otio", "srt", "edl")
"""The last may be refused."""


def write_timeline_files(
    reading: Reading, cuts: CutList, film: Path, kinds: Sequence[str] = KINDS
) -> Iterator[Path]:
    """Write `film.otio`, `film.edl` and `film.srt` beside a film; yield those that are there then.

    A film without a line has no subtitles: an .srt of before is removed, as players would show it.

    Raises:
        NoSuchList: when an EDL is asked for and has no room for the film.
        StoreFailed: when the disk refuses.
    """
    for kind in kinds:
        path = film.with_suffix(f".{kind}")
        content = _content(kind, reading, cuts, film).encode()
        if content:
            _publish(content, path)
            yield path
        else:
            path.unlink(missing_ok=True)


def deliver_timeline(reading: Reading, session: Session, film: Path) -> None:
    """Write all forms beside a finished film; say so where an EDL has no room for it.

    Clips that were laid there before (`storyboard export --clips`) are those of this film then.
    """
    import typer

    from animegen.cli.clips import clips_folder, deliver_clips
    from animegen.report.edl import NoSuchList

    if clips_folder(film).is_dir():
        deliver_clips(session, film)
    try:
        list(write_timeline_files(reading, session.compiled.cuts, film))
    except NoSuchList as refused:
        typer.echo(f"note: no {film.stem}.edl: {refused.message}", err=True)


def _content(kind: str, reading: Reading, cuts: CutList, film: Path) -> str:
    from animegen.cli.clips import clips_folder
    from animegen.plan.subtitles import subtitles
    from animegen.report.edl import edl_text
    from animegen.report.otio import otio_text
    from animegen.report.srt import srt_text

    title = reading.storyboard.title
    if kind == "edl":
        return edl_text(title, cuts)
    if kind == "srt":
        return srt_text(subtitles(reading.storyboard, cuts), cuts.rate)

    def media(cut: Cut) -> str | None:
        path = clips_folder(film) / f"{cut.id}.mkv"
        return f"{path.parent.name}/{path.name}" if path.is_file() else None

    return otio_text(title, cuts, media=media, sound=_sound(reading, cuts, film.parent))


def _sound(reading: Reading, cuts: CutList, folder: Path) -> tuple[str, int, int] | None:
    """Return the soundtrack's file, seen from `folder`, where it begins and its first frame."""
    from animegen.units import round_to_frame

    track = reading.storyboard.soundtrack
    if track is None or not cuts.whole:
        return None
    fps = reading.storyboard.frame.fps
    at, first = (
        round_to_frame(moment.seconds(fps), cuts.rate) if moment else 0
        for moment in (track.at, track.skip)
    )
    path = os.path.relpath(reading.project / track.file, folder).replace(os.sep, "/")
    return path, at, first


def _publish(content: bytes, path: Path) -> None:
    from animegen.store.failure import store_errors
    from animegen.store.write import make_folder, publish_file

    with store_errors(path, "-o DIR"):
        if path.is_file() and path.read_bytes() == content:
            return
        make_folder(path.parent)
        part = path.with_name(f".{path.name}.{os.urandom(4).hex()}.part")
        try:
            part.write_bytes(content)
            publish_file(part, path)
        finally:
            part.unlink(missing_ok=True)
