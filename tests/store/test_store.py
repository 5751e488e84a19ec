"""What the store keeps, what it refuses, and what it does with damage."""

from __future__ import annotations

import errno
import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from animegen.errors import RenderFailed, StoreFailed
from animegen.store.record import Record
from animegen.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from animegen.store.artifact import Artifact


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def record(seed: int = 1) -> Record:
    return Record(kind="keyframe", revision=2, fields={"seed": seed, "weight": 0.7, "text": "雨"})


def put(store: Store, content: bytes = b"picture", seed: int = 1, seconds: float = 1.0) -> Artifact:
    with store.workspace() as folder:
        (folder / "keyframe.png").write_bytes(content)
        (folder / "latent.bin").write_bytes(b"latent")
        return store.publish(record(seed), folder, {"seconds": seconds, "notes": ["a", "b"]})


def quarantined(store: Store) -> list[str]:
    return sorted(path.name.split(".")[0] for path in store.layout.quarantine.iterdir())


def test_what_was_published_is_found_by_another_store_object(store: Store):
    artifact = put(store)
    assert Store(store.root).find(record().key) == artifact
    assert artifact.path("keyframe.png").read_bytes() == b"picture"
    assert store.find(record(2).key) is None


def test_the_layout_on_disk_is_the_documented_one(store: Store):
    artifact = put(store)
    digest, key = artifact.blobs["latent.bin"].digest, artifact.key
    assert (store.root / "objects" / digest[:2] / digest).read_bytes() == b"latent"
    assert (store.root / "entries" / key[:2] / f"{key}.json").is_file()
    assert (store.root / "version").read_text() == "1"
    assert (store.root / ".gitignore").read_text() == "*\n"
    tag = (store.root / "CACHEDIR.TAG").read_text()
    assert tag.startswith("Signature: 8a477f597d28d172789f06886806bc55\n")
    assert list(store.layout.tmp.iterdir()) == []
    assert artifact.path("latent.bin").stat().st_mode & 0o777 == 0o444


def test_looking_creates_nothing(store: Store):
    assert store.find(record().key) is None
    assert store.record(record().key) is None
    assert not store.has(record().key)
    assert list(store.entries()) == []
    assert not store.root.exists()


def test_equal_contents_are_kept_once(store: Store):
    one, two = put(store, seed=1), put(store, seed=2)
    assert one.blobs == two.blobs
    assert len(list(store.layout.objects.glob("*/*"))) == 2
    assert sorted(artifact.key for artifact in store.entries()) == sorted([one.key, two.key])


def test_how_it_was_made_is_kept_and_is_not_in_the_key(store: Store):
    put(store, seconds=1.5)
    again = put(store, seconds=99)
    assert again.key == record().key
    found = store.find(record().key)
    assert found is not None
    assert found.made == {"seconds": 99, "notes": ["a", "b"]}


def test_publishing_heals_rotten_content(store: Store):
    rot(put(store).path("keyframe.png"), flipped)
    assert store.check(put(store))


def test_a_record_outlives_its_blobs(store: Store):
    put(store).path("keyframe.png").unlink()
    told: list[str] = []
    assert store.find(record().key, told.append) is None
    assert told == [f"keyframe.png of {record().key[:12]} is missing"]
    assert store.record(record().key) == record()


def rot(path: Path, change: Callable[[bytes], bytes]) -> None:
    content = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(change(content))


def flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


@pytest.mark.parametrize(
    "change", [lambda content: content[:3], lambda _: b""], ids=["truncated", "empty"]
)
def test_a_blob_of_the_wrong_size_is_set_aside_when_found(store: Store, change):
    artifact, told = put(store), []
    rot(artifact.path("keyframe.png"), change)
    assert store.find(artifact.key, told.append) is None
    assert len(told) == 1
    assert "is damaged" in told[0]
    assert quarantined(store) == [artifact.blobs["keyframe.png"].digest]
    assert put(store) == artifact
    assert store.find(artifact.key) == artifact


def test_a_flipped_bit_is_found_by_check(store: Store):
    artifact, told = put(store), []
    assert store.check(artifact)
    rot(artifact.path("latent.bin"), flipped)
    assert store.find(artifact.key) == artifact
    assert not store.check(artifact, told.append)
    assert told == [f"latent.bin of {artifact.key[:12]} is damaged: its content has changed"]
    assert quarantined(store) == [artifact.blobs["latent.bin"].digest]
    assert store.find(artifact.key) is None


def nested(_: bytes) -> bytes:
    return b"[" * 100_000


def forged(content: bytes) -> bytes:
    """A blob outside the store, under a checksum that fits."""
    body = json.loads(content)["entry"]
    body["blobs"]["keyframe.png"]["digest"] = "../../../etc/passwd"
    checksum = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    return json.dumps({"sha256": checksum, "entry": body}).encode()


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content[: len(content) // 2],
        lambda _: b"",
        lambda _: b"null",
        lambda _: b'{"entry": 1, "sha256": 2}',
        lambda _: b"\xff\xfe",
        lambda content: content.replace(b"latent.bin", b"latent.bim"),
        lambda content: content.replace(b'"seed": 1', b'"seed": 2'),
        forged,
        nested,
        flipped,
    ],
)
def test_a_damaged_entry_is_set_aside(store: Store, change):
    artifact, told = put(store), []
    rot(store.layout.entry(artifact.key), change)
    assert store.find(artifact.key, told.append) is None
    assert told
    assert told[0].startswith(f"the entry of {artifact.key[:12]} is damaged: ")
    assert quarantined(store) == [artifact.key]
    assert put(store) == artifact


