"""Two folders, one address: what is shared is right or missing, and never needed."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from artifacts import blobs_in, keys_in, put, record, rot

from animegen.errors import UsageError
from animegen.store.remote import Remote, RemoteFailed, open_remote
from animegen.store.shared import SharedStore
from animegen.store.store import Store

if TYPE_CHECKING:
    from pathlib import Path


class Machine(SharedStore):
    """A machine's store, with what it announced."""

    def __init__(self, root: Path, remote: Remote) -> None:
        self.said: list[str] = []
        super().__init__(root, remote, self.said.append)


@pytest.fixture(params=["file", "memory"])
def remote(request: pytest.FixtureRequest, tmp_path: Path) -> Remote:
    place = tmp_path / "remote"
    return open_remote(f"file://{place}" if request.param == "file" else f"memory://{place}")


@pytest.fixture
def one(tmp_path: Path, remote: Remote) -> Machine:
    return Machine(tmp_path / "one", remote)


@pytest.fixture
def two(tmp_path: Path, remote: Remote) -> Machine:
    return Machine(tmp_path / "two", remote)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The address as a folder, to damage what is in it."""
    return tmp_path / "remote" / "v1"


def shared_folder(tmp_path: Path) -> Remote:
    return open_remote(f"file://{tmp_path / 'remote'}")


def test_what_one_made_the_other_has(one: Machine, two: Machine):
    made = put(one, 1, b"frames", more=b"latents")
    assert two.has(made.key)
    assert two.record(made.key) == record(1)
    assert keys_in(two) == set()
    found = two.find(made.key)
    assert found is not None
    assert (found.record, found.made) == (made.record, made.made)
    assert two.check(found)
    assert found.path("frames.mkv").read_bytes() == b"frames"
    assert Store(two.root).find(made.key) == found
    assert one.said + two.said == []


def test_what_nobody_made_is_missing(one: Machine):
    assert one.find(record(1).key) is None
    assert not one.has(record(1).key)
    assert one.record(record(1).key) is None
    assert one.said == []
    assert not one.root.exists()


def test_what_is_here_is_not_asked_for(one: Machine, monkeypatch):
    made = put(one, 1)
    monkeypatch.setattr(Remote, "read", None)
    assert one.find(made.key) == made
    assert one.has(made.key)
    assert one.record(made.key) == made.record


def test_all_that_is_expected_is_asked_for_at_once(one: Machine, two: Machine, monkeypatch):
    keys = [put(one, seed).key for seed in range(5)]
    put(two, 1)
    asked: list[int] = []
    real = Remote.read

    def counted(self: Remote, names):
        listed = list(names)
        asked.append(len(listed))
        return real(self, listed)

    monkeypatch.setattr(Remote, "read", counted)
    two.expect([*keys, record(9).key])
    assert [two.has(key) for key in (*keys, record(9).key)] == [True] * 5 + [False]
    assert asked == [5]
    assert two.find(keys[0]) is not None
    assert two.find(record(9).key) is None
    assert asked == [5]
    put(one, 9)
    assert two.find(record(9).key) is not None  # asked again: somebody made it meanwhile
    assert asked == [5, 1]


def test_a_damage_here_is_mended_from_there_without_a_word_of_rendering(one: Machine):
    made = put(one, 1)
    rot(made.path("frames.mkv"), b"")
    told: list[str] = []
    assert one.find(made.key, told.append) == made
    assert told == []
    assert one.check(made)


def test_content_that_is_here_already_is_brought_again_and_kept_once(one: Machine, two: Machine):
    put(two, 2, b"same")
    made = put(one, 1, b"same")
    assert two.find(made.key) is not None
    assert len(blobs_in(two)) == 1


@pytest.mark.parametrize("content", [b"framez", b"fram", b""])
def test_a_damaged_blob_there_is_no_hit_and_the_next_render_mends_it(
    tmp_path: Path, folder: Path, content: bytes
):
    remote = shared_folder(tmp_path)
    one, two, three = (Machine(tmp_path / name, remote) for name in ("one", "two", "three"))
    made = put(one, 1, b"frames")
    digest = made.blobs["frames.mkv"].digest
    (folder / "objects" / digest[:2] / digest).chmod(0o644)
    (folder / "objects" / digest[:2] / digest).write_bytes(content)
    assert two.find(made.key) is None
    assert two.find(made.key) is None
    said = f"note: {made.key[:12]} in {remote.address} is damaged"
    assert two.said == ([said] if len(content) == 6 else [])
    assert keys_in(two) == blobs_in(two) == set()
    assert put(two, 1, b"frames")
    found = three.find(made.key)
    assert found is not None
    assert three.check(found)


@pytest.mark.parametrize("content", [b"", b"{", b'{"entry": 1}'])
def test_a_damaged_entry_there_is_no_hit(tmp_path: Path, folder: Path, content: bytes):
    remote = shared_folder(tmp_path)
    one, two = Machine(tmp_path / "one", remote), Machine(tmp_path / "two", remote)
    key = put(one, 1).key
    (folder / "entries" / key[:2] / f"{key}.json").write_bytes(content)
    assert not two.has(key)
    assert two.find(key) is None
    assert two.said[0].startswith(f"note: {key[:12]} in {remote.address} is damaged: ")
    put(two, 1)
    assert Machine(tmp_path / "three", remote).find(key) is not None


def test_another_artifacts_entry_is_not_believed(tmp_path: Path, folder: Path):
    remote = shared_folder(tmp_path)
    one, two = Machine(tmp_path / "one", remote), Machine(tmp_path / "two", remote)
    key, other = put(one, 1).key, put(one, 2).key
    shutil.copy(
        folder / "entries" / other[:2] / f"{other}.json",
        folder / "entries" / key[:2] / f"{key}.json",
    )
    assert two.find(key) is None


def test_a_blob_that_was_evicted_there_is_no_hit(tmp_path: Path, folder: Path):
    remote = shared_folder(tmp_path)
    one, two = Machine(tmp_path / "one", remote), Machine(tmp_path / "two", remote)
    key = put(one, 1, b"frames", more=b"latents").key
    next((folder / "objects").glob("*/*")).unlink()
    assert not two.has(key)
    assert two.find(key) is None


def test_an_upload_that_broke_off_is_no_hit(one: Machine, two: Machine, monkeypatch):
    """The entry comes last, so half an artifact has none."""

    def broken(*_: object) -> None:
        raise RemoteFailed("the line is dead")

    monkeypatch.setattr(Remote, "write", broken)
    made = put(one, 1)
    monkeypatch.undo()
    assert not two.has(made.key)
    assert two.find(made.key) is None
    assert one.find(made.key) == made


def test_blobs_are_put_before_the_entry_that_names_them(one: Machine, monkeypatch):
    order: list[str] = []
    real_put, real_write = Remote.put, Remote.write
    monkeypatch.setattr(
        Remote, "put", lambda self, files: (order.append("blobs"), real_put(self, files))[1]
    )
    monkeypatch.setattr(
        Remote, "write", lambda self, *a: (order.append("entry"), real_write(self, *a))[1]
    )
    put(one, 1)
    assert order == ["blobs", "entry"]


def dead(*_: object) -> None:
    raise ConnectionError("nobody answers")


def test_an_address_that_nobody_answers_is_told_once_and_not_needed(
    one: Machine, two: Machine, monkeypatch
):
    made = put(one, 1)
    for name in ("cat_file", "info", "get_file", "put_file", "pipe_file"):
        monkeypatch.setattr(type(two._remote.fs), name, dead)
    assert two.find(made.key) is None
    assert not two.has(made.key)
    own = put(two, 1)
    assert put(two, 2)
    assert two.find(own.key) == own
    assert two.said == [f"note: {two.address} cannot be used (nobody answers); going on without it"]
    two.close()
    assert two.said[1:] == [
        f"note: 2 new artifacts could not be put into {two.address}; "
        "`storyboard cache push FILE` does it later"
    ]
    two.close()
    assert len(two.said) == 2


def test_an_address_that_answers_again_is_used_again(one: Machine, two: Machine, monkeypatch):
    made = put(one, 1)
    with monkeypatch.context() as broken:
        broken.setattr(type(two._remote.fs), "cat_file", dead)
        assert two.find(made.key) is None
    assert two.find(made.key) is None
    monkeypatch.setattr("animegen.store.shared._PAUSE", 0)
    two._silent_until = 0
    assert two.find(made.key) is not None


def test_what_was_not_sent_is_sent_later_and_only_that(one: Machine, two: Machine, monkeypatch):
    first = put(one, 1)
    with monkeypatch.context() as broken:
        broken.setattr(type(one._remote.fs), "pipe_file", dead)
        second = put(one, 2)
    keys = [first.key, second.key, record(3).key]
    assert one.send(keys) == 1
    assert one.send(keys) == 0
    assert two.find(second.key) is not None


def test_what_is_damaged_here_is_not_sent(one: Machine, two: Machine, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(type(one._remote.fs), "pipe_file", dead)
        made = put(one, 1, b"frames")
    rot(made.path("frames.mkv"), b"framez")
    one.send([made.key])
    assert two.find(made.key) is None


@pytest.mark.parametrize("address", ["gopher://x/y", "s4://bucket"])
def test_an_address_that_nothing_understands_is_refused(address: str):
    with pytest.raises(UsageError, match=f"--store {address}: ") as refused:
        open_remote(address)
    assert refused.value.remedy == "write s3://bucket/folder, or a folder's path"
