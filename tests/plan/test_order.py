"""Nodes run by what is loaded: each exchange of LoRAs once, every node after its inputs."""

from __future__ import annotations

import random
import time
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from animegen.packs.weights import Weights
from animegen.plan.compile import compile_film
from animegen.plan.graph import PlanBuilder
from animegen.plan.order import by_loaded_state
from animegen.steps.diffusion import Conditioning, Lora, Model, Sampler
from animegen.steps.keyframe import Keyframe
from animegen.steps.protocol import loaded_by
from animegen.steps.segment import Segment
from animegen.steps.slate import Slate
from animegen.storyboard.read import read_storyboard

if TYPE_CHECKING:
    from collections.abc import Iterable

    from animegen.plan.graph import Plan
    from tests.conftest import Project

COMMON: dict[str, Any] = {
    "sampler": Sampler(scheduler="lcm", steps=4, guidance=1.7),
    "conditioning": Conditioning(prompts=()),
    "width": 64,
    "height": 64,
    "seed": 0,
}
CHAIN: dict[str, Any] = {"first": 0, "frames": 16, "overlap": 0, "keep": 4, "strength": 0.8}
STEPS = ("keyframe", "segment", "clip")


def wear(name: str) -> tuple[Lora, ...]:
    return (Lora(weights=name, weight=0.7),)


def keyframe(loras: tuple[Lora, ...] = (), base: str = "base") -> Keyframe:
    return Keyframe(model=Model(base="sdxl", weights=base), loras=loras, **COMMON)


def segment(loras: tuple[Lora, ...] = (), motion: str | None = None, base: str = "base") -> Segment:
    moving = Model(base="sdxl", weights=base, motion="motion")
    lora = Lora(weights=motion, weight=1.0) if motion else None
    return Segment(model=moving, loras=loras, motion=lora, **COMMON, **CHAIN)


def still_card(shot: str) -> Slate:
    return Slate(
        shot=shot, prompt="", details=(), width=64, height=64, frames=1, head=0, screen=1, fps="8"
    )


def film(*shots: tuple[str, str | None]) -> Plan:
    """Plan a keyframe, a segment and a clip for each (LoRA, motion LoRA), and the film."""
    builder = PlanBuilder()
    clips = {}
    for number, (lora, motion) in enumerate(shots):
        shot = f"s{number}"
        key = builder.add(f"{shot}/keyframe", keyframe(wear(lora)))
        drawn = builder.add(f"{shot}/segment", segment(wear(lora), motion), {"keyframe": key})
        clips[shot] = builder.add(f"{shot}/clip", still_card(shot), {"frames": drawn})
    builder.add("film", still_card("film"), clips)
    return builder.build(["film"])


def switches(plan: Plan, order: Iterable[str]) -> int:
    """Count how often the LoRAs on the weights have to be exchanged."""
    states = [loaded_by(plan.nodes[node].step) for node in order]
    worn = [(state.weights, state.loras) for state in states if state]
    return sum(one != two for one, two in pairwise(worn))


def shots(numbers: str) -> list[str]:
    return [f"s{number}/{step}" for number in numbers for step in STEPS]


def test_two_characters_that_take_turns_are_loaded_once_each() -> None:
    plan = film(*[("mina", None), ("ren", None)] * 3)
    order = by_loaded_state(plan, plan.nodes)
    assert switches(plan, plan.nodes) == 5
    assert switches(plan, order) == 1
    assert order == [*shots("024"), *shots("135"), "film"]


def test_a_film_of_one_look_runs_shot_by_shot() -> None:
    plan = film(*[("mina", None)] * 4)
    assert by_loaded_state(plan, plan.nodes) == list(plan.nodes)


def test_motion_loras_are_grouped_within_a_look() -> None:
    plan = film(("mina", "pan"), ("ren", "zoom"), ("mina", "zoom"), ("mina", "pan"))
    drawn = [node for node in by_loaded_state(plan, plan.nodes) if node.endswith("segment")]
    assert drawn == ["s0/segment", "s3/segment", "s2/segment", "s1/segment"]


def test_other_weights_weigh_more_than_other_loras() -> None:
    builder = PlanBuilder()
    builder.add("a", keyframe(wear("mina")))
    builder.add("b", keyframe(wear("mina"), base="other"))
    builder.add("c", keyframe(wear("ren")))
    plan = builder.build(["a", "b", "c"])
    assert by_loaded_state(plan, plan.nodes) == ["a", "c", "b"]


def test_only_what_runs_counts() -> None:
    plan = film(*[("mina", None), ("ren", None)] * 2)
    running = {"s0/clip", "s1/keyframe", "s1/segment", "s1/clip", "s2/segment", "s2/clip", "film"}
    order = by_loaded_state(plan, running)
    assert order == ["s0/clip", *shots("1"), "s2/segment", "s2/clip", "film"]


@pytest.mark.parametrize("seed", range(20))
def test_every_node_comes_once_and_after_its_inputs(seed: int) -> None:
    dice = random.Random(seed)
    builder = PlanBuilder()
    for number in range(60):
        earlier = [f"n{index}" for index in range(number) if dice.random() < 0.1]
        look = wear(dice.choice("abc"))
        step: Any = dice.choice(
            [keyframe(look), segment(look, dice.choice([None, "pan"])), still_card(str(number))]
        )
        builder.add(f"n{number}", step, {f"i{place}": one for place, one in enumerate(earlier)})
    plan = builder.build([])
    running = {node for node in plan.nodes if dice.random() < 0.8}
    order = by_loaded_state(plan, running)
    assert sorted(order) == sorted(running)
    places = {node: place for place, node in enumerate(order)}
    for node in order:
        sources = running.intersection(plan.nodes[node].inputs.values())
        assert all(places[source] < places[node] for source in sources)
    assert order == by_loaded_state(plan, sorted(running))
    assert switches(plan, order) <= switches(plan, (node for node in plan.nodes if node in running))


def test_a_long_film_is_ordered_at_once() -> None:
    plan = film(*((f"look-{number % 7}", None) for number in range(1500)))
    start = time.perf_counter()
    assert switches(plan, by_loaded_state(plan, plan.nodes)) == 6
    assert time.perf_counter() - start < 1.0


FILM = """
    version: 1
    title: Taking turns
    pack: smoke
    characters:
      mina: {looks: "1girl", lora: {use: mina, weight: 0.7}}
      ren: {looks: "1boy", lora: {use: anime-flat-color-xl, weight: 0.2}}
    shots:
      - {id: one, duration: 2s, prompt: "{{ mina }}"}
      - {id: two, duration: 2s, prompt: "{{ ren }}"}
      - {id: three, duration: 2s, prompt: "{{ mina }}"}
      - {id: four, duration: 2s, prompt: "{{ ren }}"}
      - {id: five, duration: 2s, prompt: "{{ mina }}", control: {from: draft, maps: [canny]}}
      - {id: six, duration: 2s, prompt: "{{ ren }}"}
    """


def test_a_storyboards_shots_are_ordered_by_who_is_in_them(project: Project) -> None:
    project.write(FILM)
    reading = read_storyboard(project.folder / "film.yaml")
    weights = Weights.of(reading.pack, reading.project, cache=project.folder / "memory.json")
    plan = compile_film(reading, weights).plan
    order = by_loaded_state(plan, plan.nodes)
    assert (switches(plan, plan.nodes), switches(plan, order)) == (5, 1)
    finished = [node.rpartition("/")[0] for node in order if node.endswith("/clip")]
    assert finished == ["one", "three", "five", "two", "four", "six"]
