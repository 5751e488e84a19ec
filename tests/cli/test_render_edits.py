"""Rows of the edit matrix, really rendered: the engine runs what the plan says, no more."""

from __future__ import annotations

import json
import shutil
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import pytest
from edit_film import LORAS, write_film
from edit_rows import DELIVERY, ROWS, reorder
from scratch_project import Project

from animegen.packs.generated import made

if TYPE_CHECKING:
    from pathlib import Path

    from edit_rows import Row

SLATES = {
    "a comment": "",
    "the title": "",
    "output fps": DELIVERY,
    "a crossfade shorter": "film",
    "another kind of transition": "film",
    "two shots swapped": "film",
    "a shot inserted in the middle": "bridge/* film",
    "a shot deleted": "film",
    "a shot renamed": "lane/* film",
    "the prompt of one shot": "sky/* film",
    "a shared variable": "street/* walk/* film",
    "the film's seed": "",
    "a shot longer by one frame": "street/* film",
    "an edit undone": "",
}
"""What slates render again; they know no seed, no LoRA and no model."""
DRAWN = (
    "the later text of a travelling prompt",
    "a LoRA's file has other content",
    "a control map's weight",
    "the camera",
    "the ending longer",
    "a LoRA's file renamed",
    "an edit undone",
)


def named(name: str) -> Row:
    (row,) = (row for row in ROWS if row.name == name)
    return row


def expand(patterns: str, nodes: list[str]) -> set[str]:
    return {node for node in nodes for each in patterns.split() if fnmatchcase(node, each)}


def edit_and_render(
    base: Project, folder: Path, row: Row, *flags: str
) -> tuple[set[str], list[str]]:
    """Edit a copy of a rendered project; return what renders again, and all nodes."""
    shutil.copytree(base.folder, folder, dirs_exist_ok=True)
    project = Project(folder)
    row.edit(project)
    planned = json.loads(project.storyboard("plan", "film.yaml", "--json", *flags).out)["nodes"]
    result = project.storyboard("render", "film.yaml", *flags)
    assert result.code == 0, result.err
    ran = {line.split(":")[0] for line in result.err.splitlines() if ": rendered in" in line}
    assert ran == {node["id"] for node in planned if node["state"] == "run"}
    assert "nothing to render" in project.storyboard("render", "film.yaml", *flags).err
    return ran, [node["id"] for node in planned]


@pytest.fixture(scope="module")
def slates(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("slates"))
    write_film(project)
    result = project.storyboard("render", "film.yaml", "--slate")
    assert result.code == 0, result.err
    return project


@pytest.mark.parametrize(("name", "runs"), SLATES.items())
def test_edits_of_slates(slates: Project, tmp_path: Path, name: str, runs: str) -> None:
    ran, nodes = edit_and_render(slates, tmp_path, named(name), "--slate")
    assert ran == expand(runs, nodes)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Three of the shots, drawn with random weights in draft quality; the LoRAs are the pack's."""
    project = Project(tmp_path_factory.mktemp("drawn"))
    write_film(project)
    reorder("dance", "river", "sky")(project)
    project.edit("pack: own.toml", "pack: smoke")
    project.edit("output: {width: 128, height: 128, fps: 24}", "output: {fps: 8}")
    for name, file in zip(LORAS, ("pastel-anime-xl", "mina", "aesthetic-anime"), strict=True):
        shutil.copy(made("smoke") / f"loras/{file}.safetensors",
                    project.folder / f"loras/{name}.safetensors")  # fmt: skip
    result = project.storyboard("render", "film.yaml", "--quality", "draft")
    assert result.code == 0, result.err
    return project


@pytest.mark.slow
@pytest.mark.parametrize("name", DRAWN)
def test_edits_of_drawn_frames(drawn: Project, tmp_path: Path, name: str) -> None:
    row = named(name)
    if name == "a LoRA's file has other content":
        other = made("smoke") / "loras/anime-flat-color-xl.safetensors"
        row = type(row)(name, lambda project: _copy(other, project), runs=row.runs)
    ran, nodes = edit_and_render(drawn, tmp_path, row, "--quality", "draft")
    assert ran == expand(row.runs, nodes)


def _copy(file: Path, project: Project) -> None:
    shutil.copy(file, project.folder / "loras/mina.safetensors")
