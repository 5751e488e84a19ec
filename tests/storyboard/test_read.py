"""Reading whole storyboards: all errors at once, and what the command line overrides."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest

from animegen.errors import UsageError
from animegen.storyboard.diagnostic import StoryboardErrors
from animegen.storyboard.load import load
from animegen.storyboard.model.guidance import Camera
from animegen.storyboard.read import read_storyboard
from animegen.storyboard.repair import repair

FILM = """\
version: 1
title: Rain
let: {weather: rain}
shots:
  - id: one
    duration: 3s
    quality: high
    prompt: "a girl, {{ weather }}"
  - id: two
    duration: 2s
    transition: {crossfade: 500ms}
    prompt: a bridge
"""


def codes(findings) -> list[tuple[int, str]]:
    return [(finding.span.line, finding.code) for finding in findings]


def test_a_good_storyboard(scratch):
    reading = read_storyboard(scratch.film(FILM).path)
    assert reading.findings == ()
    assert list(reading.shots) == ["one", "two"]
    assert reading.shots["one"].prompts[0].text.count("a girl, rain") == 1
    assert reading.project == Path.cwd()
    assert reading.pack.name == "mini"


def test_structure_names_templates_and_yaml_are_judged_in_one_run(scratch):
    scratch.film(
        """
        version: 1
        titel: Rain
        pack: smokey
        style: {prompt: animee}
        shots:
          - id: Roof Top
            duration: -3s
            prompt: "{{ wether }}"
            characters: [mina]
            seed: 1
            seed: 2
          - id: two
            duration: 3s
            prompt: {{ x }}
            motion: pan-lef
            init_image: a.png
        """
    )
    assert codes(scratch.findings()) == [
        (1, "SB101"),
        (2, "SB102"),
        (3, "SB304"),
        (4, "SB307"),
        (6, "SB106"),
        (7, "SB201"),
        (8, "SB501"),
        (9, "SB305"),
        (11, "SB015"),
        (14, "SB011"),
        (15, "SB302"),
        (16, "SB601"),
    ]


def test_what_is_broken_casts_no_doubt_on_what_refers_to_it(scratch):
    scratch.film(
        """
        version: 1
        title: Rain
        let: {weather: [rain]}
        characters: {mina: {lokks: red hair}}
        shots:
          - id: one
            duration: 3s
            characters: [mina]
            prompt: "{{ mina }} in the {{ weather }}"
        """
    )
    assert codes(scratch.findings()) == [(3, "SB103"), (4, "SB101"), (4, "SB102")]


def test_what_refers_to_a_broken_mapping_is_not_judged(scratch):
    film = FILM.replace("let: {weather: rain}", "let: 3\ncharacters: 3")
    assert codes(scratch.film(film).findings()) == [(3, "SB103"), (4, "SB103")]


def test_times_and_ids_are_not_judged_while_shots_are_broken(scratch):
    film = FILM.replace("id: one", "id: One").replace("id: two", "id: Two")
    film = film.replace("500ms", "9s")
    assert codes(scratch.film(film).findings()) == [(5, "SB106"), (9, "SB106")]


def test_repairing_leaves_the_document_as_it_is(scratch):
    document = load(scratch.film(FILM + "    camera: {zoom: [1], ease: fast}\n").path)
    before = copy.deepcopy(document.data)
    repaired = repair(document.data)
    assert repaired is not None
    assert repaired.shots[1].camera == Camera()
    assert document.data == before


def test_warnings_do_not_stop_a_reading(scratch):
    scratch.film(FILM + "    caption: apartment #12\n")
    reading = read_storyboard(scratch.path)
    assert codes(reading.findings) == [(13, "SB020")]


def test_errors_carry_the_warnings_too(scratch):
    with pytest.raises(StoryboardErrors) as raised:
        read_storyboard(scratch.film(FILM + "    caption: apartment #12\n    sed: 1\n").path)
    assert codes(raised.value.diagnostics) == [(13, "SB020"), (14, "SB102")]
    assert raised.value.message == "film.yaml has 1 error"
    assert raised.value.exit_code == 3


def test_quality_replaces_the_film_s_and_every_shot_s(scratch):
    board = read_storyboard(scratch.film(FILM).path, quality="draft").storyboard
    assert board.quality == "draft"
    assert [shot.quality for shot in board.shots] == ["draft", None]


def test_an_unknown_quality_is_a_usage_error(scratch):
    with pytest.raises(UsageError) as raised:
        read_storyboard(scratch.film(FILM).path, quality="fst")
    assert raised.value.message == "there is no quality fst"
    assert raised.value.remedy == "did you mean `fast`?"


def test_pack_replaces_the_film_s(scratch):
    board = read_storyboard(scratch.film(f"pack: nothing\n{FILM}").path, pack="smoke").storyboard
    assert board.pack == "smoke"


def test_variables_win(scratch):
    reading = read_storyboard(scratch.film(FILM).path, variables={"weather": "snow"})
    assert "snow" in reading.shots["one"].prompts[0].text


def test_a_file_that_cannot_be_read_is_a_usage_error(scratch):
    with pytest.raises(UsageError) as raised:
        read_storyboard(scratch.path)
    assert raised.value.message == "cannot read film.yaml: no such file or directory"
    with pytest.raises(UsageError, match="is a directory"):
        read_storyboard(Path())


def test_reading_imports_nothing_heavy():
    import subprocess
    import sys

    program = (
        "import sys, animegen.storyboard.read; "
        "print([name for name in ('torch', 'numpy', 'networkx', 'av') if name in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout == "[]\n"
