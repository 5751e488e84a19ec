"""The last step to the user's folder: whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from animegen.errors import StoreFailed
from animegen.store.deliver import deliver
from animegen.store.record import Record
from animegen.store.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from animegen.store.artifact import Blob


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def blob(store: Store) -> Blob:
    with store.workspace() as folder:
        (folder / "film.mp4").write_bytes(b"film")
        record = Record(kind="film", revision=1, fields={})
        return store.publish(record, folder, {}).blobs["film.mp4"]


def test_the_copy_is_the_users_own(tmp_path: Path, store: Store, blob: Blob):
    target = tmp_path / "out" / "rain" / "film.mp4"
    assert deliver(store, blob, target)
    assert target.read_bytes() == b"film"
    assert target.stat().st_mode & 0o200
    target.write_bytes(b"edited")
    assert blob.path.read_bytes() == b"film"


def test_the_same_content_is_left_untouched(tmp_path: Path, store: Store, blob: Blob):
    target = tmp_path / "film.mp4"
    deliver(store, blob, target)
    before = target.stat()
    assert not deliver(store, blob, target)
    after = target.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


@pytest.mark.parametrize("old", [b"", b"old film", b"fizm"])
def test_other_content_is_replaced(tmp_path: Path, store: Store, blob: Blob, old: bytes):
    target = tmp_path / "film.mp4"
    target.write_bytes(old)
    assert deliver(store, blob, target)
    assert target.read_bytes() == b"film"


def test_what_a_killed_delivery_left_is_removed(tmp_path: Path, store: Store, blob: Blob):
    target, other = tmp_path / "film[1].mp4", tmp_path / ".film1.mp4.00.part"
    stray = tmp_path / ".film[1].mp4.00.part"
    stray.write_bytes(b"fi")
    other.write_bytes(b"not ours")
    deliver(store, blob, target)
    assert not stray.exists()
    assert other.exists()


def test_a_damaged_blob_is_never_delivered(tmp_path: Path, store: Store, blob: Blob):
    target = tmp_path / "film.mp4"
    target.write_bytes(b"last week's film")
    blob.path.chmod(0o644)
    blob.path.write_bytes(b"fizm")
    with pytest.raises(StoreFailed, match=r"the stored copy of film.mp4 is damaged"):
        deliver(store, blob, target)
    assert target.read_bytes() == b"last week's film"
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []


def test_a_folder_in_the_way_is_a_clear_error(tmp_path: Path, store: Store, blob: Blob):
    (tmp_path / "film.mp4").mkdir()
    with pytest.raises(StoreFailed, match="Is a directory") as refused:
        deliver(store, blob, tmp_path / "film.mp4")
    assert "-o DIR" in refused.value.remedy
