"""The README's tour, run as a newcomer would: every command, against the output it shows."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Project

README = Path(__file__).parent.parent / "README.md"


def tour() -> list[tuple[str, str]]:
    """Return every command of the README's console blocks with the output shown below it."""
    text = README.read_text(encoding="utf-8")
    steps: list[tuple[str, str]] = []
    for block in re.findall(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, shown = part.partition("\n")
            steps.append((command.split("  #")[0].strip(), shown))
    return steps


def test_it_opens_with_the_two_commands_that_do_everything() -> None:
    assert [command for command, _ in tour()[:2]] == ["make demo", "make test"]


@pytest.mark.slow
@pytest.mark.timeout(900)  # it renders with the real weights
def test_the_tour_shows_what_really_comes_out(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    ran = 0
    for command, shown in tour():
        program, *arguments = shlex.split(command)
        if program == "make":
            continue
        if program == "sed":
            substitute(project, arguments)
            continue
        result = project.storyboard(*arguments)
        assert (result.code, trimmed(result.out)) == (
            3 if "2 errors" in shown else 0,
            trimmed(shown),
        )
        ran += 1
    assert ran >= 8


def substitute(project: Project, arguments: list[str]) -> None:
    """Do what the tour's `sed -i 's/old/new/; ...' FILE` does."""
    flag, script, name = arguments
    assert flag == "-i"
    for old, new in re.findall(r"s/([^/]*)/([^/]*)/", script):
        project.edit(old, new, name)


def trimmed(text: str) -> list[str]:
    """Return the lines without the estimate, which is another on every machine."""
    text = re.sub(r"^\n?estimate: .*\n(?:  .*\n)*", "", text, flags=re.MULTILINE)
    return [line.rstrip() for line in text.rstrip().splitlines()]
