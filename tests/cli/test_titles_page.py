"""What docs/titles-and-sound.md shows is what the command prints and writes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.sounds import write_tone

if TYPE_CHECKING:
    from tests.conftest import Project

PAGE = (Path(__file__).parents[2] / "docs" / "titles-and-sound.md").read_text(encoding="utf-8")
(STORYBOARD,) = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
CONSOLES = re.findall(r"^```console\n\$ (.*?)\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
SRT, EDL = re.findall(r"^```text\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


@pytest.fixture
def film(project: Project) -> Project:
    project.write(STORYBOARD)
    write_tone(project.folder / "rain.flac", 15)
    return project


@pytest.mark.parametrize(("command", "printed"), CONSOLES)
def test_the_commands_print_what_the_page_shows(film: Project, command: str, printed: str) -> None:
    result = film.storyboard(*command.split()[1:])
    assert result.code == 0, result.err
    shown = "".join(f"{line.rstrip()}\n" for line in result.out.splitlines())
    assert shown.startswith(printed)


def test_the_files_hold_what_the_page_shows(film: Project) -> None:
    film.storyboard("export", "film.yaml", "-o", "out")
    assert (film.folder / "out/film.srt").read_text(encoding="utf-8") == SRT
    assert (film.folder / "out/film.edl").read_text(encoding="ascii") == EDL


def test_the_film_is_as_long_as_the_page_says(film: Project) -> None:
    import av

    film.storyboard("render", "film.yaml", "--slate")
    with av.open(str(film.folder / "out/rain-over-the-river/film.slate.mp4")) as made:
        (pictures,), (sound,) = made.streams.video, made.streams.audio
        rows = [
            f"| video | H.264 | {pictures.time_base} s | {pictures.start_time} "
            f"| {pictures.duration} ({pictures.frames} frames) | 13.5 |",
            f"| audio | AAC | {sound.time_base} s | {sound.start_time} "
            f"| {sound.duration} samples | 13.5 |",
        ]
    assert all(row in PAGE for row in rows)
