"""Unknown characters, packs and styles; ids used twice."""

from __future__ import annotations

import pytest


def test_unknown_character(film) -> None:
    checked = film.check("""
        characters:
          mina: {looks: "1girl"}
        shots:
          - {id: a, duration: 2s, prompt: x, characters: [mina, mnia]}
        """)
    assert checked.found == [("SB305", "mnia", "there is no character `mnia`")]
    assert checked.only.help == "did you mean `mina`?"


def test_unknown_character_where_there_are_none(film) -> None:
    checked = film.check("shots:\n  - {id: a, duration: 2s, prompt: x, characters: [mina]}\n")
    assert checked.only.help == "there are no characters"


def test_duplicate_ids_show_both_places(film) -> None:
    checked = film.check("""
        shots:
          - {id: roof, duration: 2s, prompt: x}
          - {id: river, duration: 2s, prompt: x}
          - {id: roof, duration: 2s, prompt: y}
        """)
    assert checked.found == [("SB404", "roof", "two shots are called `roof`")]
    ((span, words),) = checked.only.related
    assert (checked.only.span.line, span.line) == (8, 6)
    assert (checked.marked(span), words) == ("roof", "first used here")


def test_unknown_pack(film) -> None:
    checked = film.check("pack: smok\nshots:\n  - {id: a, duration: 2s, prompt: x}\n")
    assert checked.found == [("SB304", "smok", "there is no pack `smok`")]
    assert checked.result.pack is None


@pytest.mark.parametrize(
    ("pack", "code", "message"),
    [
        ("packs/mine.toml", "SB604", "there is no file `packs/mine.toml`"),
        ("../tiny.toml", "SB603", "`../tiny.toml` leaves the project"),
        ("/tmp/tiny.toml", "SB603", "`/tmp/tiny.toml` leaves the project"),
        (
            "sdxl.ckpt",
            "SB602",
            "`sdxl.ckpt` is pickled, and a pickle can run any code when it is read",
        ),
        ("bad.toml", "SB304", "bad.toml is not TOML: Invalid value (at line 1, column 8)"),
        ("half.toml", "SB304", "half.toml: `title`: field required"),
    ],
)
def test_pack_files(film, pack: str, code: str, message: str) -> None:
    film.write("bad.toml", "name = smoke")
    film.write("half.toml", 'name = "half"')
    checked = film.check(f"pack: {pack}\nshots:\n  - {{id: a, duration: 2s, prompt: x}}\n")
    assert checked.found == [(code, pack, message)]


def test_unknown_style(film) -> None:
    checked = film.check("style: {prompt: animr}\nshots:\n  - {id: a, duration: 2s, prompt: x}\n")
    assert checked.found == [("SB307", "animr", "there is no style template `animr`")]
    assert checked.only.help == "did you mean `anime`?"


@pytest.mark.parametrize("name", ["../anime", "a/b", "/etc/passwd", "anime.j2", ".", "", "a b"])
def test_style_names_are_plain_words(film, name: str) -> None:
    checked = film.check(
        f"style: {{prompt: '{name}'}}\nshots:\n  - {{id: a, duration: 2s, prompt: x}}\n"
    )
    ((code, _, message),) = checked.found
    assert (code, message) == ("SB307", f"`{name}` is not the name of a style template")


def test_the_projects_own_style_comes_first(film) -> None:
    film.write("templates/anime.j2", "{% block positive %}mine, {{ prompt }}{% endblock %}")
    shots = "shots:\n  - {id: a, duration: 2s, prompt: x}\n"
    own = film.check(f"style: {{prompt: anime}}\n{shots}")
    assert own.shot.prompts[0].text == "mine, x"
    shipped = film.check(f"style: {{prompt: watercolor}}\n{shots}")
    assert "watercolor" in shipped.shot.prompts[0].text


def test_a_broken_style_is_reported_once_with_its_line(film) -> None:
    film.write("templates/mine.j2", "{% block positive %}\n{{ prompt.x }}{% endblock %}")
    checked = film.check("""
        style: {prompt: mine}
        shots:
          - {id: a, duration: 2s, prompt: x}
          - {id: b, duration: 2s, prompt: x}
        """)
    message = "templates/mine.j2:2:1: attributes are not part of prompt templates"
    assert checked.found == [("SB502", "mine", message)]


def test_a_variable_missing_in_a_style(film) -> None:
    film.write("templates/mine.j2", "{% block positive %}{{ prompt }}, {{ mood }}{% endblock %}")
    checked = film.check("""
        style: {prompt: mine}
        shots:
          - {id: a, duration: 2s, prompt: x, let: {mood: dark}}
          - {id: b, duration: 2s, prompt: x}
        """)
    message = "in the style template `mine`, for shot `b`: `mood` is not defined"
    assert checked.found == [("SB501", "mine", message)]
