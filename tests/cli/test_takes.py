"""`storyboard takes`: takes side by side, rendered once, and the picked one is in the film."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from films import THREE_SHOTS
from PIL import Image

from animegen.store.store import Store
from animegen.video.decode import count_packets

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Project


@pytest.fixture
def film(project: Project) -> Project:
    project.write(THREE_SHOTS)
    return project


def folder(film: Project) -> Path:
    return film.folder / "out/three-shots/takes"


def test_takes_of_one_shot_are_listed_and_laid_out(film: Project) -> None:
    result = film.storyboard("takes", "film.yaml", "two", "-n", "3", "--slate")
    assert result.code == 0
    assert result.out == (
        """\
shot  take                 seed  path
two      1  3026689104279896802  out/three-shots/takes/two@1.slate.png  picked
two      2  3690619909267788690  out/three-shots/takes/two@2.slate.png
two      3  4200267810910767847  out/three-shots/takes/two@3.slate.png
out/three-shots/takes/two.slate.png
"""
    )
    assert [line.split(":")[0] for line in result.err.splitlines()[:3]] == [
        "two@1/slate",
        "two@2/slate",
        "two@3/slate",
    ]
    pictures = {(folder(film) / f"two@{take}.slate.png").read_bytes() for take in (1, 2, 3)}
    assert len(pictures) == 3
    with Image.open(folder(film) / "two.slate.png") as sheet:
        assert sheet.width > 3 * 256


def test_the_same_takes_again_are_hits(film: Project) -> None:
    first = film.storyboard("takes", "film.yaml", "two", "-n", "2", "--slate")
    again = film.storyboard("takes", "film.yaml", "two", "-n", "2", "--slate")
    assert (again.out, again.err) == (
        first.out,
        "nothing to render: everything is in the store\n",
    )
    more = film.storyboard("takes", "film.yaml", "two", "-n", "4", "--slate")
    assert more.err.splitlines()[-1].startswith("2 rendered, 2 from the store")


def test_the_picked_take_is_rendered_already(film: Project) -> None:
    film.storyboard("takes", "film.yaml", "two", "--until", "clip", "--slate")
    film.storyboard("render", "film.yaml", "--slate")
    film.storyboard("pick", "two", "3")
    result = film.storyboard("render", "film.yaml", "--slate")
    assert [line.split(":")[0] for line in result.err.splitlines()[:-1]] == ["film"]
    takes = film.storyboard("takes", "film.yaml", "two", "--slate").out.splitlines()
    assert [line.endswith("  picked") for line in takes[1:5]] == [False, False, True, False]


def test_whole_shots_are_films_of_their_own(film: Project) -> None:
    result = film.storyboard("takes", "film.yaml", "two", "-n", "2", "--until", "clip", "--slate")
    assert result.out.splitlines()[1].split()[3:] == [
        "out/three-shots/takes/two@1.slate.mp4",
        "picked",
    ]
    assert count_packets(folder(film) / "two@2.slate.mp4") == 24
    with Image.open(folder(film) / "two.slate.png") as sheet:
        assert sheet.height > 2 * 256


def test_a_shot_asks_for_takes_and_the_film_has_one(film: Project) -> None:
    before = film.storyboard("plan", "film.yaml", "--json").out
    film.edit('prompt: "river"', 'prompt: "river"\n    takes: 2')
    film.edit('prompt: "sea"', 'prompt: "sea"\n    takes: 3')
    assert film.storyboard("plan", "film.yaml", "--json").out == before
    result = film.storyboard("takes", "film.yaml", "--slate")
    rows = [line.split()[:2] for line in result.out.splitlines()[1:-2]]
    assert rows == [["two", "1"], ["two", "2"], ["three", "1"], ["three", "2"], ["three", "3"]]
    assert result.out.splitlines()[-2:] == [
        "out/three-shots/takes/two.slate.png",
        "out/three-shots/takes/three.slate.png",
    ]
    only = film.storyboard("takes", "film.yaml", "three", "--slate", "-o", "here")
    assert only.out.splitlines()[-1] == "here/three.slate.png"
    assert len(only.out.splitlines()) == 5
    fewer = film.storyboard("takes", "film.yaml", "-n", "1", "--slate")
    assert len(fewer.out.splitlines()) == 5


def test_the_picked_take_is_shown_wherever_it_is(film: Project) -> None:
    film.storyboard("pick", "two", "7")
    result = film.storyboard("takes", "film.yaml", "two", "-n", "2", "--slate")
    rows = result.out.splitlines()[1:-1]
    assert [row.split()[1] for row in rows] == ["1", "2", "7"]
    assert rows[2].endswith("picked")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            (),
            "error: no shot of this film says `takes:`\n"
            "  help: name one, as in `storyboard takes film.yaml one -n 4`\n",
        ),
        (("tow",), "error: no shot is called `tow`\n  help: did you mean `two`?\n"),
    ],
)
def test_which_takes_must_be_said(film: Project, words: tuple[str, ...], message: str) -> None:
    result = film.storyboard("takes", "film.yaml", *words)
    assert (result.code, result.out, result.err) == (2, "", message)


def test_too_many_takes_are_an_error(film: Project) -> None:
    film.edit('prompt: "river"', 'prompt: "river"\n    takes: 17')
    result = film.storyboard("validate", "film.yaml")
    assert result.code == 3
    assert "error[SB205]: `takes` must be at most 16, not 17" in result.out


@pytest.mark.slow
def test_keyframes_of_a_model(film: Project) -> None:
    result = film.storyboard("takes", "film.yaml", "two", "-n", "2", "--quality", "draft")
    assert result.code == 0
    assert result.out == (
        """\
