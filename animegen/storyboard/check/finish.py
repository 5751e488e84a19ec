"""What joins the shots: lines within their shots, a soundtrack and a font that can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from animegen.storyboard.check.files import FileRefused
from animegen.storyboard.check.findings import At
from animegen.storyboard.lines import place_lines
from animegen.units import decimal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from animegen.storyboard.check.files import ProjectFiles
    from animegen.storyboard.check.findings import Findings
    from animegen.storyboard.model import Shot, Storyboard
    from animegen.storyboard.place import Where
    from animegen.units import Rate


def check_finish(storyboard: Storyboard, files: ProjectFiles, findings: Findings) -> None:
    """Report SB405 (lines), SB607 (soundtrack), SB608 (font), and files that are not there."""
    for index, shot in enumerate(storyboard.shots):
        _check_lines(shot, index, storyboard.frame.fps, findings)
    if storyboard.soundtrack:
        sound = _find(storyboard.soundtrack.file, ("soundtrack", "file"), files, findings)
        if sound:
            _check_sound(sound, findings)
    if storyboard.font:
        font = _find(storyboard.font, ("font",), files, findings)
        if font:
            _check_font(font, storyboard, findings)


def _find(text: str, where: Where, files: ProjectFiles, findings: Findings) -> Path | None:
    try:
        return files.project / files.find(text)
    except FileRefused as refused:
        findings.add(refused.code, refused.message, At(where), refused.remedy)
        return None


def _check_lines(shot: Shot, index: int, fps: Rate, findings: Findings) -> None:
    duration = shot.duration.seconds(fps)
    for number, spoken in enumerate(place_lines(shot, fps)):
        if spoken.start < duration:
            continue
        where = ("shots", index, "dialogue", number)
        timed = spoken.line.at is not None
        findings.add(
            "SB405",
            f"this line begins at {decimal(spoken.start)}s, but shot `{shot.id}` ends at "
            f"{decimal(duration)}s",
            At((*where, "at" if timed else "text")),
            "times count from the shot's own start"
            if timed
            else "say when the lines begin with `at`, or how long they last with `lasts`",
        )


def _check_sound(path: Path, findings: Findings) -> None:
    from animegen.video.sound import SoundRefused, require_sound

    try:
        require_sound(path)
    except SoundRefused as refused:
        findings.add(
            "SB607",
            f"`{path.name}` cannot be the soundtrack: {refused}",
            At(("soundtrack", "file")),
            "name a file that holds sound alone, such as .wav, .flac, .mp3 or .ogg",
        )


def _check_font(path: Path, storyboard: Storyboard, findings: Findings) -> None:
    from animegen.video.lettering import missing_letters

    try:
        for where, text in _drawn(storyboard):
            missing = missing_letters(text, path)
            if missing:
                findings.add(
                    "SB608",
                    f"the font `{path.name}` has no {' '.join(missing)}",
                    At(where),
                    "name a font that has all letters of the titles and captions",
                )
    except OSError:
        findings.add(
            "SB608",
            f"`{path.name}` is no font",
            At(("font",)),
            "name a .ttf, .otf or .ttc file",
        )


def _drawn(storyboard: Storyboard) -> Iterator[tuple[Where, str]]:
    """Yield every text that is drawn with the font; an empty one, so that the font is opened."""
    yield ("font",), ""
    for index, card in enumerate(storyboard.titles):
        yield ("titles", index, "text"), card.text
    if storyboard.captions == "picture":
        for index, shot in enumerate(storyboard.shots):
            if shot.caption:
                yield ("shots", index, "caption"), shot.caption
