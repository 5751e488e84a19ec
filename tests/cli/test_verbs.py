"""The small verbs: init, validate, explain, schema, doctor; and how errors leave the program."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from films import THREE_SHOTS

from animegen import __version__

if TYPE_CHECKING:
    from tests.conftest import Project


def test_init_writes_a_storyboard_that_is_valid_as_it_is(project: Project) -> None:
    result = project.storyboard("init")
    assert (result.code, result.out) == (0, "film.yaml\n")
    text = (project.folder / "film.yaml").read_text()
    modeline = text.splitlines()[0]
    assert modeline == "# yaml-language-server: $schema=schemas/storyboard.schema.json"
    schema = json.loads((project.folder / "schemas/storyboard.schema.json").read_text())
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    checked = project.storyboard("validate", "film.yaml", "--strict")
    assert (checked.code, checked.out) == (0, "")
    assert checked.err == "film.yaml is valid: 2 shots\n"


def test_init_overwrites_nothing_unasked(project: Project) -> None:
    project.write("mine: true\n")
    result = project.storyboard("init")
    assert result.code == 2
    assert result.err == "error: film.yaml exists\n  help: choose another name, or pass --force\n"
    assert (project.folder / "film.yaml").read_text() == "mine: true\n"
    assert project.storyboard("init", "--force").code == 0


def test_validate_prints_every_error_and_exits_3(project: Project) -> None:
    project.write(THREE_SHOTS)
    project.edit('duration: 1s\n    prompt: "river"', 'duration: -1s\n    prompt: "river"')
    project.edit("crossfade: 250ms}\n    duration: 1s\n    prompt: \"sea\"",
                 "crosfade: 250ms}\n    duration: 1s\n    prompt: \"sea\"")  # fmt: skip
    result = project.storyboard("validate", "film.yaml", "--output-format", "concise")
    assert result.code == 3
    assert [line.split(" ")[1] for line in result.out.splitlines()[:2]] == [
        "error[SB201]:",
        "error[SB301]:",
    ]
    full = project.storyboard("validate", "film.yaml").out
    assert "did you mean `crossfade`" in full
    assert full.endswith("2 errors\n")


def test_validate_json_is_json_even_without_findings(project: Project) -> None:
    project.write(THREE_SHOTS)
    result = project.storyboard("validate", "film.yaml", "--output-format", "json")
    assert result.code == 0
    assert json.loads(result.out)["diagnostics"] == []


def test_explain_prints_the_long_form_of_a_code(project: Project) -> None:
    result = project.storyboard("explain", "sb201")
    assert result.code == 0
    assert "SB201" in result.out
    assert "duration" in result.out


def test_explain_knows_no_other_codes(project: Project) -> None:
    result = project.storyboard("explain", "SB000")
    assert result.code == 2
    assert result.err.startswith("error: no diagnostic has the code SB000\n")


def test_schema_checks_a_copy(project: Project) -> None:
    text = project.storyboard("schema").out
    copy = project.folder / "copy.json"
    copy.write_text(text)
    assert project.storyboard("schema", "--check", "copy.json").code == 0
    copy.write_text(text + " ")
    result = project.storyboard("schema", "--check", "copy.json")
    assert result.code == 1
    assert result.err == (
        "error: copy.json is not the current schema\n  help: run: storyboard schema > copy.json\n"
    )


@pytest.mark.slow
def test_doctor_finds_this_machine_complete(project: Project) -> None:
    result = project.storyboard("doctor")
    assert result.code == 0
    assert "torch" in result.out
    assert "codec libx264" in result.out
    assert "pack smoke" in result.out


def test_version_and_help(project: Project) -> None:
    assert project.storyboard("--version").out == f"storyboard {__version__}\n"
    result = project.storyboard("render", "--help")
    assert result.code == 0
    assert "--only" in result.out


def test_an_unknown_flag_is_a_usage_error(project: Project) -> None:
    assert project.storyboard("render", "--nonsense").code == 2