shot  take                 seed  path
two      1  3026689104279896802  out/three-shots/takes/two@1.png  picked
two      2  3690619909267788690  out/three-shots/takes/two@2.png
out/three-shots/takes/two.png
"""
    )
    kept = Store(film.folder / ".storyboard").entries()
    seeds = {artifact.record.fields["seed"] for artifact in kept}
    assert seeds == {3026689104279896802, 3690619909267788690}
    # Picked, it is the film's keyframe: only what follows it is rendered.
    film.storyboard("pick", "two", "2")
    rendered = film.storyboard("render", "film.yaml", "--only", "two", "--quality", "draft")
    told = [line.split(":")[0] for line in rendered.err.splitlines() if ": rendered in" in line]
    assert told == ["two/segment-000", "two/clip", "film"]
    # And a still of the shot, whose first picture it is.
    still = film.storyboard("still", "film.yaml", "--shot", "two", "-n", "2", "--quality", "draft")
    assert still.err == "nothing to render: everything is in the store\n"
    picture = film.folder / still.out.splitlines()[0]
    assert picture.read_bytes() == (folder(film) / "two@2.png").read_bytes()


@pytest.mark.slow
def test_a_take_that_fails_takes_no_other_along(film: Project) -> None:
    from unittest import mock

    from animegen.errors import RenderFailed
    from animegen.render import keyframe

    real, seen = keyframe.render_keyframe, []

    def sometimes(step, work) -> None:
        seen.append(step.seed)
        if len(seen) == 1:
            raise RenderFailed("it came out black")
        real(step, work)

    with mock.patch.object(keyframe, "render_keyframe", sometimes):
        result = film.storyboard("takes", "film.yaml", "two", "-n", "2", "--quality", "draft")
    assert result.code == 5
    lines = result.out.splitlines()
    assert lines[1] == "two      1  3026689104279896802  failed                           picked"
    assert lines[-1] == "out/three-shots/takes/two.png"
    assert result.err.endswith(
        "error: not every take is there: two@1/keyframe failed\n"
        "  help: what is finished is kept; mend the cause and run the same command again\n"
    )
