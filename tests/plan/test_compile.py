"""What enters a step, and what does not."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from animegen.packs.pack import Component
from animegen.packs.weights import Weights
from animegen.plan.compile import Compiled, compile_film
from animegen.plan.graph import PlanBuilder, essential_edges, to_networkx
from animegen.plan.sizes import output_size
from animegen.steps.clip import Clip
from animegen.steps.slate import Slate
from animegen.storyboard.read import read_storyboard

if TYPE_CHECKING:
    from animegen.storyboard.reading import Reading
    from tests.conftest import Project

FILM = """
    version: 1
    title: Compile me
    pack: smoke
    seed: 7
    let: {weather: rain}
    style: {loras: [{use: pastel-anime-xl, weight: 0.8}]}
    characters: {mina: {looks: "1girl, red hair"}}
    shots:
      - {id: one, duration: 3s, prompt: "{{ mina }}, {{ weather }}"}
      - {id: two, duration: 3s, prompt: "sea"}
    """


def compiled(project: Project, **options: Any) -> Compiled:
    reading = read(project)
    weights = Weights.of(reading.pack, reading.project, cache=project.folder / "memory.json")
    return compile_film(reading, weights, **options)


def read(project: Project) -> Reading:
    return read_storyboard(project.folder / "film.yaml")


def keys(project: Project, **options: Any) -> dict[str, str]:
    return {node.id: node.key for node in compiled(project, **options).plan.nodes.values()}


@pytest.fixture
def film(project: Project) -> Project:
    project.write(FILM)
    return project


ALL = {f"one/{step}" for step in ("keyframe", "segment-000", "segment-001", "clip")}
OF_ONE = ALL | {"film"}
OF_TWO = {node.replace("one/", "two/") for node in ALL} | {"film"}
EVERY = OF_ONE | OF_TWO
SEGMENTS = {"one/segment-000", "one/segment-001", "one/clip", "film"}


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("title: Compile me", "title: Another", set()),
        ("seed: 7", "seed: 8", EVERY),
        ("weather: rain", "weather: snow", OF_ONE),
        ("red hair", "blue hair", OF_ONE),
        ('prompt: "sea"', "prompt: sea", set()),
        ("seed: 7", "seed: 7  # lucky", set()),
        ('prompt: "sea"', 'prompt: "lake"', OF_TWO),
        ('prompt: "sea"', 'prompt: "sea", negative: fog', OF_TWO),
        ('prompt: "sea"', 'prompt: "sea", seed: 3', OF_TWO),
        ('prompt: "sea"', 'prompt: "sea", quality: high', OF_TWO),
        ('prompt: "sea"', 'prompt: "sea", sampling: {steps: 6}', OF_TWO),
        ('prompt: "sea"', 'prompt: "sea", loras: [{use: mina, weight: 0.7}]', OF_TWO),
        ('prompt: "sea"', 'prompt: "sea", allow_black: true', OF_TWO),
        ('prompt: "sea"', 'prompt: "sea", allow_black: false', set()),
        ('prompt: "sea"', 'prompt: "sea", camera: {zoom: [1.0, 1.1]}', {"two/clip", "film"}),
        ("id: two", "id: three", OF_TWO | {"film"}),
        ("weight: 0.8", "weight: 0.75", EVERY),
        ("title: Compile me", "title: t\nframe: {width: 64}", EVERY),
        (
            "title: Compile me",
            "title: t\nframe: {fps: 9}",
            {"one/clip", "two/clip", "film"},
        ),
        ("title: Compile me", "title: t\noutput: {fps: 16}", {"one/clip", "two/clip", "film"}),
        ("title: Compile me", "title: t\noutput: {width: 64}", {"one/clip", "two/clip", "film"}),
        ("title: Compile me", "title: t\nending: {fade-out: 1s}", {"film"}),
        ("id: two,", "id: two, transition: {crossfade: 500ms},", {"film"}),
    ],
)
def test_an_edit_changes_exactly_these_keys(
    film: Project, old: str, new: str, changed: set[str]
) -> None:
    before = keys(film)
    film.edit(old, new)
    after = keys(film)
    gone = {node for node in before if node not in after}
    assert {node for node in after if before.get(node) != after[node]} == {
        node.replace("two/", "three/") if gone and node.startswith("two/") else node
        for node in changed
    }


def test_another_dtype_renders_again(film: Project) -> None:
    assert keys(film)["one/keyframe"] != keys(film, dtype="bfloat16")["one/keyframe"]


def test_a_selected_shot_has_the_keys_it_has_in_the_whole_film(film: Project) -> None:
    whole, chosen = keys(film), keys(film, only=("two",))
    assert {node: key for node, key in chosen.items() if node != "film"} == {
        node: key for node, key in whole.items() if node.startswith("two/")
    }


@pytest.mark.parametrize("shots", [("two", "one"), ("new", "one", "two"), ("two", "new", "one")])
def test_a_shots_keys_do_not_know_its_place(film: Project, shots: tuple[str, ...]) -> None:
    before = keys(film)
    lines = {
        "one": '      - {id: one, duration: 3s, prompt: "{{ mina }}, {{ weather }}"}',
        "two": '      - {id: two, duration: 3s, prompt: "sea"}',
        "new": '      - {id: new, duration: 2s, prompt: "hills"}',
    }
    head = FILM.partition("    shots:")[0]
    film.write(head + "    shots:\n" + "\n".join(lines[shot] for shot in shots) + "\n")
    after = keys(film)
    assert [after[node] for node in before if node != "film"] == [
        before[node] for node in before if node != "film"
    ]
    assert after["film"] != before["film"]


def test_a_vae_of_the_packs_own_changes_every_picture_and_no_other_pack(film: Project) -> None:
    reading = read(film)
    weights = Weights.of(reading.pack, reading.project, cache=film.folder / "memory.json")
    vae = Component(path="base/vae")
    own = replace(reading, pack=reading.pack.model_copy(update={"vae": vae}))
    plans = [compile_film(each, weights).plan.nodes for each in (reading, own)]
    fields = [plan["one/keyframe"].record.fields for plan in plans]
    assert "vae" not in fields[0]["model"]  # type: ignore[operator]
    assert fields[1]["model"]["vae"] == weights.component("base/vae")  # type: ignore[index,call-overload]
    assert all(plans[0][node].key != plans[1][node].key for node in plans[0])


def test_slates_need_no_weights(film: Project) -> None:
    plan = compiled(film, slate=True).plan
    assert [node.step.kind for node in plan.nodes.values()] == [
        "slate", "clip", "slate", "clip", "film",
    ]  # fmt: skip
    slate = plan.nodes["one/slate"].step
    assert isinstance(slate, Slate)
    assert slate.prompt == "1girl, red hair, rain"


def test_a_slate_lists_what_else_guides_the_shot(film: Project) -> None:
    film.edit(
        'prompt: "sea"',
        'prompt: {0s: sea, 1500ms: "{{ weather }}"}, motion: pan-left, control: [depth, canny], '
        "camera: {zoom: [1.0, 1.2]}",
    )
    slate = compiled(film, slate=True).plan.nodes["two/slate"].step
    assert isinstance(slate, Slate)
    assert slate.details == (
        "motion: pan-left", "control: depth, canny", "camera: zoom 1 to 1.2", "1.5s: rain",
    )  # fmt: skip


def test_the_graph_is_acyclic_and_ends_in_the_film(film: Project) -> None:
    import networkx

    graph = to_networkx(compiled(film).plan)
    assert networkx.is_directed_acyclic_graph(graph)
    assert networkx.ancestors(graph, "film") == set(graph) - {"film"}


def test_a_drawing_leaves_out_what_other_edges_imply(film: Project) -> None:
    edges = essential_edges(compiled(film, only=("one",)).plan)
    assert edges == [
        ("one/keyframe", "one/segment-000"),
        ("one/segment-000", "one/segment-001"),
        ("one/segment-001", "one/clip"),
        ("one/clip", "film"),
    ]


def test_a_node_needs_its_inputs_first() -> None:
    builder = PlanBuilder()
    step = Slate(
        shot="a", prompt="", details=(), width=8, height=8, frames=1, head=0, screen=1, fps="8"
    )
    with pytest.raises(ValueError, match="reads b, which is not in the plan"):
        builder.add("a", step, {"frames": "b"})
    builder.add("a", step)
    with pytest.raises(ValueError, match="two nodes are called a"):
        builder.add("a", step)


@pytest.mark.parametrize(
    ("asked", "size"),
    [
        ("{}", (128, 128)),
        ("{width: 64}", (64, 64)),
        ("{height: 512}", (512, 512)),
        ("{width: 100, height: 50}", (100, 50)),
    ],
)
def test_what_a_size_leaves_out_keeps_the_shape(
    film: Project, asked: str, size: tuple[int, int]
) -> None:
    film.edit("seed: 7", f"seed: 7\noutput: {asked}")
    assert output_size(read(film)) == size


@pytest.mark.parametrize(("fit", "side"), [("crop", 2.0), ("pad", 1.0)])
def test_a_virtual_camera_stays_within_what_is_delivered(
    film: Project, fit: str, side: float
) -> None:
    film.edit("seed: 7", f"seed: 7\noutput: {{width: 128, height: 64, fit: {fit}}}")
    film.edit('prompt: "sea"', 'prompt: "sea", motion: roll-cw')
    clip = compiled(film).plan.nodes["two/clip"].step
    assert isinstance(clip, Clip)
    assert clip.camera is not None
    turn = math.radians(8)
    zoom = math.cos(turn) + math.sin(turn) * side
    assert clip.camera.zoom == pytest.approx((zoom, zoom))
    assert clip.screen == 24


def test_what_a_pack_says_of_its_base_enters_every_picture(film: Project) -> None:
    before = keys(film)
    reading = read(film)
    base = reading.pack.base.model_copy(update={"prediction": "v"})
    pack = reading.pack.model_copy(update={"base": base})
    weights = Weights.of(pack, reading.project, cache=film.folder / "memory.json")
    plan = compile_film(replace(reading, pack=pack), weights).plan
    assert {node.id for node in plan.nodes.values() if node.key != before[node.id]} == EVERY


def test_a_blend_enters_the_segments_that_travel(film: Project) -> None:
    film.edit('prompt: "sea"', "prompt: {0s: sea, 1s: lake}")
    before = keys(film)
    film.edit("1s: lake}", "1s: lake, blend: lerp}")
    assert keys(film) == before
    film.edit("blend: lerp", "blend: slerp")
    after = keys(film)
    changed = {node for node in after if after[node] != before[node]}
    assert changed == {"two/segment-000", "two/segment-001", "two/clip", "film"}
    steps = [node.step for name, node in compiled(film).plan.nodes.items() if "two/segment" in name]
    assert [step.conditioning.blend for step in steps] == ["slerp", "lerp"]  # type: ignore[attr-defined]


def test_a_looping_prompt_comes_back_to_its_first_text(film: Project) -> None:
    film.edit('prompt: "sea"', "prompt: {0s: sea, 1s: lake, loop: true}")
    last = compiled(film).plan.nodes["two/segment-001"].step
    texts = [(key.frame, key.text.count("sea")) for key in last.conditioning.prompts]  # type: ignore[attr-defined]
    assert texts == [(10, 0), (26, 1)]
