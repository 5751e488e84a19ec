"""A take differs from another in its seeds, and in nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from animegen.digest import seed_from
from animegen.packs.weights import Weights
from animegen.plan.compile import compile_film
from animegen.plan.stills import compile_stills
from animegen.plan.takes import compile_takes
from animegen.storyboard.read import read_storyboard

if TYPE_CHECKING:
    from animegen.plan.graph import Plan
    from tests.conftest import Project

FILM = """
    version: 1
    title: Takes
    pack: smoke
    seed: 7
    shots:
      - {id: one, duration: 5s, prompt: rain, control: {from: draft, maps: [canny]}}
      - {id: two, duration: 1s, prompt: sea, seed: 5}
    """


@pytest.fixture
def film(project: Project) -> Project:
    project.write(FILM)
    return project


def reading_of(film: Project, **picked: int) -> Any:
    reading = read_storyboard(film.folder / "film.yaml")
    return replace(reading, lock=replace(reading.lock, takes=picked))


def weights_of(film: Project) -> Weights:
    reading = read_storyboard(film.folder / "film.yaml")
    return Weights.of(reading.pack, reading.project, cache=film.folder / "memory.json")


def plan(film: Project, **picked: int) -> Plan:
    return compile_film(reading_of(film, **picked), weights_of(film)).plan


def seeds(plan: Plan, kind: str) -> set[Any]:
    nodes = plan.nodes.values()
    return {node.record.fields["seed"] for node in nodes if node.step.kind == kind}


def test_the_first_take_is_the_shot_as_it_was(film: Project) -> None:
    found = plan(film)
    assert found.nodes["one/keyframe"].record.fields["seed"] == seed_from(7, "one", "keyframe")
    assert found.nodes["two/keyframe"].record.fields["seed"] == seed_from(5, "keyframe")
    assert {node: n.key for node, n in plan(film, one=1).nodes.items()} == {
        node: n.key for node, n in found.nodes.items()
    }


def test_another_take_has_seeds_of_its_own(film: Project) -> None:
    found = [plan(film, one=take, two=take) for take in range(1, 17)]
    for kind in ("keyframe", "segment"):
        assert len(set.union(*(seeds(each, kind) for each in found))) == 2 * len(found)
    second = plan(film, one=2).nodes
    assert second["one/keyframe"].record.fields["seed"] == seed_from(
        seed_from(7, "one", "keyframe"), 1
    )


def test_nothing_but_seeds_differs(film: Project) -> None:
    before, after = plan(film).nodes, plan(film, one=3).nodes
    assert before.keys() == after.keys()
    for node, was in before.items():
        paths = {change.path for change in was.record.differences(after[node].record)}
        if not node.startswith("one/"):
            assert node == "film" or not paths
        own = {path for path in paths if not path.startswith("inputs.")}
        assert own <= {"fields.seed"}
        drawn = was.step.kind in ("keyframe", "segment")
        assert bool(own) == (drawn and node.startswith("one/"))


@pytest.mark.parametrize("until", ["keyframe", "clip"])
def test_a_take_has_the_keys_that_the_film_would_have(film: Project, until: Any) -> None:
    takes = compile_takes(
        reading_of(film),
        weights_of(film),
        dtype="float32",
        slate=False,
        counts={"one": 3},
        until=until,
    )
    assert [(take.number, take.picked) for take in takes.takes] == [
        (1, True),
        (2, False),
        (3, False),
    ]
    for take in takes.takes:
        film_nodes = plan(film, one=take.number).nodes
        stem = f"one@{take.number}/"
        own = [node for node in takes.plan.nodes if node.startswith(stem)]
        names = [node.removeprefix(stem) for node in own if not node.endswith("/film")]
        wanted = {node.removeprefix("one/") for node in film_nodes if node.startswith("one/")}
        assert set(names) == ({"keyframe"} if until == "keyframe" else wanted)
        for name in names:
            assert takes.plan.nodes[stem + name].key == film_nodes[f"one/{name}"].key
        assert take.seed == film_nodes["one/keyframe"].record.fields["seed"]


def test_the_last_shot_alone_is_the_film_of_it_alone(film: Project) -> None:
    takes = compile_takes(
        reading_of(film),
        weights_of(film),
        dtype="float32",
        slate=True,
        counts={"two": 2},
        until="clip",
    )
    only = compile_film(reading_of(film, two=2), weights_of(film), slate=True, only=["two"])
    assert takes.plan.nodes["two@2/film"].key == only.plan.nodes["film"].key


def test_stills_are_takes_with_the_picked_one_first(film: Project) -> None:
    def keys(**picked: int) -> list[str]:
        reading, weights = reading_of(film, **picked), weights_of(film)
        found = compile_stills(reading, weights, dtype="float32", shot="one", count=4)
        return [found.nodes[target].key for target in found.targets]

    plain = keys()
    assert plain == [plan(film, one=take).nodes["one/keyframe"].key for take in (1, 2, 3, 4)]
    assert keys(one=3) == [plain[2], plain[0], plain[1], plain[3]]
    assert keys(one=9)[1:] == plain[:3]
