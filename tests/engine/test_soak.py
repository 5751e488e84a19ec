"""The soak of benchmarks/soak.py in short: fixed moments, and the control that must fail."""

from __future__ import annotations

import os
import random
import signal
import time
from typing import TYPE_CHECKING

import pytest

from benchmarks.soaking import disturb
from benchmarks.soaking.checks import CORRUPT, DOUBLE, FILM, KINDS, LOST, Verdict, renders
from benchmarks.soaking.stage import Reference, Stage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

NODES = 9
NOTHING = dict.fromkeys(KINDS, 0)


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Reference:
    return Reference.of(tmp_path_factory.mktemp("peace") / "calm", slate=True)


def broke(verdict: Mapping[str, int]) -> dict[str, int]:
    return {kind: verdict[kind] for kind in KINDS}


def test_killed_at_events_and_before_changes_of_the_disk(
    tmp_path: Path, reference: Reference
) -> None:
    stage, verdict = Stage.make(tmp_path / "film"), Verdict()
    for how, number in [("event", 2), ("call", 17), ("call", 30), ("event", 60)]:
        assert disturb.kill(stage, disturb.Death(how=how, number=number))
        verdict.settle(stage, reference)
    verdict.settle(stage, reference, stage.render())
    verdict.close(stage)
    assert broke(verdict) == NOTHING
    assert renders(stage) <= NODES


def test_three_at_once_one_of_them_killed_with_gc_beside_them(
    tmp_path: Path, reference: Reference
) -> None:
    stage, verdict = Stage.make(tmp_path / "film"), Verdict()
    stage.litter(random.Random(1))
    victim = stage.start({"SOAK_DIE_EVENT": "40"})
    children = [stage.start(), stage.start(), *stage.collect()]
    for child in children:
        verdict.settle(stage, reference, disturb.finish(child))
    disturb.finish(victim)
    verdict.close(stage)
    assert broke(verdict) == NOTHING


def test_lost_power_is_mended_by_one_render(tmp_path: Path, reference: Reference) -> None:
    stage, verdict, dice = Stage.make(tmp_path / "film"), Verdict(), random.Random(20251208)
    assert stage.render() == 0
    damages = 0
    for _ in range(2):
        damages += disturb.cut_power(stage, dice)
        verdict.settle(stage, reference, stage.render(), rotten=True)
    verdict.close(stage)
    assert damages > 4
    assert broke(verdict) == NOTHING


def test_clocks_that_jump_decide_nothing(tmp_path: Path, reference: Reference) -> None:
    stage, verdict, dice = Stage.make(tmp_path / "film"), Verdict(), random.Random(20251208)
    for code in disturb.render_with_wrong_clocks(stage, dice):
        verdict.settle(stage, reference, code)
    disturb.shift_times(stage, dice)
    verdict.settle(stage, reference, stage.render())
    verdict.close(stage)
    assert broke(verdict) == NOTHING
    assert renders(stage) == NODES


def test_a_lost_node_a_second_render_and_another_film_are_seen(
    tmp_path: Path, reference: Reference
) -> None:
    stage, verdict = Stage.make(tmp_path / "film"), Verdict()
    assert stage.render() == 0
    key = next(key for key in reference.blobs if stage.store.record(key).kind == "film")
    stage.store.layout.entry(key).unlink()
    stage.film.write_bytes(b"another")
    verdict.settle(stage, reference)
    assert broke(verdict) == NOTHING | {LOST: 1, FILM: 1}
    assert stage.render() == 0
    verdict.close(stage)
    assert broke(verdict) == NOTHING | {LOST: 1, FILM: 1, DOUBLE: 1}


def stopped_beside_another(stage: Stage) -> Iterator[int]:
    """Stop a render in its first node and start another; yield the codes of both."""
    first = stage.start({"SOAK_STOP_EVENT": "3"})
    while not os.WIFSTOPPED(os.waitpid(first.pid, os.WUNTRACED | os.WNOHANG)[1]):
        time.sleep(0.02)
    second = stage.start()
    if stage.naive:
        yield disturb.finish(second)
    first.send_signal(signal.SIGCONT)
    yield disturb.finish(first)
    yield disturb.finish(second)


def test_what_is_being_rendered_is_waited_for(tmp_path: Path, reference: Reference) -> None:
    stage, verdict = Stage.make(tmp_path / "film"), Verdict()
    for code in stopped_beside_another(stage):
        verdict.settle(stage, reference, code)
    verdict.close(stage)
    assert broke(verdict) == NOTHING
    assert renders(stage) == NODES


def test_a_naive_store_fails_under_the_same_hands(tmp_path: Path, reference: Reference) -> None:
    stage, verdict = Stage.make(tmp_path / "film", naive=True), Verdict()
    for code in stopped_beside_another(stage):
        verdict.settle(stage, reference, code)
    verdict.close(stage)
    assert verdict[DOUBLE] > 0
    disturb.cut_power(stage, random.Random(20251208))
    verdict.settle(stage, reference, stage.render(), rotten=True)
    assert verdict[CORRUPT] > 0
