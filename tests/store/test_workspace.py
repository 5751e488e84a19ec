"""Temporary folders and locks: alive ones stay, dead ones go."""

from __future__ import annotations

import errno
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from animegen.errors import StoreFailed
from animegen.store.lock import try_lock
from animegen.store.store import Store

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


@pytest.mark.parametrize("name", ["tmp", "locks", "objects", "entries", "quarantine", "history"])
def test_a_folder_that_somebody_deleted_is_made_again(tmp_path: Path, name: str):
    store = Store(tmp_path / "store")
    with store.workspace():
        pass
    shutil.rmtree(store.root / name)
    with store.lock("key"), store.workspace():
        assert (store.root / name).is_dir()


def test_a_folder_that_cannot_be_swept_is_a_clear_error(tmp_path: Path, monkeypatch):
    def refused(path: Path) -> object:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    store = Store(tmp_path / "store")
    with store.workspace():
        pass
    monkeypatch.setattr(Path, "iterdir", refused)
    with pytest.raises(StoreFailed, match="tmp cannot be written: Permission denied"):
        work_in(store)


def test_what_cannot_be_removed_fails_no_render_and_is_swept_later(tmp_path: Path, monkeypatch):
    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    store = Store(tmp_path / "store")
    with monkeypatch.context() as disk, store.workspace():
        disk.setattr(Path, "unlink", refused)
    assert len(list(store.layout.tmp.iterdir())) == 1
    with store.workspace():
        pass
    assert list(store.layout.tmp.iterdir()) == []
