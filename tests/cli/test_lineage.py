"""The lineage is the film's: what else a plan makes is no part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from films import THREE_SHOTS

from animegen.plan.graph import PlanBuilder
from animegen.proof.document import parse
from animegen.proof.lineage import ancestry
from animegen.steps.slate import Slate

if TYPE_CHECKING:
    from tests.conftest import Project


def slate(shot: str) -> Slate:
    return Slate(
        shot=shot, prompt="", details=(), width=16, height=16, frames=1, head=0, screen=1, fps="8"
    )


def test_a_plan_with_more_targets_than_the_film() -> None:
    builder = PlanBuilder()
    builder.add("a", slate("a"))
    builder.add("b", slate("b"))
    builder.add("film", slate("film"), {"clip-00000": "a"})
    builder.add("quality", slate("quality"), {"clip-00000": "b"})
    found = ancestry(builder.build(["film", "quality"]))
    assert (list(found.nodes), found.targets) == (["a", "film"], ("film",))


def test_what_the_store_dropped_is_taken_from_the_provenance_before(project: Project) -> None:
    project.write(THREE_SHOTS)
    project.storyboard("render", "--slate")
    path = project.folder / "out/three-shots/film.slate.provenance.json"
    before, film = path.read_bytes(), path.with_name("film.slate.mp4").read_bytes()
    proof, _ = parse(before)
    for name in ("one/slate", "two/clip"):
        key = proof.nodes[name].key
        (project.folder / ".storyboard/entries" / key[:2] / f"{key}.json").unlink()
    again = project.storyboard("render", "--slate")
    assert again.err == "nothing to render: everything is in the store\n"
    assert path.read_bytes() == before
    assert path.with_name("film.slate.mp4").read_bytes() == film


def test_a_title_changes_the_provenance_and_not_the_film(project: Project) -> None:
    project.write(THREE_SHOTS)
    project.storyboard("render", "--slate", "-o", "out")
    film = (project.folder / "out/film.slate.mp4").read_bytes()
    before = (project.folder / "out/film.slate.provenance.json").read_bytes()
    project.edit("title: Three shots", "title: Another")
    project.storyboard("render", "--slate", "-o", "out")
    assert (project.folder / "out/film.slate.mp4").read_bytes() == film
    assert (project.folder / "out/film.slate.provenance.json").read_bytes() != before