@pytest.mark.parametrize("part", ["entry", "blob"])
def test_has_and_record_leave_damage_where_it_is(store: Store, part):
    artifact = put(store)
    assert store.has(artifact.key)
    entry = store.layout.entry(artifact.key)
    rot({"entry": entry, "blob": artifact.path("keyframe.png")}[part], lambda text: text[:3])
    before = sorted(store.root.rglob("*"))
    assert not store.has(artifact.key)
    assert store.record(artifact.key) == (None if part == "entry" else record())
    assert sorted(store.root.rglob("*")) == before
    assert store.find(artifact.key) is None
    assert len(quarantined(store)) == 1


def test_a_look_says_what_is_wrong_and_leaves_it_where_it_is(store: Store):
    artifact = put(store)
    assert store.look(artifact.key) == (artifact, "")
    rot(artifact.path("keyframe.png"), lambda content: content[:3])
    artifact.path("latent.bin").unlink()
    assert store.look(artifact.key) == (
        artifact,
        "keyframe.png is damaged: 3 of 7 bytes; latent.bin is missing",
    )
    rot(store.layout.entry(artifact.key), lambda text: text[:3])
    assert store.look(artifact.key) == (None, "its entry is damaged: it is not readable")
    store.layout.entry(artifact.key).unlink()
    assert store.look(artifact.key) == (None, "")
    assert quarantined(store) == []


def test_has_knows_a_missing_blob(store: Store):
    artifact = put(store)
    artifact.path("latent.bin").unlink()
    assert not store.has(artifact.key)


def test_every_single_flipped_bit_of_an_entry_is_noticed(store: Store):
    artifact = put(store)
    path = store.layout.entry(artifact.key)
    whole = path.read_bytes()
    for position in range(len(whole)):
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 4]) + whole[position + 1 :])
        found = store.find(artifact.key)
        assert found is None or found == artifact, f"byte {position}"


def test_an_entry_of_another_key_is_not_believed(store: Store):
    one, told = put(store, seed=1), []
    path = store.layout.entry(record(2).key)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(store.layout.entry(one.key).read_bytes())
    assert store.find(record(2).key, told.append) is None
    assert told == [
        f"the entry of {record(2).key[:12]} is damaged: its record has the key {one.key[:12]}"
    ]


def test_damage_in_a_store_that_cannot_be_written_is_a_miss_and_no_error(store: Store):
    artifact, told = put(store), []
    rot(artifact.path("keyframe.png"), lambda _: b"")
    store.layout.quarantine.rmdir()
    store.layout.quarantine.write_text("in the way")
    assert store.find(artifact.key, told.append) is None
    assert "and it cannot be set aside" in told[0]


def test_the_good_file_that_came_meanwhile_is_not_set_aside(store: Store, monkeypatch):
    artifact = put(store)
    rot(artifact.path("keyframe.png"), flipped)

    def slow(path: Path) -> str:
        put(store)
        return "0" * 64

    monkeypatch.setattr("animegen.store.examine.file_digest", slow)
    assert not store.check(artifact)
    monkeypatch.undo()
    assert store.check(artifact)


def unreadable(*_: object) -> bytes:
    raise OSError(errno.EIO, "Input/output error")


def test_a_bad_sector_is_damage_like_any_other(store: Store, monkeypatch):
    artifact, told = put(store), []
    monkeypatch.setattr("animegen.store.examine.file_digest", unreadable)
    assert not store.check(artifact, told.append)
    assert "it cannot be read (Input/output error)" in told[0]
    monkeypatch.setattr("pathlib.Path.read_bytes", unreadable)
    assert store.find(artifact.key, told.append) is None
    assert "it cannot be read (Input/output error)" in told[-1]
    assert artifact.key in quarantined(store)


def test_a_folder_that_may_not_be_read_is_a_clear_error(store: Store, monkeypatch):
    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    artifact = put(store)
    monkeypatch.setattr("pathlib.Path.stat", forbidden)
    key = artifact.key
    for look in (lambda: store.find(key), lambda: store.has(key), lambda: store.check(artifact)):
        with pytest.raises(StoreFailed, match="Permission denied"):
            look()


def test_a_step_must_leave_plain_files(store: Store):
    with store.workspace() as folder:
        with pytest.raises(RenderFailed, match="step keyframe left no file"):
            store.publish(record(), folder, {})
        (folder / "frames").mkdir()
        with pytest.raises(RenderFailed, match="left 'frames', which is not a file"):
            store.publish(record(), folder, {})
        (folder / "frames").rmdir()
        (folder / "link").symlink_to(store.root / "version")
        with pytest.raises(RenderFailed, match="left 'link', which is not a file"):
            store.publish(record(), folder, {})
    assert list(store.entries()) == []


def test_another_version_is_refused(store: Store):
    put(store)
    (store.root / "version").write_text("2")
    with pytest.raises(StoreFailed, match="is a store of version") as refused:
        Store(store.root)
    assert "--store DIR" in refused.value.remedy


def test_a_folder_of_other_files_is_refused_and_left_alone(tmp_path: Path):
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(StoreFailed, match=r"holds other files \(thesis.tex\)"):
        Store(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_folder_in_the_way_is_a_clear_error(tmp_path: Path):
    (tmp_path / "store").write_text("a file")
    with pytest.raises(StoreFailed, match="Not a directory"):
        Store(tmp_path / "store").find(record().key)
