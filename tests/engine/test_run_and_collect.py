"""Renders and collections at once: nothing that a render found or made is taken from it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from fake_film import executor, film, pair

from animegen.engine.cancel import Cancel
from animegen.engine.run import run
from animegen.engine.states import Rendered
from animegen.store.collect import collect, plan_collection
from animegen.store.roots import Holders
from animegen.store.selection import Policy
from animegen.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterable

    from animegen.engine.states import Outcome

HERE = Path(__file__).parent
RENDERS = 3


def take_everything(store: Store) -> int:
    """Collect without any root but what living renders use."""
    holders = Holders(plans={}, renders=1)
    found = plan_collection(store.layout, holders, Policy(), time.time(), to_remove=True)
    return collect(store.layout, found).artifacts


def render(store: Store) -> Outcome:
    return run(pair(), store, executor(), lambda _: None, cancel=Cancel())


def test_renders_at_once_do_each_node_once_while_a_collection_never_stops(tmp_path: Path):
    store, log = Store(tmp_path / "store"), tmp_path / "log"
    render(store)
    env = {**os.environ, "FAKE_LOG": str(log), "FAKE_PAUSE": "0.1"}
    words = [sys.executable, str(HERE / "fake_film.py"), str(store.root)]
    children = [
        subprocess.Popen([*words, str(tmp_path / f"{n}.bin")], env=env, stdout=subprocess.PIPE)
        for n in range(RENDERS)
    ]
    rounds = 0
    while any(child.poll() is None for child in children):
        take_everything(store)
        rounds += 1
    assert [child.communicate()[0] and child.returncode for child in children] == [0] * RENDERS
    assert sorted(log.read_text().split()) == sorted(film().nodes)
    films = {(tmp_path / f"{n}.bin").read_bytes() for n in range(RENDERS)}
    assert len(films) == 1
    assert rounds > 3


def test_what_a_collection_takes_between_the_look_and_the_lease_is_made_again(
    tmp_path: Path, monkeypatch
):
    store = Store(tmp_path / "store")
    plan = pair()
    render(Store(store.root))
    store.layout.entry(plan.nodes["film"].key).unlink()
    real = Store.protect

    def late(self: Store, keys: Iterable[str]) -> None:
        assert take_everything(Store(self.root)) == 1
        real(self, keys)

    monkeypatch.setattr(Store, "protect", late)
    outcome = render(Store(store.root))
    assert outcome.complete
    assert outcome.count(Rendered) == 2


def test_a_finished_film_needs_no_lease(tmp_path: Path, monkeypatch):
    store = Store(tmp_path / "store")
    render(store)
    monkeypatch.setattr(Store, "protect", None)
    assert render(store).complete
