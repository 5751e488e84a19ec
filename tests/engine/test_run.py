"""What runs, what does not, and what is said about it."""

from __future__ import annotations

import inspect
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
from fake_film import Break, Paint, executor, film

from animegen.engine import events
from animegen.engine.cancel import Cancel
from animegen.engine.run import run
from animegen.engine.states import Failed, Hit, Outcome, Rendered, Skipped
from animegen.errors import RenderFailed, StoreFailed
from animegen.plan.graph import Plan, PlanBuilder
from animegen.steps.diffusion import Lora, Model
from animegen.steps.protocol import Loaded
from animegen.store.store import Store

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("quick_disk")


class Theatre:
    """A store, and what was said in the last run."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(folder / "store")
        self.events: list[events.Event] = []

    def run(self, plan: Plan, **options: object) -> Outcome:
        self.events = []
        return run(plan, self.store, executor(), self.events.append, cancel=Cancel(), **options)

    def rendered(self) -> list[str]:
        return [e.node for e in self.events if isinstance(e, events.NodeFinished)]

    def notes(self) -> list[str]:
        return [e.message for e in self.events if isinstance(e, events.NodeNote)]

    def damage(self, plan: Plan, node: str, content: bytes | None = None) -> None:
        """Flip a bit in the node's picture, or replace it by `content`."""
        artifact = self.store.find(plan.nodes[node].key)
        assert artifact is not None
        path = artifact.path("picture.bin")
        whole = path.read_bytes()
        path.chmod(0o644)
        path.write_bytes(bytes([whole[0] ^ 1]) + whole[1:] if content is None else content)


@pytest.fixture
def theatre(tmp_path: Path) -> Theatre:
    return Theatre(tmp_path)


def without(plan: Plan, theatre: Theatre, *nodes: str) -> None:
    for node in nodes:
        theatre.store.layout.entry(plan.nodes[node].key).unlink()


def test_everything_is_rendered_once_in_the_order_of_the_plan(theatre):
    plan = film()
    outcome = theatre.run(plan)
    assert outcome.complete
    assert theatre.rendered() == list(plan.nodes)
    assert theatre.events[0] == events.RunStarted(hits=0, to_render=tuple(plan.nodes))
    last = theatre.events[-1]
    assert isinstance(last, events.RunFinished)
    assert (last.rendered, last.hits, last.failed, last.skipped) == (13, 0, 0, 0)


def test_a_finished_film_is_one_hit_and_its_inputs_are_not_looked_at(theatre):
    plan = film()
    theatre.run(plan)
    without(plan, theatre, *(node for node in plan.nodes if node != "film"))
    outcome = theatre.run(plan)
    assert theatre.events[:2] == [
        events.RunStarted(hits=1, to_render=()),
        events.NodeHit(node="film", key=plan.nodes["film"].key),
    ]
    assert list(outcome.states) == ["film"]
    assert theatre.rendered() == []


def test_an_edit_renders_only_what_depends_on_it(theatre):
    theatre.run(film())
    plan = edited(film(), "s1/segment-1")
    theatre.run(plan)
    assert theatre.rendered() == ["s1/segment-1", "s1/clip", "film"]
    assert theatre.events[0] == events.RunStarted(
        hits=4, to_render=("s1/segment-1", "s1/clip", "film")
    )


def edited(plan: Plan, changed: str) -> Plan:
    """Return the plan with one step's fields changed; keys downstream follow."""
    builder = PlanBuilder()
    for node in plan.nodes.values():
        step = node.step
        builder.add(
            node.id, replace(step, size=40_000) if node.id == changed else step, node.inputs
        )
    return builder.build(plan.targets)


def test_a_failed_node_takes_along_only_what_depends_on_it(theatre):
    builder = PlanBuilder()
    bad = builder.add("a/keyframe", Break())
    clip_a = builder.add("a/clip", Paint(name="a"), {"frames": bad})
    clip_b = builder.add("b/clip", Paint(name="b"))
    builder.add("film", Paint(name="film"), {"0": clip_a, "1": clip_b})
    outcome = theatre.run(builder.build(["film", "b/clip"]))
    kinds = {node: type(state) for node, state in outcome.states.items()}
    assert kinds == {"a/keyframe": Failed, "a/clip": Skipped, "b/clip": Rendered, "film": Skipped}
    assert outcome.skipped == {"a/clip": "a/keyframe", "film": "a/keyframe"}
    assert not outcome.complete
    assert list(outcome.artifacts) == ["b/clip"]
    assert str(outcome.failures["a/keyframe"]) == "black frames"


def test_an_unexpected_error_names_the_node_and_keeps_its_cause(theatre):
    builder = PlanBuilder()
    builder.add("a/keyframe", Break(how="bug"))
    error = theatre.run(builder.build(["a/keyframe"])).failures["a/keyframe"]
    assert isinstance(error, RenderFailed)
    assert str(error) == "a/keyframe (break) failed with ZeroDivisionError: a bug"
    assert isinstance(error.__cause__, ZeroDivisionError)


def test_a_store_that_cannot_be_looked_through_ends_the_run_like_any_other_failure(theatre):
    plan = film()
    entry = theatre.store.layout.entry(plan.nodes["film"].key)
    entry.parent.parent.mkdir(parents=True)
    entry.parent.write_text("in the way")
    with pytest.raises(StoreFailed, match="Not a directory"):
        theatre.run(plan)
    (last,) = theatre.events
    assert isinstance(last, events.RunFinished)
    assert not last.complete


