"""Every storyboard that ships is valid without a warning and becomes the planned film."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import av
import pytest

if TYPE_CHECKING:
    from tests.conftest import Project

STORYBOARDS = sorted((Path(__file__).parents[2] / "storyboards").glob("*.yaml"))


@pytest.mark.parametrize("path", STORYBOARDS, ids=lambda path: path.stem)
def test_it_is_valid_and_becomes_the_planned_film(project: Project, path: Path) -> None:
    shutil.copy(path, project.folder / "film.yaml")
    checked = project.storyboard("validate", "film.yaml", "--strict")
    assert (checked.code, checked.out) == (0, "")
    plan = json.loads(project.storyboard("plan", "film.yaml", "--slate", "--json").out)
    result = project.storyboard("render", "film.yaml", "--slate", "--quiet")
    assert result.code == 0, result.err
    with av.open(str(project.folder / result.out.strip())) as film:
        frames = list(film.decode(video=0))
        assert [frames[0].width, frames[0].height] == plan["output"]["size"]
        assert str(film.streams.video[0].average_rate) == plan["output"]["fps"]
    assert len(frames) == plan["output"]["frames"]


def test_they_are_here() -> None:
    assert {"festival", "rain", "seasons"} <= {path.stem for path in STORYBOARDS}
