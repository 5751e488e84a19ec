"""`storyboard cache`: what is listed, measured, collected and found damaged."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from films import THREE_SHOTS

from animegen.store.store import Store
from tests.conftest import Project

if TYPE_CHECKING:
    from tests.conftest import Result

FADING = THREE_SHOTS.replace("    let:", "    ending: {fade-out: 250ms}\n    let:")


@pytest.fixture
def rendered(project: Project) -> Project:
    """A project with a film in it, rendered as slates."""
    project.write(THREE_SHOTS)
    assert render(project).code == 0
    return project


def render(project: Project, *options: str) -> Result:
    return project.storyboard("render", "film.yaml", "--slate", "-q", *options)


def store_of(project: Project) -> Store:
    return Store(project.folder / ".storyboard")


def neat(text: str) -> list[str]:
    """Return the lines with one space between words, amounts as N."""
    amount = re.compile(r"\b\d+(\.\d+)? (TB|GB|MB|kB|B|d|h|min|s)\b")
    return [re.sub(r" +", " ", amount.sub("N", line)).strip() for line in text.splitlines()]


def test_ls_names_film_and_node(rendered: Project) -> None:
    result = rendered.storyboard("cache", "ls")
    assert (result.code, result.err) == (0, "")
    lines = [line.split() for line in result.out.splitlines()]
    assert lines[0] == ["artifact", "kind", "size", "age", "seconds", "film", "node"]
    assert [(line[1], line[-3:]) for line in lines[1:-1]] == [
        ("film", ["film.yaml", "slate", "film"]),
        ("clip", ["film.yaml", "slate", "one/clip"]),
        ("slate", ["film.yaml", "slate", "one/slate"]),
        ("clip", ["film.yaml", "slate", "three/clip"]),
        ("slate", ["film.yaml", "slate", "three/slate"]),
        ("clip", ["film.yaml", "slate", "two/clip"]),
        ("slate", ["film.yaml", "slate", "two/slate"]),
    ]
    assert neat(result.out)[-1] == "7 artifacts, N, N of work"


def test_ls_of_one_storyboard_and_for_programs(rendered: Project) -> None:
    rendered.write(THREE_SHOTS.replace("river", "lake"), "other.yaml")
    rendered.storyboard("render", "other.yaml", "--slate", "-q")
    own = json.loads(rendered.storyboard("cache", "ls", "other.yaml", "--json").out)
    assert {row["film"] for row in own} == {"other.yaml slate"}
    everything = json.loads(rendered.storyboard("cache", "ls", "--json").out)
    assert len(everything) == 10
    assert set(everything[0]) == {"key", "kind", "bytes", "written", "seconds", "film", "node"}
    assert {row["key"] for row in everything} == {a.key for a in store_of(rendered).entries()}


def test_ls_where_nothing_was_rendered(project: Project) -> None:
    assert project.storyboard("cache", "ls").out.endswith("0 artifacts, 0 B, 0.0 s of work\n")
    assert project.storyboard("cache", "ls", "--json").out == "[\n\n]\n"
    assert not (project.folder / ".storyboard").exists()


def test_du_counts_what_is_shared_once(rendered: Project) -> None:
    rendered.write(THREE_SHOTS.replace("river", "lake"), "other.yaml")
    rendered.storyboard("render", "other.yaml", "--slate", "-q")
    result = rendered.storyboard("cache", "du")
    lines = neat(result.out)
    assert lines[0] == "kind artifacts size"
    assert sorted(lines[1:4]) == ["clip 4 N", "film 2 N", "slate 4 N"]
    assert sorted(lines[6:9]) == ["film.yaml slate N", "other.yaml slate N", "several films N"]
    assert lines[10:15] == ["besides size", "orphan blobs N", "tmp N", "quarantine N", ""]
    assert lines[15] == "total N"


def test_gc_is_a_dry_run_until_yes(rendered: Project) -> None:
    rendered.write(FADING)
    render(rendered)
    before = sorted(rendered.folder.rglob("*"))
    result = rendered.storyboard("cache", "gc", "--keep", "1", "-v")
    assert (result.code, result.err) == (0, "")
    assert neat(result.out) == [
        "would go artifacts size to make again",
        "no render holds it 1 N N",
        "film.yaml slate film: N, N",
        "",
        "stays artifacts size to make again",
        "the last render of film.yaml slate 7 N N",
        "",
        "besides: 0 orphan blobs, 0 files in quarantine, 0 folders of dead processes, "
        f"{len(list((rendered.folder / '.storyboard/locks').iterdir())) - 2} lock files",
        "nothing was removed: add --yes to do it",
    ]
    assert sorted(rendered.folder.rglob("*")) == before


def test_gc_keeps_the_last_renders_and_what_went_is_rendered_again(rendered: Project) -> None:
    rendered.write(FADING)
    render(rendered)
    result = rendered.storyboard("cache", "gc", "--yes")
    assert "removed 0 artifacts, 0 blobs (0 B)" in result.out
    result = rendered.storyboard("cache", "gc", "--keep", "1", "--yes")
    assert re.search(r"removed 1 artifact, 1 blob \(\d+ kB\)", result.out)
    assert "nothing to render" in rendered.storyboard("render", "--slate").err
    rendered.write(THREE_SHOTS)
    assert "1 rendered, 3 from the store" in rendered.storyboard("render", "--slate").err


def test_gc_keeps_the_plan_of_a_storyboard_that_is_named(rendered: Project) -> None:
    rendered.write(THREE_SHOTS, "other.yaml")
    (rendered.folder / "film.yaml").unlink()
    forget = ("--forget", "film.yaml slate")
    result = rendered.storyboard("cache", "gc", "other.yaml", *forget, "--yes")
    assert neat(result.out)[2:4] == [
        "stays artifacts size to make again",
        "the plan of other.yaml 7 N N",
    ]
    result = rendered.storyboard("cache", "gc", "--yes")
    assert neat(result.out)[1] == "no render holds it 7 N N"
    assert list(store_of(rendered).entries()) == []


def test_gc_by_age_and_size(rendered: Project) -> None:
    forget = ("--forget", "film.yaml slate")
    old = rendered.storyboard("cache", "gc", *forget, "--older-than", "30d")
    assert neat(old.out)[:4] == [
        "would go: nothing",
        "",
        "stays artifacts size to make again",
        "newer than the limit 7 N N",
    ]
    large = rendered.storyboard("cache", "gc", *forget, "--max-size", "20GB")
    assert neat(large.out)[3] == "there is room 7 N N"
    small = rendered.storyboard("cache", "gc", *forget, "--max-size", "1kB")
    assert neat(small.out)[1] == "the store is too large 7 N N"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["--older-than", "soon"],
            "error: 'soon' is not an age\n  help: write 30d, 12h, 90min or 2w\n",
        ),
        (
            ["--max-size", "much"],
            "error: 'much' is not a size\n  help: write 20GB, 500MB or 4GiB\n",
        ),
        (
            ["--forget", "rain.yaml"],
            "error: --forget rain.yaml: the store knows no such film\n"
            "  help: it knows film.yaml slate\n",
        ),
    ],
)
def test_gc_refuses_what_it_does_not_understand(rendered: Project, words, message) -> None:
    result = rendered.storyboard("cache", "gc", *words)
    assert (result.code, result.out, result.err) == (2, "", message)


def test_verify_finds_damage_by_film_and_node_and_a_render_mends_it(rendered: Project) -> None:
    whole = rendered.storyboard("cache", "verify")
    assert (whole.code, whole.err) == (0, "")
    assert neat(whole.out) == ["7 artifacts, 7 blobs, N in N: all as they were written"]
    (clip,) = [
        row
        for row in json.loads(rendered.storyboard("cache", "ls", "--json").out)
        if row["node"] == "two/clip"
    ]
    artifact = store_of(rendered).find(clip["key"])
    assert artifact is not None
    path = artifact.path("clip.mkv")
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1] + b"\0")
    damaged = rendered.storyboard("cache", "verify")
    assert damaged.code == 1
    assert neat(damaged.out) == [
        "film.yaml slate two/clip: clip.mkv is damaged: its content has changed",
        "7 artifacts, 7 blobs, N in N: 1 artifact to render again",
    ]
    again = rendered.storyboard("render", "--slate", "--force", "-q")
    assert again.code == 0
    assert rendered.storyboard("cache", "verify", "--sample", "50%").code == 0


def test_verify_refuses_a_share_that_is_none(rendered: Project) -> None:
    result = rendered.storyboard("cache", "verify", "--sample", "200%")
    assert (result.code, result.err) == (
        2,
        "error: '200%' is not a share\n  help: write 10% or 0.1\n",
    )


def test_export_and_import_move_a_film_to_another_machine(rendered: Project) -> None:
    result = rendered.storyboard("cache", "export", "film.yaml", "--slate", "-o", "film.tar")
    assert (result.code, result.err) == (0, "")
    assert neat(result.out) == ["film.tar: 7 of 7 artifacts, N"]
    other = Project(rendered.folder / "elsewhere")
    other.write(THREE_SHOTS)
    (rendered.folder / "film.tar").rename(other.folder / "film.tar")
    for new, known in ((7, 0), (0, 7)):
        result = other.storyboard("cache", "import", "film.tar", "--store", ".storyboard")
        assert (result.code, result.err) == (0, "")
        assert result.out == f"film.yaml slate: {new} artifacts imported, {known} here already\n"
    assert "removed 0 artifacts" in other.storyboard("cache", "gc", "--yes").out
    result = other.storyboard("render", "--slate")
    assert (result.code, result.err) == (0, "nothing to render: everything is in the store\n")
    film = "out/three-shots/film.slate.mp4"
    assert (other.folder / film).read_bytes() == (rendered.folder / film).read_bytes()


def test_export_of_the_last_render_whatever_the_storyboard_says_now(rendered: Project) -> None:
    rendered.write("nonsense")
    result = rendered.storyboard(
        "cache", "export", "film.yaml", "--slate", "--last", "-o", "film.tar"
    )
    assert neat(result.out) == ["film.tar: 7 of 7 artifacts, N"]
    result = rendered.storyboard("cache", "export", "film.yaml", "--last", "-o", "film.tar")
    assert (result.code, result.err) == (
        2,
        "error: no complete render of film.yaml is remembered\n  help: leave --last out\n",
    )


def test_an_import_that_cannot_be_says_why(rendered: Project) -> None:
    rendered.write("x" * 2000, "film.tar")
    result = rendered.storyboard("cache", "import", "film.tar")
    assert (result.code, result.out, result.err) == (
        1,
        "",
        "error: film.tar is no bundle of artifacts\n"
        "  help: make one with `storyboard cache export FILE -o film.animegen.tar`\n",
    )