def test_a_failed_node_is_tried_again_the_next_time(theatre):
    builder = PlanBuilder()
    builder.add("a/keyframe", Break())
    plan = builder.build(["a/keyframe"])
    theatre.run(plan)
    theatre.run(plan)
    assert [type(event) for event in theatre.events] == [
        events.RunStarted,
        events.NodeStarted,
        events.NodeFailed,
        events.RunFinished,
    ]


def test_force_renders_the_named_nodes_and_no_others(theatre):
    plan = film()
    theatre.run(plan)
    outcome = theatre.run(plan, force=frozenset({"s0/clip", "no-such-node"}))
    assert theatre.rendered() == ["s0/clip"]
    assert isinstance(outcome.states["film"], Hit)


@pytest.mark.parametrize("content", [None, b"", b"short"], ids=["bit-flip", "empty", "truncated"])
def test_a_damaged_target_is_made_anew(theatre, content):
    plan = film()
    wanted = theatre.run(plan).artifacts["film"].path("picture.bin").read_bytes()
    theatre.damage(plan, "film", content)
    outcome = theatre.run(plan)
    assert theatre.rendered() == ["film"]
    assert outcome.artifacts["film"].path("picture.bin").read_bytes() == wanted
    assert "picture.bin of" in theatre.notes()[0]
    assert "is damaged" in theatre.notes()[0]


def test_a_damaged_input_is_made_anew_before_it_is_read(theatre):
    plan = film()
    before = theatre.run(plan).artifacts["film"].blobs
    without(plan, theatre, "film")
    theatre.damage(plan, "s1/clip")
    after = theatre.run(plan).artifacts["film"].blobs
    assert theatre.rendered() == ["s1/clip", "film"]
    assert after == before


def test_damage_below_a_damaged_input_is_found_on_the_way_down(theatre):
    plan = film()
    before = theatre.run(plan).artifacts["film"].blobs
    without(plan, theatre, "film", "s1/segment-0")
    theatre.damage(plan, "s1/clip")
    theatre.damage(plan, "s1/segment-1")
    theatre.damage(plan, "s1/keyframe")
    after = theatre.run(plan).artifacts["film"].blobs
    shot = ["keyframe", "segment-0", "segment-1", "clip"]
    assert theatre.rendered() == [*(f"s1/{name}" for name in shot), "film"]
    assert after == before


def test_damage_that_nobody_reads_is_left_alone(theatre):
    plan = film()
    theatre.run(plan)
    theatre.damage(plan, "s1/clip")
    theatre.run(plan)
    assert theatre.rendered() == []
    assert theatre.notes() == []


def test_a_long_chain_of_lost_segments_needs_no_deep_stack(theatre, little_stack):
    builder, previous = PlanBuilder(), {}
    for number in range(100):
        node = builder.add(f"s/segment-{number:04}", Paint(name=str(number), size=1), previous)
        previous = {"previous": node}
    builder.add("film", Paint(name="film", size=1), previous)
    plan = builder.build(["film"])
    theatre.run(plan)
    without(plan, theatre, "film", *(f"s/segment-{number:04}" for number in range(99)))
    theatre.damage(plan, "s/segment-0099")
    assert theatre.run(plan).complete
    assert len(theatre.rendered()) == 101


@pytest.fixture
def little_stack():
    """Leave room for 80 more calls: a few per node would not fit."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + 80)
    yield
    sys.setrecursionlimit(before)


def test_nodes_with_one_key_are_rendered_once(theatre):
    builder = PlanBuilder()
    same = [builder.add(node, Paint(name="same")) for node in ("a", "b")]
    outcome = theatre.run(builder.build(same))
    assert theatre.rendered() == ["a"]
    assert isinstance(outcome.states["b"], Hit)


def test_how_it_was_made_is_recorded_beside_the_key(theatre):
    plan = film()
    made = theatre.run(plan).artifacts["film"].made
    assert set(made) == {"at", "seconds", "device", "memory", "versions", "notes", "guarded"}
    assert made["device"] == "cpu"
    assert "animegen" in made["versions"]


@dataclass(frozen=True, kw_only=True)
class Dressed(Paint):
    """Needs a LoRA of its name."""

    lora: str

    @property
    def loaded(self) -> Loaded:
        return Loaded(Model(base="sdxl", weights="base"), (Lora(weights=self.lora, weight=1.0),))


def test_what_needs_the_same_runs_back_to_back_and_a_failure_stays_alone(theatre):
    builder = PlanBuilder()
    builder.add("a", Dressed(name="a", lora="mina"))
    builder.add("b", Dressed(name="b", lora="ren"))
    builder.add("bad", Break(), {"b": "b"})
    builder.add("worse", Dressed(name="worse", lora="mina"), {"bad": "bad"})
    builder.add("c", Dressed(name="c", lora="mina"))
    builder.add("d", Dressed(name="d", lora="ren"), {"c": "c"})
    plan = builder.build(["a", "worse", "d"])
    outcome = theatre.run(plan)
    assert theatre.rendered() == ["a", "c", "b", "d"]
    assert theatre.events[0] == events.RunStarted(hits=0, to_render=tuple(plan.nodes))
    assert list(outcome.states) == list(plan.nodes)
    assert isinstance(outcome.states["bad"], Failed)
    assert outcome.states["worse"] == Skipped(because="bad")
