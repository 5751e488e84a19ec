"""kill -9 anywhere: nothing half-done is visible, and nothing finished is done again."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fake_film import executor, film, pair

from animegen.engine.cancel import Cancel
from animegen.engine.run import run
from animegen.engine.states import Rendered
from animegen.store.deliver import deliver
from animegen.store.store import Store

if TYPE_CHECKING:
    from animegen.engine.states import Outcome
    from animegen.plan.graph import Plan

HERE = Path(__file__).parent
KILLS = 15


def spawn(store: Path, out: Path, log: Path, pause: float) -> subprocess.Popen[str]:
    """Start a render and return once it is about to run its plan."""
    env = {**os.environ, "FAKE_LOG": str(log), "FAKE_PAUSE": str(pause)}
    child = subprocess.Popen(
        [sys.executable, str(HERE / "fake_film.py"), str(store), str(out)],
        env=env,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    return child


def wait(child: subprocess.Popen[str]) -> int:
    code = child.wait(60)
    assert child.stdout is not None
    child.stdout.close()
    return code


def started(log: Path) -> list[str]:
    return log.read_text().split() if log.exists() else []


def finished(plan: Plan, store: Store) -> set[str]:
    """Return the nodes in the store; every one of them must be whole."""
    damages: list[str] = []
    found = {node.id: store.find(node.key, damages.append) for node in plan.nodes.values()}
    whole = {node for node, artifact in found.items() if artifact and store.check(artifact)}
    assert damages == []
    assert whole == {node for node, artifact in found.items() if artifact}
    assert len(list(store.entries())) == len(whole)
    return whole


def render(plan: Plan, store: Store) -> Outcome:
    return run(plan, store, executor(), lambda _: None, cancel=Cancel())


def film_bytes(outcome: Outcome) -> bytes:
    return outcome.artifacts["film"].path("picture.bin").read_bytes()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The film, rendered in peace."""
    return film_bytes(render(film(), Store(tmp_path_factory.mktemp("peace") / "store")))


def test_killed_at_random_moments(tmp_path: Path, undisturbed: bytes):
    store, out, log = tmp_path / "store", tmp_path / "out" / "film.bin", tmp_path / "log"
    plan, moments = film(), random.Random(20251208)
    for _ in range(KILLS):
        child = spawn(store, out, log, pause=0.15)
        time.sleep(moments.uniform(0, 0.15))
        child.kill()
        wait(child)
        before = finished(plan, Store(store)), len(started(log))
        assert not out.exists() or out.read_bytes() == undisturbed
        check_that_finished_nodes_stay_finished(plan, Store(store), log, *before)
    assert wait(spawn(store, out, log, pause=0)) == 0
    assert out.read_bytes() == undisturbed
    assert finished(plan, Store(store)) == set(plan.nodes)
    assert leftovers(store) == []
    assert [path.name for path in out.parent.iterdir()] == ["film.bin"]


def check_that_finished_nodes_stay_finished(
    plan: Plan, store: Store, log: Path, done: set[str], runs: int
) -> None:
    """Look at the starts of each node: none may follow the moment it was seen finished."""
    seen = log.with_suffix(".seen")
    lines = dict(line.split() for line in seen.read_text().splitlines()) if seen.exists() else {}
    for position, node in enumerate(started(log)):
        assert position < int(lines.get(node, position + 1)), f"{node} was rendered again"
    lines |= {node: str(runs) for node in done if node not in lines}
    seen.write_text("".join(f"{node} {position}\n" for node, position in lines.items()))


def leftovers(folder: Path) -> list[Path]:
    """Return what stays behind once somebody has started new work in the store."""
    store = Store(folder)
    with store.workspace() as own:
        names = {own.name, f"{own.name}.lock"}
        left = [path for path in store.layout.tmp.iterdir() if path.name not in names]
        left = [path for path in left if not path.name.startswith("lease-")]  # this process's own
    return [*left, *store.layout.quarantine.iterdir()]


@pytest.mark.usefixtures("quick_disk")
def test_killed_before_every_single_write(tmp_path: Path):
    program = [sys.executable, str(HERE / "crash_points.py"), str(tmp_path)]
    points = int(subprocess.run(program, check=True, stdout=subprocess.PIPE, text=True).stdout)
    assert points > 50
    wanted = film_bytes(render(pair(), Store(tmp_path / "peace")))
    for number in range(1, points + 1):
        check_recovery(tmp_path / str(number), wanted)


def check_recovery(folder: Path, wanted: bytes) -> None:
    """Render again where a process died: only what was not finished, and to the same bytes."""
    plan, store, target = pair(), Store(folder / "store"), folder / "film.bin"
    done = finished(plan, store)
    assert not target.exists() or target.read_bytes() == wanted
    outcome = render(plan, store)
    assert outcome.complete
    rendered = {node for node, state in outcome.states.items() if isinstance(state, Rendered)}
    assert not rendered & done
    deliver(store, outcome.artifacts["film"].blobs["picture.bin"], target)
    assert target.read_bytes() == wanted
    assert list(folder.glob(".*")) == []
    assert leftovers(store.root) == []


def test_three_renders_at_once_do_each_node_once(tmp_path: Path, undisturbed: bytes):
    store, out, log = tmp_path / "store", tmp_path / "film.bin", tmp_path / "log"
    children = [spawn(store, out, log, pause=0.03) for _ in range(3)]
    assert [wait(child) for child in children] == [0, 0, 0]
    assert sorted(started(log)) == sorted(film().nodes)
    assert out.read_bytes() == undisturbed
    assert leftovers(store) == []


def test_a_killed_render_frees_its_node_for_the_other(tmp_path: Path, undisturbed: bytes):
    store, out, log = tmp_path / "store", tmp_path / "film.bin", tmp_path / "log"
    first = spawn(store, out, log, pause=600)
    while not started(log):
        time.sleep(0.01)
    second = spawn(store, out, log, pause=0)
    first.kill()
    wait(first)
    assert wait(second) == 0
    assert started(log).count("s0/keyframe") == 2
    assert out.read_bytes() == undisturbed
