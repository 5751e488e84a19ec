"""Stopping: within a step, while waiting, twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import pytest
from fake_film import executor, film

from animegen.engine import events
from animegen.engine.cancel import Cancel, cancel_on_signals
from animegen.engine.run import run
from animegen.errors import Interrupted
from animegen.plan.graph import PlanBuilder
from animegen.store.store import Store

if TYPE_CHECKING:
    from pathlib import Path


def test_stops_within_a_step_and_keeps_what_is_finished(tmp_path: Path):
    store, cancel, seen = Store(tmp_path / "store"), Cancel(), []

    def emit(event: events.Event) -> None:
        seen.append(event)
        if isinstance(event, events.NodeProgress) and event.node == "s0/segment-1":
            cancel.request()

    plan = film()
    with pytest.raises(Interrupted) as stopped:
        run(plan, store, executor(), emit, cancel=cancel)
    assert stopped.value.exit_code == 130
    steps = [e for e in seen if isinstance(e, events.NodeProgress) and e.node.endswith("ment-1")]
    assert len(steps) == 1
    assert isinstance(seen[-1], events.RunFinished)
    assert seen[-1].rendered == 2
    kept = {artifact.key for artifact in store.entries()}
    assert kept == {plan.nodes[f"s0/{name}"].key for name in ("keyframe", "segment-0")}
    assert not [p for p in store.layout.tmp.iterdir() if not p.name.startswith("lease-")]


def test_notices_the_user_while_another_process_has_the_node(tmp_path: Path):
    store, cancel, seen = Store(tmp_path / "store"), Cancel(), []

    def emit(event: events.Event) -> None:
        seen.append(event)
        if isinstance(event, events.NodeWaiting):
            cancel.request()

    plan = film()
    with store.lock(plan.nodes["s0/keyframe"].key), pytest.raises(Interrupted):
        run(plan, Store(tmp_path / "store"), executor(), emit, cancel=cancel)
    assert [type(event) for event in seen[1:]] == [events.NodeWaiting, events.RunFinished]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_asks(number: signal.Signals):
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    with cancel_on_signals() as cancel:
        os.kill(os.getpid(), number)
        assert cancel.requested
    assert {each: signal.getsignal(each) for each in before} == before


BUSY = """
from animegen.engine.cancel import cancel_on_signals
with cancel_on_signals() as cancel:
    print("ready", flush=True)
    while not cancel.requested:
        pass
    print("asked", flush=True)
    sum(range(10**12))  # minutes inside one call, where Python hears no signal
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_second_signal_ends_even_a_step_that_is_deep_in_a_library(number: signal.Signals):
    child = subprocess.Popen([sys.executable, "-c", BUSY], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    with child:
        for word in ("ready", "asked"):
            assert child.stdout.readline() == f"{word}\n"
            child.send_signal(number)
        assert child.wait(10) == -number


@dataclass(frozen=True, kw_only=True)
class Signalling:
    """Meets Ctrl-C in the middle."""

    kind: ClassVar[str] = "signalling"
    revision: ClassVar[int] = 1

    def render(self, inputs, work) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        work.progress(1, 2, "step")
        raise AssertionError("not reached")


def test_a_real_signal_stops_a_real_step(tmp_path: Path):
    builder = PlanBuilder()
    builder.add("film", Signalling())
    plan, store = builder.build(["film"]), Store(tmp_path / "store")
    with cancel_on_signals() as cancel, pytest.raises(Interrupted):
        run(plan, store, executor(), lambda _: None, cancel=cancel)
