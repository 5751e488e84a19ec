"""docs/variations.md: every command on the page against the output that it shows."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Project

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "variations.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^```console\n\$ (.*?)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.slow
@pytest.mark.timeout(600)  # it renders with the real weights
def test_the_page_shows_what_really_comes_out(project: Project) -> None:
    (project.folder / "storyboards").mkdir()
    shutil.copy(ROOT / "storyboards" / "rain.yaml", project.folder / "storyboards")
    for command, shown in COMMANDS:
        result = project.storyboard(*shlex.split(command)[1:])
        assert result.code == 0, result.err
        told = "" if "rendered in" in result.err else result.err
        assert told + result.out == shown
    assert len(COMMANDS) == 4
    root = project.folder / "out"
    listed = re.findall(r"^    (?:    )?(out/.*|contact.*|weather.*)$", PAGE, re.MULTILINE)
    files = {str(path.relative_to(root / "rain-over-the-river/vary")) for path in root.rglob("*.*")}
    assert files == set(listed[1:])
