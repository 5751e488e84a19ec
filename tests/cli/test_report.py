"""What a finished render leaves beside the film, and that it never costs the film."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING
from unittest import mock

import pytest
from films import THREE_SHOTS
from PIL import Image

from animegen.errors import Interrupted, StoreFailed

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Project

FILES = {"film.mp4", "report.html", "contact-sheet.png", "quality.json"}
SHORT = """
    version: 1
    title: Short
    pack: smoke
    frame: {width: 64, height: 64}
    characters: {mina: {looks: "1girl"}}
    shots:
      - {id: one, duration: 3s, prompt: rain, characters: [mina]}
      - {id: two, duration: 1s, prompt: sea, characters: [mina], transition: {crossfade: 250ms}}
    """


_ALWAYS = (".otio", ".edl", "provenance.json", "credits.md")


def names(folder: Path) -> set[str]:
    """Return what lies there, but for what every film has beside it."""
    return {path.name for path in folder.iterdir() if not path.name.endswith(_ALWAYS)}


@pytest.fixture
def film(project: Project) -> Project:
    project.write(THREE_SHOTS)
    return project


def test_a_film_of_slates_has_a_report_of_its_own(film: Project) -> None:
    result = film.storyboard("render", "--slate")
    assert (result.code, result.out) == (0, "out/three-shots/film.slate.mp4\n")
    folder = film.folder / "out/three-shots"
    assert names(folder) == {"film.slate.mp4", "report.slate.html", "contact-sheet.slate.png"}
    text = (folder / "report.slate.html").read_text(encoding="utf-8")
    assert "<title>Three shots</title>" in text
    assert text.count("<article") == 3
    with Image.open(folder / "contact-sheet.slate.png") as sheet:
        assert sheet.width > sheet.height


def test_a_selection_has_a_report_of_its_own(film: Project) -> None:
    film.storyboard("render", "--slate", "--only", "one,three")
    folder = film.folder / "out/three-shots"
    assert "report.one+three.slate.html" in names(folder)
    text = (folder / "report.one+three.slate.html").read_text(encoding="utf-8")
    assert text.count("<article") == 2


def test_no_report_is_written_when_nobody_wants_one(film: Project) -> None:
    film.storyboard("render", "--slate", "--no-report")
    assert names(film.folder / "out/three-shots") == {"film.slate.mp4"}


@pytest.mark.parametrize("error", [StoreFailed("the disk is full"), KeyError("oh")])
def test_what_goes_wrong_in_the_report_is_said_and_costs_nothing(
    film: Project, error: Exception
) -> None:
    with mock.patch("animegen.report.film_page.write_film_page", side_effect=error):
        result = film.storyboard("render", "--slate")
    assert (result.code, result.out) == (0, "out/three-shots/film.slate.mp4\n")
    said = str(error) if isinstance(error, StoreFailed) else "KeyError: 'oh'"
    assert result.err.splitlines()[-1] == f"note: there is no report: {said}"


def test_who_stops_it_is_heard(film: Project) -> None:
    with mock.patch("animegen.report.film_page.write_film_page", side_effect=Interrupted("stop")):
        assert film.storyboard("render", "--slate").code == 130


@pytest.mark.slow
def test_a_film_is_measured_once(project: Project) -> None:
    project.write(SHORT)
    result = project.storyboard("render")
    assert result.code == 0, result.err
    folder = project.folder / "out/short"
    assert names(folder) == FILES
    assert "measuring 2 shots\n" in result.err
    found = json.loads((folder / "quality.json").read_text(encoding="utf-8"))
    assert (found["version"], found["title"], found["compared_by"]) == (
        1,
        "Short",
        "colours and edges",
    )
    one = found["shots"]["one"]
    assert set(one) == {
        "take", "flicker", "seam", "identity", "background", "sharpness", "black", "flat",
        "frozen", "frames",
    }  # fmt: skip
    assert one["take"] == 1
    assert one["frames"]["borders"] == [14]
    assert [len(curve) for curve in one["frames"].values()] == [24, 24, 24, 24, 1]
    assert found["shots"]["two"]["seam"] is None
    assert set(found["cuts"]) == {"two"}
    assert found["cuts"]["two"]["identity"] > 0

    again = project.storyboard("render")
    assert again.err == "nothing to render: everything is in the store\n"
    plan = project.storyboard("plan", "film.yaml", "--detailed-exitcode")
    assert plan.code == 0


@pytest.mark.slow
def test_a_film_whose_frames_are_gone_is_not_rendered_to_be_measured(project: Project) -> None:
    project.write(SHORT)
    project.storyboard("render", "--no-report")
    shutil.copytree(project.folder / ".storyboard", project.folder / "copy")
    for path in (project.folder / ".storyboard").rglob("*"):
        if path.suffix == ".json" and '"segment"' in path.read_text(encoding="utf-8"):
            path.unlink()
    result = project.storyboard("render")
    assert result.code == 0
    assert result.err.splitlines() == [
        "nothing to render: everything is in the store",
        "note: one, two: not measured, for the frames are not in the store any more",
    ]
    assert names(project.folder / "out/short") == FILES - {"quality.json"}


def test_a_second_run_leaves_the_report_as_it_is(film: Project) -> None:
    film.storyboard("render", "--slate")
    report = film.folder / "out/three-shots/report.slate.html"
    report.write_text("as it was", encoding="utf-8")
    film.storyboard("render", "--slate")
    assert report.read_text(encoding="utf-8") == "as it was"
    film.edit("street, {{ weather }}", "a stormy street")
    film.storyboard("render", "--slate")
    assert "a stormy street" in report.read_text(encoding="utf-8")
