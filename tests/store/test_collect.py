"""A collection removes what nothing needs, and never what somebody is about to need."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING

import pytest
from artifacts import age, blobs_in, keys_in, put, record

from animegen.store import store as store_module
from animegen.store.collect import Removed, collect, plan_collection
from animegen.store.history import History
from animegen.store.lock import try_lock
from animegen.store.roots import Holders
from animegen.store.selection import Policy
from animegen.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from animegen.store.collect import Collection

DAY = 86400
NOBODY = Holders(plans={}, renders=3)


def plan(store: Store, holders: Holders = NOBODY, **limits: float) -> Collection:
    policy = Policy(older_than=limits.get("older_than"))
    return plan_collection(store.layout, holders, policy, time.time(), to_remove=True)


def sweep_up(store: Store, holders: Holders = NOBODY, **limits: float) -> Removed:
    return collect(store.layout, plan(store, holders, **limits))


def test_what_nothing_holds_goes_with_its_blobs(store: Store):
    held, loose = put(store, 1), put(store, 2)
    removed = sweep_up(store, Holders(plans={"film": [held.key]}, renders=3))
    assert (removed.artifacts, removed.blobs, removed.bytes) == (1, 1, 1)
    assert keys_in(store) == {held.key}
    assert blobs_in(store) == {held.blobs["frames.mkv"].digest}
    assert store.find(loose.key) is None


def test_a_blob_that_another_artifact_has_stays(store: Store):
    held = put(store, 1, b"same")
    put(store, 2, b"same", more=b"own")
    removed = sweep_up(store, Holders(plans={"film": [held.key]}, renders=3))
    assert (removed.artifacts, removed.blobs) == (1, 1)
    assert store.check(held)


def test_a_dry_run_writes_nothing(store: Store):
    put(store, 1)
    (store.layout.quarantine / "bad.0").write_bytes(b"bad")
    before = {path: path.stat().st_mtime_ns for path in store.root.rglob("*")}
    found = plan_collection(store.layout, NOBODY, Policy(), time.time(), to_remove=False)
    assert [verdict.row.key for verdict in found.selection.going] == [record(1).key]
    assert len(found.litter.quarantine) == 1
    assert {path: path.stat().st_mtime_ns for path in store.root.rglob("*")} == before


def test_the_last_renders_of_each_film_stay(store: Store):
    keys = [put(store, seed).key for seed in range(6)]
    history = History(store, "film.yaml")
    for key in keys[:5]:
        history.update({"film": key})
        history.remember({"film": key})
    sweep_up(store)
    assert keys_in(store) == set(keys[2:5])
    sweep_up(store, Holders(plans={}, renders=1))
    assert keys_in(store) == {keys[4]}


def test_what_an_unfinished_render_made_stays(store: Store):
    one, two = put(store, 1).key, put(store, 2).key
    history = History(store, "film.yaml")
    history.remember({"film": one})
    history.update({"new/keyframe": two})
    assert sweep_up(store).artifacts == 0


def test_a_film_without_a_place_here_holds_nothing_and_is_forgotten(store: Store):
    History(store, "old.yaml").remember({"film": put(store, 1).key})
    History(store, "new.yaml").remember({"film": put(store, 2).key})
    assert sweep_up(store, Holders(plans={}, renders=3, without={"old.yaml"})).artifacts == 1
    assert History(store, "old.yaml").read() == {}
    assert History(store, "new.yaml").read() == {"film": record(2).key}


def test_older_than_goes_by_the_age_of_the_entry(store: Store):
    old, new = put(store, 1), put(store, 2)
    age(store, old.key, 3 * DAY)
    sweep_up(store, older_than=2 * DAY)
    assert keys_in(store) == {new.key}


def test_orphans_quarantine_dead_folders_and_lock_files_go(store: Store):
    held = put(store, 1)
    put(store, 2, b"orphan")
    store.layout.entry(record(2).key).unlink()
    (store.layout.quarantine / "bad.0").write_bytes(b"bad")
    (store.layout.tmp / "dead").mkdir()
    with store.lock("held"), store.workspace() as alive:
        removed = sweep_up(store, Holders(plans={"film": [held.key]}, renders=3))
        assert (removed.artifacts, removed.blobs, removed.quarantine) == (0, 1, 1)
        assert alive.is_dir()
        assert (store.layout.lock("held")).exists()
    left = {path.stem for path in store.layout.locks.iterdir()}
    assert left == {"collection", "workspaces", "held"}
    assert not (store.layout.tmp / "dead").exists()
    assert list(store.layout.quarantine.iterdir()) == []


def test_the_quarantine_has_an_age_too(store: Store):
    put(store, 1)
    (store.layout.quarantine / "bad.0").write_bytes(b"bad")
    assert sweep_up(store, older_than=DAY).quarantine == 0
    assert sweep_up(store).quarantine == 1


def test_an_entry_goes_before_its_blobs_and_a_crash_between_leaves_orphans(
    store: Store, monkeypatch
):
    put(store, 1)

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("animegen.store.collect.flush", crash)
    with pytest.raises(KeyboardInterrupt):
        sweep_up(store)
    assert keys_in(store) == set()
    assert len(blobs_in(store)) == 1
    monkeypatch.undo()
    assert sweep_up(store).blobs == 1


def test_an_artifact_made_again_meanwhile_stays(store: Store):
    put(store, 1, b"first")
    chosen = plan(store)
    again = put(store, 1, b"second")
    assert collect(store.layout, chosen).artifacts == 0
    assert store.check(again)


def test_a_blob_that_a_new_artifact_has_meanwhile_stays(store: Store):
    put(store, 1, b"content")
    chosen = plan(store)
    new = put(store, 2, b"content")
    removed = collect(store.layout, chosen)
    assert (removed.artifacts, removed.blobs) == (1, 0)
    assert store.check(new)


def test_an_artifact_that_a_render_looks_at_meanwhile_stays(store: Store):
    artifact = put(store, 1)
    chosen = plan(store)
    other = Store(store.root)
    other.protect([artifact.key])
    assert collect(store.layout, chosen).artifacts == 0
    assert store.check(artifact)
    del other
    assert sweep_up(store).artifacts == 1


def test_a_render_that_was_finished_meanwhile_holds(store: Store):
    artifact = put(store, 1)
    chosen = plan(store)
    History(store, "film.yaml").remember({"film": artifact.key})
    assert collect(store.layout, chosen).artifacts == 0


def test_protection_is_replaced_not_added_up(store: Store):
    one, two = put(store, 1), put(store, 2)
    store.protect([one.key])
    store.protect([two.key])
    assert len([path for path in store.layout.tmp.iterdir() if path.is_dir()]) == 1
    sweep_up(store)
    assert keys_in(store) == {two.key}


class Pause:
    """Stops a thread at a call until it may go on."""

    def __init__(self, real: Callable[..., None]) -> None:
        self.reached, self.go_on = threading.Event(), threading.Event()
        self._real = real

    def __call__(self, *arguments: object) -> None:
        self.reached.set()
        assert self.go_on.wait(30)
        self._real(*arguments)


def test_between_a_blob_and_its_entry_a_collection_waits(store: Store, monkeypatch):
    """The classic race: the blob is there, and no entry names it yet."""
    pause = Pause(store_module.publish_bytes)
    with store.workspace():
        pass
    monkeypatch.setattr(store_module, "publish_bytes", pause)
    publisher = threading.Thread(target=put, args=(store, 1, b"content"))
    publisher.start()
    assert pause.reached.wait(30)
    assert len(blobs_in(store)) == 1
    collector = threading.Thread(target=sweep_up, args=(store, holders_of(1)))
    collector.start()
    collector.join(0.5)
    assert collector.is_alive()
    pause.go_on.set()
    publisher.join(30)
    collector.join(30)
    found = store.find(record(1).key)
    assert found is not None
    assert store.check(found)


def holders_of(*seeds: int) -> Holders:
    return Holders(plans={"film": [record(seed).key for seed in seeds]}, renders=3)


def test_what_is_received_uses_a_blob_that_is_there_and_a_collection_sees_it(
    tmp_path: Path, store: Store
):
    artifact = put(store, 1, b"content")
    put(store, 2, b"content")
    store.layout.entry(artifact.key).unlink()
    chosen = plan(store)
    with store.workspace() as folder:
        store.receive(artifact, folder)
    removed = collect(store.layout, chosen)
    assert (removed.artifacts, removed.blobs) == (1, 0)
    assert store.check(artifact)


def test_a_store_that_is_not_there_is_nothing_to_collect(store: Store):
    found = plan_collection(store.layout, NOBODY, Policy(), time.time(), to_remove=False)
    assert (found.findings.rows, found.litter.locks) == ([], [])
    assert not store.root.exists()


def test_a_lock_that_lost_its_file_is_no_lock(store: Store):
    """What removing lock files rests on: filelock notices a file without a name."""
    with store.workspace():
        pass
    path = store.layout.lock("key")
    path.touch()
    real_open = os.open

    def opened_before_it_went(file: str, flags: int, *more: int) -> int:
        descriptor = real_open(file, flags, *more)
        if file == str(path) and path.exists():
            path.unlink()
        return descriptor

    os.open = opened_before_it_went
    try:
        assert try_lock(path) is None
    finally:
        os.open = real_open
    lock = try_lock(path)
    assert lock is not None
    assert path.exists()
    lock.release()
