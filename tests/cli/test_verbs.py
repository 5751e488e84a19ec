"""The small verbs: init, validate, explain, schema, doctor; and how errors leave the program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from films import THREE_SHOTS

from animegen import __version__
from animegen.errors import RenderFailed, StoreFailed

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


def test_init_keeps_somebody_elses_schema(project: Project) -> None:
    schema = project.write('{"mine": true}', "schemas/storyboard.schema.json")
    result = project.storyboard("init")
    assert result.code == 2
    assert result.err.startswith(
        "error: schemas/storyboard.schema.json exists and is not this version's schema\n"
        "  help: renew it with: storyboard schema > schemas/storyboard.schema.json"
    )
    assert schema.read_text() == '{"mine": true}'
    assert not (project.folder / "film.yaml").exists()
    assert project.storyboard("init", "--force").code == 0
    assert "$schema" in schema.read_text()


def test_init_shares_the_schema_of_another_storyboard(project: Project) -> None:
    assert project.storyboard("init", "one.yaml").code == 0
    assert project.storyboard("init", "two.yaml").code == 0


def test_a_path_that_cannot_be_written_is_an_error_without_a_traceback(project: Project) -> None:
    project.write("a file", "f")
    result = project.storyboard("init", "f/film.yaml")
    assert (result.code, result.err) == (1, "error: f/schemas: Not a directory\n")
    (project.folder / "folder").mkdir()
    result = project.storyboard("init", "folder", "--force")
    assert (result.code, result.err) == (1, "error: folder: Is a directory\n")


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
    copy.write_bytes(b"\xff\xfe")
    assert project.storyboard("schema", "--check", "copy.json") == result


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


def test_a_history_that_cannot_be_written_hides_no_error(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object, **__: object) -> None:
        raise RenderFailed("the card is on fire")

    def refusing(*_: object) -> None:
        raise StoreFailed("no space is left")

    project.write(THREE_SHOTS)
    monkeypatch.setattr("animegen.engine.run.run", failing)
    monkeypatch.setattr("animegen.store.history.History.update", refusing)
    result = project.storyboard("render", "film.yaml", "--slate")
    assert (result.code, result.err) == (1, "error: the card is on fire\n")


def piped(project: Project, stdout: int, *arguments: str) -> tuple[int, str]:
    """Run the command in a process of its own, its output buffered as it is in a pipe."""
    program = "from animegen.cli.main import main; main()"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=project.folder,
        env=environment,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


OUTPUTS = [("schema",), ("validate", "film.yaml", "--output-format", "json")]


@pytest.mark.parametrize("arguments", OUTPUTS, ids=lambda arguments: arguments[0])
def test_a_reader_that_has_seen_enough_is_no_traceback(
    project: Project, arguments: tuple[str, ...]
) -> None:
    project.write(THREE_SHOTS)
    reader, writer = os.pipe()
    os.close(reader)
    try:
        assert piped(project, writer, *arguments) == (1, "")
    finally:
        os.close(writer)


@pytest.mark.parametrize("arguments", OUTPUTS, ids=lambda arguments: arguments[0])
def test_output_that_cannot_be_written_is_told_once(
    project: Project, arguments: tuple[str, ...]
) -> None:
    project.write(THREE_SHOTS)
    with Path("/dev/full").open("w") as full:  # every write to it says ENOSPC
        result = piped(project, full.fileno(), *arguments)
    assert result == (1, "error: No space left on device\n")
