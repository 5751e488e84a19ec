"""Measuring adds nodes to a film's plan and changes none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from animegen.packs.catalog import load_pack, pack_folder
from animegen.packs.weights import Weights
from animegen.plan.compile import compile_film
from animegen.plan.quality import plan_quality
from animegen.plan.rerolls import compile_rerolls
from animegen.storyboard.read import read_storyboard

if TYPE_CHECKING:
    from animegen.plan.graph import Plan
    from tests.conftest import Project

FILM = """
    version: 1
    title: Measured
    pack: smoke
    shots:
      - {id: one, duration: 5s, prompt: rain, control: {from: draft, maps: [canny]}}
      - {id: two, duration: 1s, prompt: sea, transition: {crossfade: 250ms}}
    """


@pytest.fixture
def film(project: Project) -> Project:
    project.write(FILM)
    return project


def reading_of(film: Project) -> Any:
    return read_storyboard(film.folder / "film.yaml")


def weights_of(film: Project) -> Weights:
    reading = reading_of(film)
    return Weights.of(reading.pack, reading.project, cache=film.folder / "memory.json")


def plans(film: Project, **options: Any) -> tuple[Plan, Plan]:
    plan = compile_film(reading_of(film), weights_of(film), **options).plan
    return plan, plan_quality(plan, weights_of(film), ["one", "two"])


def test_every_shot_is_measured_by_its_keyframe_and_frames(film):
    whole, measures = plans(film)
    assert measures.targets == ("one/quality", "two/quality")
    assert measures.nodes["one/quality"].inputs == {
        "keyframe": "one/keyframe",
        "frames-00000": "one/segment-000",
        "frames-00001": "one/segment-001",
        "frames-00002": "one/segment-002",
        "frames-00003": "one/segment-003",
    }
    shared = set(measures.nodes) - {"one/quality", "two/quality"}
    assert {name: measures.nodes[name].key for name in shared} == {
        name: whole.nodes[name].key for name in shared
    }
    assert set(whole.nodes) - shared == {"one/clip", "two/clip", "film"}


def test_how_a_shot_is_cut_and_filmed_is_not_measured_again(film):
    before = plans(film)[1].nodes["two/quality"].key
    film.edit("{crossfade: 250ms}", "{crossfade: 500ms}")
    film.edit("duration: 1s", "duration: 1s, camera: {zoom: [1, 2]}")
    assert plans(film)[1].nodes["two/quality"].key == before
    film.edit("prompt: sea", "prompt: lake")
    assert plans(film)[1].nodes["two/quality"].key != before


def test_checks_are_in_no_key(film):
    before = plans(film)
    film.edit("prompt: sea", 'prompt: sea, checks: {flicker: "< 0.05"}, reroll: 2')
    for old, new in zip(before, plans(film), strict=True):
        assert {n.id: n.key for n in old.nodes.values()} == {
            n.id: n.key for n in new.nodes.values()
        }


def test_slates_are_not_measured(film):
    assert plans(film, slate=True)[1].targets == ()


def test_the_packs_own_embedder_is_in_the_key(film):
    plan = plans(film)[0]
    pack = load_pack("mini", film.folder)
    weights = Weights.of(
        pack, film.folder, cache=film.folder / "m.json", folder=pack_folder("mini", film.folder)
    )
    node = plan_quality(plan, weights, ["two"]).nodes["two/quality"]
    assert node.record.fields == {"embedder": weights.component("embedder")}
    bare = replace(weights, pack=pack.model_copy(update={"embedder": None}))
    assert plan_quality(plan, bare, ["two"]).nodes["two/quality"].record.fields == {
        "embedder": None
    }


def test_a_reroll_is_what_the_film_has_when_that_take_is_picked(film):
    reading, weights = reading_of(film), weights_of(film)
    rolled = compile_rerolls(reading, weights, dtype="float32", takes={"two": 3})
    measures = plan_quality(rolled, weights, ["two@3"])
    picked = replace(reading, lock=replace(reading.lock, takes={"two": 3}))
    plan = compile_film(picked, weights).plan
    film_measures = plan_quality(plan, weights, ["two"])
    assert measures.targets == ("two@3/quality",)
    assert rolled.targets == ("two@3/clip",)
    assert rolled.nodes["two@3/clip"].key == plan.nodes["two/clip"].key
    assert measures.nodes["two@3/quality"].key == film_measures.nodes["two/quality"].key
