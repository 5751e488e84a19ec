"""Estimates: what was timed, what is scaled from it, what nobody knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from animegen.plan.estimate import Spread, estimate
from animegen.plan.graph import PlanBuilder
from animegen.plan.states import NodeState
from animegen.plan.times import Sample, Times, Work, add_times, read_times
from animegen.plan.workload import Workload, workload_of
from animegen.steps.slate import Slate
from animegen.store.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from animegen.plan.graph import Plan

CPU = "cpu, 1 thread"


def slate(frames: int = 16, width: int = 64) -> Slate:
    return Slate(
        shot="one", prompt="", details=(), width=width, height=64, frames=frames, head=0,
        screen=frames, fps="8",
    )  # fmt: skip


def plan_of(*steps: Slate) -> tuple[Plan, list[NodeState]]:
    builder = PlanBuilder()
    names = [builder.add(f"s{place}/slate", step) for place, step in enumerate(steps)]
    plan = builder.build(names)
    states = [
        NodeState(node=name, kind="slate", key=plan.nodes[name].key, state="run", reason="")
        for name in names
    ]
    return plan, states


def timed(
    *seconds: float, frames: int = 16, device: str = CPU, after: tuple[str, ...] | None = None
) -> dict[Work, tuple[Sample, ...]]:
    load = Workload(kind="slate", width=64, height=64, frames=frames)
    return {Work(load=load, device=device, after=after): tuple(map(Sample, seconds))}


def test_the_median_and_the_quartiles_of_the_same_work_for_each_node() -> None:
    plan, states = plan_of(slate(), slate())
    found = estimate(plan, states, Times(timed(1, 2, 3, 4, 5)), CPU)
    assert found.seconds == Spread(4, 6, 8)
    (part,) = found.parts
    assert (part.kind, part.nodes, part.samples, part.basis) == ("slate", 2, 5, "measured")


def test_another_size_is_scaled_by_pixels_and_frames_and_says_so() -> None:
    plan, states = plan_of(slate(frames=32, width=128))
    found = estimate(plan, states, Times(timed(1, 2, 3)), CPU)
    assert found.seconds == Spread(6, 8, 10)
    assert found.parts[0].basis == "scaled"


def test_what_was_never_timed_is_not_known() -> None:
    plan, states = plan_of(slate())
    nothing = estimate(plan, states, Times(), CPU)
    assert (nothing.seconds, nothing.unknown, nothing.memory) == (None, 1, None)
    elsewhere = estimate(plan, states, Times(timed(1, device="cuda")), CPU)
    assert elsewhere.seconds is None


def test_what_is_in_the_store_costs_nothing() -> None:
    plan, states = plan_of(slate())
    hit = NodeState(node=states[0].node, kind="slate", key=states[0].key, state="hit", reason="")
    found = estimate(plan, [hit], Times(timed(1)), CPU)
    assert (found.nodes, found.seconds) == (0, Spread(0, 0, 0))


def test_the_first_of_a_kind_is_longer_by_what_it_loads() -> None:
    plan, states = plan_of(slate(), slate(), slate())
    known = {**timed(2, 2), **timed(7, after=())}
    found = estimate(plan, states, Times(known), CPU)
    assert found.loading == Spread(5, 5, 5)
    assert found.seconds == Spread(11, 11, 11)


def test_a_first_alone_is_better_than_nothing_and_not_counted_twice() -> None:
    plan, states = plan_of(slate())
    found = estimate(plan, states, Times(timed(7, after=())), CPU)
    assert found.seconds == Spread(7, 7, 7)


def test_memory_is_the_most_that_the_same_work_held() -> None:
    plan, states = plan_of(slate())
    load = Workload(kind="slate", width=64, height=64, frames=16)
    samples = (Sample(1.0, 300), Sample(1.0, 500), Sample(1.0, None))
    found = estimate(plan, states, Times({Work(load=load, device=CPU): samples}), CPU)
    assert found.memory == 500


def test_a_ledger_keeps_the_newest_times_of_each_work(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    assert read_times(store).samples == {}
    ((work, _),) = timed(0).items()
    other = Work(load=work.load, device=CPU, after=("keyframe",))
    add_times(store, [(work, Sample(float(second), 7)) for second in range(40)])
    add_times(store, [(work, Sample(99.0)), (other, Sample(1.0))])
    samples = read_times(store).samples
    assert samples[work] == (*(Sample(float(second), 7) for second in range(9, 40)), Sample(99.0))
    assert samples[other] == (Sample(1.0),)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"version": 2}', '{"version": 1, "works": [1]}'])
def test_a_damaged_ledger_is_an_empty_one(tmp_path: Path, text: str) -> None:
    store = Store(tmp_path / "store")
    ((work, samples),) = timed(3).items()
    add_times(store, [(work, samples[0])])
    (store.layout.history / "times.json").write_text(text)
    assert read_times(store).samples == {}
    add_times(store, [(work, samples[0])])
    assert read_times(store).samples == {work: samples}


def test_a_ledger_forgets_the_work_that_was_not_met_for_longest(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")

    def work(frames: int) -> Work:
        return Work(load=Workload(kind="slate", frames=frames), device=CPU)

    add_times(store, [(work(frames), Sample(1.0)) for frames in range(512)])
    add_times(store, [(work(0), Sample(2.0)), (work(600), Sample(1.0))])
    samples = read_times(store).samples
    assert len(samples) == 512
    assert samples[work(0)] == (Sample(1.0), Sample(2.0))
    assert work(1) not in samples


def test_words_change_no_workload_and_sizes_do() -> None:
    plan, _ = plan_of(slate(), slate(frames=17))
    one, two = (workload_of(node, plan) for node in plan.nodes.values())
    assert one == Workload(kind="slate", width=64, height=64, frames=16)
    assert two.units * 16 == one.units * 17
