"""Temporary folders and locks: alive ones stay, dead ones go."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from animegen.store.lock import try_lock
from animegen.store.store import Store

if TYPE_CHECKING:
    from pathlib import Path

HOLDER = """
import sys, time
from pathlib import Path
from animegen.store.store import Store
store = Store(Path(sys.argv[1]))
with store.lock("key"), store.workspace() as folder:
    (folder / "half.bin").write_bytes(b"half")
    print(folder, flush=True)
    time.sleep(600)
"""


class Patience(Exception):
    """Raised by a waiter that has waited enough."""


def impatient() -> None:
    raise Patience


def work_in(store: Store) -> None:
    with store.workspace() as folder:
        assert list(folder.iterdir()) == []
        (folder / "half.bin").write_bytes(b"half")
        impatient()


def test_a_workspace_is_empty_and_vanishes_also_after_an_error(tmp_path: Path):
    store = Store(tmp_path / "store")
    with pytest.raises(Patience):
        work_in(store)
    assert list(store.layout.tmp.iterdir()) == []


def test_the_work_of_the_living_stays_and_that_of_the_dead_is_swept(tmp_path: Path):
    store = Store(tmp_path / "store")
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(store.root)], stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout is not None
        name = holder.stdout.readline().strip().rpartition("/")[2]
        theirs = store.layout.tmp / name
        with store.workspace() as one, store.workspace() as two:
            assert one != two
            assert (theirs / "half.bin").exists()
        with pytest.raises(Patience), store.lock("key", impatient):
            pass
        holder.kill()
    with store.lock("key", impatient), store.workspace():
        assert not theirs.exists()
    assert list(store.layout.tmp.iterdir()) == []


def test_locks_of_different_names_do_not_meet(tmp_path: Path):
    store = Store(tmp_path / "store")
    with store.lock("one", impatient), store.lock("two", impatient):
        pass
    with store.lock("one", impatient):
        pass


def test_nobody_sweeps_between_the_birth_of_a_workspace_and_its_lock(tmp_path: Path, monkeypatch):
    store, seen = Store(tmp_path / "store"), []
    with store.workspace():
        pass

    def watched(path: Path) -> object:
        seen.append(try_lock(store.layout.lock("workspaces")))
        return try_lock(path)

    monkeypatch.setattr("animegen.store.workspace.try_lock", watched)
    with store.workspace():
        assert seen == [None]
