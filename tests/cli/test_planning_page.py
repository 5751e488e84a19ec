"""docs/planning.md, run as a reader would: its storyboard, its commands and what they print."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from animegen.storyboard.codes import CODES

if TYPE_CHECKING:
    from tests.conftest import Project

PAGE = (Path(__file__).parents[2] / "docs/planning.md").read_text(encoding="utf-8")
(FILM,) = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
STEPS = [
    part.partition("\n")[::2]
    for block in re.findall(r"^```console\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
]


def trimmed(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip().splitlines()]


def test_the_page_shows_what_really_comes_out(project: Project) -> None:
    project.write(FILM)
    for command, shown in STEPS:
        program, *arguments = shlex.split(command)
        assert program == "storyboard"
        result = project.storyboard(*arguments)
        wanted = 1 if "--lint" in arguments else 0
        assert (result.code, trimmed(result.out)) == (wanted, trimmed(shown))
    assert len(STEPS) == 3


def test_every_code_of_the_page_exists_and_all_advice_is_on_it() -> None:
    told = set(re.findall(r"SB\d{3}", PAGE))
    assert told <= set(CODES)
    assert {code for code in CODES if code.startswith("SB72")} <= told
