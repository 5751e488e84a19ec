"""Lines, soundtrack and font: what is found before anything is rendered."""

from __future__ import annotations

from pathlib import Path

import PIL
import pytest

from tests.sounds import write_tone

SHOT = "shots:\n  - {id: a, duration: 2s, prompt: x}\n"


def spoken(film, lines: str):
    return film.check(f"shots:\n  - {{id: a, duration: 2s, prompt: x, dialogue: [{lines}]}}\n")


@pytest.mark.parametrize(
    "lines",
    [
        "{text: hi}",
        "{text: hi, at: 1999ms, lasts: 10s}",
        "{text: hi, lasts: 1s}, {text: ho, lasts: 1s}",
    ],
)
def test_lines_that_begin_within_their_shot_are_fine(film, lines: str) -> None:
    assert spoken(film, lines).found == []


def test_a_line_after_its_shot_is_an_error(film) -> None:
    checked = spoken(film, "{text: hi, at: 2s}")
    assert checked.found[0][:2] == ("SB405", "2s")
    assert checked.only.message == "this line begins at 2s, but shot `a` ends at 2s"
    assert checked.only.help == "times count from the shot's own start"


def test_a_line_that_is_pushed_out_of_its_shot_is_an_error(film) -> None:
    checked = spoken(film, "{text: hi, lasts: 2.5s}, {text: ho}")
    assert checked.found[0][:2] == ("SB405", "ho")
    assert checked.only.message == "this line begins at 2.5s, but shot `a` ends at 2s"
    assert checked.only.help == (
        "say when the lines begin with `at`, or how long they last with `lasts`"
    )


def test_a_soundtrack_of_sound_is_fine(film) -> None:
    write_tone(film.folder / "rain.wav", 0.1)
    assert film.check(f"soundtrack: {{file: rain.wav, gain: -3}}\n{SHOT}").found == []


def test_a_soundtrack_that_is_no_sound_is_an_error(film) -> None:
    film.write("rain.wav", "rain")
    checked = film.check(f"soundtrack: {{file: rain.wav}}\n{SHOT}")
    assert checked.found[0][:2] == ("SB607", "rain.wav")
    assert checked.only.message == (
        "`rain.wav` cannot be the soundtrack: it cannot be read as sound "
        "(Invalid data found when processing input)"
    )


def fonts(film, name: str = "font.ttf") -> None:
    """Put a real font into the project: the one that ships with OpenCV or the machine, if any."""
    for folder in (Path("/usr/share/fonts"), Path(PIL.__file__).parent):
        for path in sorted(folder.rglob("DejaVuSans.ttf")):
            (film.folder / name).write_bytes(path.read_bytes())
            return
    pytest.skip("this machine has no DejaVu Sans")


def test_a_font_that_has_all_letters_is_fine(film) -> None:
    fonts(film)
    titles = "titles: [{text: Über, duration: 1s}]\n"
    assert film.check(f"font: font.ttf\n{titles}{SHOT}").found == []


def test_a_font_that_lacks_letters_is_an_error(film) -> None:
    fonts(film)
    titles = 'titles: [{text: "雨 over 雨川", duration: 1s}]\n'
    checked = film.check(f"font: font.ttf\n{titles}{SHOT}")
    assert checked.only.code == "SB608"
    assert checked.only.message == "the font `font.ttf` has no 雨 川"


def test_letters_of_subtitles_are_the_players_matter(film) -> None:
    fonts(film)
    caption = "shots: [{id: a, duration: 2s, prompt: x, caption: 雨}]\n"
    assert [code for code, *_ in film.check(f"font: font.ttf\n{caption}").found] == ["SB608"]
    assert film.check(f"font: font.ttf\ncaptions: subtitles\n{caption}").found == []


def test_what_is_no_font_is_an_error(film) -> None:
    film.write("font.ttf", "letters")
    checked = film.check(f"font: font.ttf\n{SHOT}")
    assert checked.found[0][:2] == ("SB608", "font.ttf")
    assert checked.only.message == "`font.ttf` is no font"


def test_a_font_that_is_not_there_is_an_error(film) -> None:
    assert film.check(f"font: font.ttf\n{SHOT}").found[0][0] == "SB604"
