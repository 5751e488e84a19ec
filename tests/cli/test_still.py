"""`storyboard still`: pictures of one shot, by the same steps, keys and store as a film's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PIL import Image

from animegen.store.store import Store

if TYPE_CHECKING:
    from tests.conftest import Project, Result

pytestmark = pytest.mark.slow

FILM = """
    version: 1
    title: Two shots
    pack: smoke
    frame: {width: 64, height: 64}
    quality: draft
    style:
      loras: [{use: pastel-anime-xl, weight: 0.8}]
    shots:
      - {id: sea, duration: 1s, prompt: "sea, sunset"}
      - {id: harbour, duration: 1s, prompt: "harbour, night"}
    """


@pytest.fixture
def film(project: Project) -> Project:
    project.write(FILM)
    return project


def still(film: Project, *flags: str) -> Result:
    return film.storyboard("still", "film.yaml", *flags)


def refused(film: Project, *flags: str) -> str:
    """Return what is said to a use that is refused before any work."""
    result = still(film, *flags)
    assert (result.code, result.out) == (2, "")
    assert not (film.folder / ".storyboard").exists()
    return result.err


def test_pictures_are_drawn_once(film: Project) -> None:
    paths = "out/two-shots/stills/sea-1.png\nout/two-shots/stills/sea-2.png\n"
    first = still(film, "--shot", "sea", "-n", "2", "--quality", "draft")
    assert (first.code, first.out) == (0, paths)
    assert [line.split(":")[0] for line in first.err.splitlines()[:2]] == [
        "sea/still-1",
        "sea/still-2",
    ]
    pictures = [(film.folder / path).read_bytes() for path in paths.split()]
    assert pictures[0] != pictures[1]
    again = still(film, "--shot", "sea", "-n", "2", "--quality", "draft")
    assert (again.code, again.out) == (0, paths)
    assert again.err == "nothing to render: everything is in the store\n"
    more = still(film, "--shot", "sea", "-n", "3", "--quality", "draft")
    assert more.out.splitlines()[2:] == ["out/two-shots/stills/sea-3.png"]
    assert more.err.splitlines()[-1].startswith("1 rendered, 2 from the store")


def test_the_first_is_the_films_own_keyframe(film: Project) -> None:
    assert film.storyboard("render", "--only", "sea").code == 0
    result = still(film, "--shot", "sea", "--quality", "draft")
    assert result.err == "nothing to render: everything is in the store\n"
    kept = Store(film.folder / ".storyboard").entries()
    (keyframe,) = [artifact for artifact in kept if artifact.record.kind == "keyframe"]
    picture = film.folder / result.out.strip()
    assert picture.read_bytes() == keyframe.path("keyframe.png").read_bytes()


def test_high_quality_and_a_size_of_its_own(film: Project) -> None:
    result = still(film, "--shot", "sea", "--size", "96x64", "-o", "pictures", "--quiet")
    assert (result.code, result.out, result.err) == (0, "pictures/sea-1.png\n", "")
    with Image.open(film.folder / "pictures/sea-1.png") as picture:
        assert picture.size == (96, 64)
    (artifact,) = Store(film.folder / ".storyboard").entries()
    fields = artifact.record.fields
    assert (fields["width"], fields["height"]) == (96, 64)
    assert fields["sampler"] == {"guidance": 6.0, "scheduler": "dpmpp-2m-karras", "steps": 25}


def test_a_films_only_shot_needs_no_name(film: Project) -> None:
    film.edit('  - {id: harbour, duration: 1s, prompt: "harbour, night"}\n', "")
    result = still(film, "--quality", "draft")
    assert (result.code, result.out) == (0, "out/two-shots/stills/sea-1.png\n")


def test_a_variable_and_a_dtype_count(film: Project) -> None:
    film.edit("sea, sunset", "sea, {{ hour }}")
    film.edit("quality: draft", "quality: draft\nlet: {hour: sunset}")
    flags = ("--shot", "sea", "--quality", "draft")
    one = still(film, *flags)
    picture = film.folder / one.out.strip()
    seen = {picture.read_bytes()}
    for more in (("--set", "hour=dawn"), ("--dtype", "bfloat16")):
        assert still(film, *flags, *more).code == 0
        seen.add(picture.read_bytes())
    assert len(seen) == 3
    kept = Store(film.folder / ".storyboard").entries()
    models = [artifact.record.fields["model"] for artifact in kept]
    assert sorted(model["dtype"] for model in models) == ["bfloat16", "float32", "float32"]


def test_one_of_several_shots_must_be_named(film: Project) -> None:
    assert refused(film) == (
        "error: --shot is missing: this film has several\n  help: the shots are sea, harbour\n"
    )
    assert refused(film, "--shot", "see") == (
        "error: no shot is called `see`\n  help: did you mean `sea`?\n"
    )


@pytest.mark.parametrize(
    ("size", "message"),
    [
        ("big", "--size big: not WIDTHxHEIGHT\n  help: write --size 1024x768"),
        (
            "100x64",
            "--size 100x64: pack `smoke` draws multiples of 8\n  help: write --size 96x64",
        ),
        ("0x64", "--size 0x64: pack `smoke` draws multiples of 8\n  help: write --size 8x64"),
        (
            "64x1024",
            "--size 64x1024: pack `smoke` was trained at 128x128 and draws at most 512 pixels "
            "a side\n  help: write --size 64x512",
        ),
    ],
)
def test_a_size_that_the_pack_cannot_draw(film: Project, size: str, message: str) -> None:
    assert refused(film, "--shot", "sea", "--size", size) == f"error: {message}\n"


def test_how_many_is_a_number_from_one(film: Project) -> None:
    assert refused(film, "--shot", "sea", "-n", "0").endswith(
        "Error: Invalid value for '-n' / '--count': Input should be greater than or equal to 1\n"
    )


def test_a_film_that_cannot_be_read_is_told_as_everywhere(film: Project) -> None:
    film.edit("quality: draft", "quality: best")
    result = still(film, "--shot", "sea")
    assert result.code == 3
    assert "error[SB104]" in result.err
