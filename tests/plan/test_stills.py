"""A still is the film's keyframe, or one more from other noise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from animegen.packs.weights import Weights
from animegen.plan.compile import compile_film
from animegen.plan.stills import compile_stills
from animegen.storyboard.read import read_storyboard

if TYPE_CHECKING:
    from animegen.plan.graph import Plan
    from tests.conftest import Project

FILM = """
    version: 1
    title: Stills
    pack: smoke
    quality: high
    shots:
      - {id: one, duration: 3s, prompt: {0s: rain, 2s: sun}}
      - {id: two, duration: 3s, prompt: "sea", seed: 5}
    """


@pytest.fixture
def film(project: Project) -> Project:
    project.write(FILM)
    return project


def stills(film: Project, shot: str, count: int = 3, **options: Any) -> Plan:
    reading = read_storyboard(film.folder / "film.yaml")
    weights = Weights.of(reading.pack, reading.project, cache=film.folder / "memory.json")
    return compile_stills(reading, weights, dtype="float32", shot=shot, count=count, **options)


@pytest.mark.parametrize("shot", ["one", "two"])
def test_the_first_has_the_keyframes_key_and_no_two_are_alike(film: Project, shot: str) -> None:
    plan = stills(film, shot)
    assert plan.targets == (f"{shot}/still-1", f"{shot}/still-2", f"{shot}/still-3")
    reading = read_storyboard(film.folder / "film.yaml")
    weights = Weights.of(reading.pack, reading.project, cache=film.folder / "memory.json")
    keyframe = compile_film(reading, weights).plan.nodes[f"{shot}/keyframe"]
    keys = [plan.nodes[target].key for target in plan.targets]
    assert keys[0] == keyframe.key
    assert len(set(keys)) == 3


def test_more_of_them_change_none_that_were_there(film: Project) -> None:
    few, many = stills(film, "one", 2), stills(film, "one", 5)
    assert [few.nodes[node].key for node in few.targets] == [
        many.nodes[node].key for node in many.targets[:2]
    ]


def test_a_size_changes_nothing_but_the_size(film: Project) -> None:
    own, large = stills(film, "two", 1), stills(film, "two", 1, size=(256, 192))
    (a,), (b,) = own.nodes.values(), large.nodes.values()
    changed = {name for name, value in a.record.fields.items() if b.record.fields[name] != value}
    assert changed == {"width", "height"}
