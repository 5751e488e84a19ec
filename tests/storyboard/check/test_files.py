"""Files that a storyboard names."""

from __future__ import annotations

import pytest

from tests.sounds import write_tone

SHOT = "shots:\n  - {id: a, duration: 2s, prompt: x}\n"


def sound(film, name: str):
    return film.check(f"soundtrack: {{file: '{name}'}}\n{SHOT}")


def test_a_file_of_the_project(film) -> None:
    write_tone(film.folder / "music/rain.flac", 0.1)
    assert sound(film, "music/rain.flac").found == []
    assert sound(film, "./music/rain.flac").found == []


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("rain.flac", "SB604"),
        ("music", "SB604"),
        ("x" * 5_000, "SB604"),
        ("/etc/hostname", "SB603"),
        ("../rain.flac", "SB603"),
        ("music/../../rain.flac", "SB603"),
        ("music/../music/rain.flac", "SB603"),
        ("~/rain.flac", "SB603"),
        ("C:/rain.flac", "SB603"),
        ("C:\\rain.flac", "SB603"),
        ("..\\rain.flac", "SB603"),
        ("link.flac", "SB603"),
        ("loop.flac", "SB603"),
    ],
)
def test_files_that_are_not_there_or_outside(film, name: str, code: str) -> None:
    film.write("music/rain.flac", "")
    outside = film.folder.parent / f"{film.folder.name}-outside.flac"
    outside.write_text("")
    (film.folder / "link.flac").symlink_to(outside)
    (film.folder / "loop.flac").symlink_to("loop.flac")
    ((found, marked, _),) = sound(film, name).found
    assert (found, marked) == (code, f"'{name}'")


def test_a_link_inside_the_project_is_fine(film) -> None:
    write_tone(film.folder / "music/rain.flac", 0.1)
    (film.folder / "link.flac").symlink_to("music/rain.flac")
    assert sound(film, "link.flac").found == []


def test_messages_say_what_to_do(film) -> None:
    checked = sound(film, "../rain.flac")
    assert checked.only.message == "`../rain.flac` leaves the project"
    assert checked.only.help == (
        "copy the file into the project's folder and name it by a relative path"
    )
    checked = sound(film, "rain.flac")
    assert checked.only.message == "there is no file `rain.flac`"
    assert checked.only.help == f"paths start from the project's folder, {film.folder}"
