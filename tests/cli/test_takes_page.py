"""docs/takes.md, run as a reader would: its storyboard, its commands and what they print."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.conftest import Project

PAGE = (Path(__file__).parents[2] / "docs/takes.md").read_text(encoding="utf-8")
FILM, LOCK = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
STEPS = [
    part.partition("\n")[::2]
    for block in re.findall(r"^```console\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
]


def trimmed(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines()]


def test_the_page_shows_what_really_comes_out(project: Project) -> None:
    project.write(FILM)
    for command, shown in STEPS:
        program, *arguments = shlex.split(command)
        assert program == "storyboard"
        result = project.storyboard(*arguments)
        assert (result.code, trimmed(result.out)) == (0, trimmed(shown))
    assert len(STEPS) == 6


def test_the_lock_of_the_page_can_be_read(project: Project) -> None:
    project.write(FILM)
    project.write(LOCK, "film.lock.yaml")
    assert project.storyboard("validate", "film.yaml", "--strict").out == ""
