"""A film's artifacts on their way to another machine: whole, or a clear error and no harm."""

from __future__ import annotations

import io
import random
import tarfile
from typing import TYPE_CHECKING

import pytest
from artifacts import keys_in, put, record, rot

from animegen.errors import AnimegenError, UsageError
from animegen.store.bundle import BundleDamaged, BundleTruncated, BundleUnsafe, NotABundle
from animegen.store.history import History, film_histories
from animegen.store.move import export_film, import_bundle
from animegen.store.store import Store
from animegen.store.verify import verify

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NODES = {f"s{seed}/clip": record(seed).key for seed in range(3)}
TARGETS = ("s2/clip",)


@pytest.fixture
def bundle(tmp_path: Path, store: Store) -> Path:
    """Three artifacts; the first two share a blob."""
    put(store, 0, b"shared", more=b"a" * 2000)
    put(store, 1, b"shared")
    put(store, 2, b"b" * 5000)
    path = tmp_path / "film.animegen.tar"
    assert export_film(store, "film.yaml", NODES, TARGETS, path) == 3
    return path


@pytest.fixture
def other(tmp_path: Path) -> Store:
    return Store(tmp_path / "other")


def test_what_was_exported_is_there_and_remembered_as_rendered(bundle: Path, other: Store):
    done = import_bundle(other, bundle)
    assert (done.film, done.new, done.known) == ("film.yaml", 3, 0)
    assert keys_in(other) == set(NODES.values())
    assert verify(other).whole
    assert History(other, "film.yaml").read() == NODES
    (history,) = film_histories(other.layout)
    assert [render.nodes for render in history.renders] == [NODES]
    other.close()
    assert list(other.layout.tmp.iterdir()) == []


def test_importing_again_changes_nothing(bundle: Path, other: Store):
    import_bundle(other, bundle)
    before = {path: path.stat().st_mtime_ns for path in other.layout.entries.rglob("*.json")}
    done = import_bundle(other, bundle)
    assert (done.new, done.known) == (0, 3)
    assert {p: p.stat().st_mtime_ns for p in other.layout.entries.rglob("*.json")} == before


def test_importing_mends_what_is_damaged(bundle: Path, other: Store):
    import_bundle(other, bundle)
    found = other.find(NODES["s2/clip"])
    assert found is not None
    rot(found.path("frames.mkv"), b"c" * 5000)
    assert import_bundle(other, bundle).new == 1
    assert verify(other).whole


def test_a_shared_blob_travels_once_and_entries_follow_their_blobs(bundle: Path):
    with tarfile.open(bundle) as tar:
        names = [member.name.split("/")[0] for member in tar]
    assert names == [
        "animegen-bundle.json",
        *("objects", "objects", "entries"),
        "entries",
        *("objects", "entries"),
        "end.json",
    ]


def test_the_same_artifacts_are_the_same_file(bundle: Path, store: Store, tmp_path: Path):
    export_film(store, "film.yaml", NODES, TARGETS, tmp_path / "again.tar")
    assert (tmp_path / "again.tar").read_bytes() == bundle.read_bytes()


def test_what_is_damaged_or_missing_is_not_exported(store: Store, tmp_path: Path, other: Store):
    put(store, 0)
    rot(put(store, 1, b"frames").path("frames.mkv"), b"framez")
    path = tmp_path / "part.tar"
    assert export_film(store, "film.yaml", NODES, TARGETS, path) == 1
    assert import_bundle(other, path).new == 1
    assert film_histories(other.layout)[0].renders == ()


def test_nothing_to_export_is_an_error_and_leaves_no_file(store: Store, tmp_path: Path):
    with pytest.raises(UsageError, match=r"the store has nothing of film\.yaml"):
        export_film(store, "film.yaml", NODES, TARGETS, tmp_path / "none.tar")
    assert list(tmp_path.glob("*none*")) == []


def test_a_broken_export_leaves_the_file_that_was_there(
    bundle: Path, store: Store, monkeypatch: pytest.MonkeyPatch
):
    before = bundle.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("animegen.store.bundle._add", full)
    with pytest.raises(AnimegenError, match="no space is left for") as refused:
        export_film(store, "film.yaml", NODES, TARGETS, bundle)
    assert "-o FILE" in refused.value.remedy
    assert bundle.read_bytes() == before
    assert list(bundle.parent.glob(".*.part")) == []


def test_cut_anywhere_it_is_refused_and_what_came_is_whole(bundle: Path, tmp_path: Path):
    content, dice = bundle.read_bytes(), random.Random(1)
    with tarfile.open(bundle) as tar:
        end = next(member for member in tar if member.name == "end.json").offset_data
    cuts = [*range(512, end, 512), *(dice.randrange(1, end) for _ in range(20))]
    for number, cut in enumerate(cuts):
        path = tmp_path / f"cut-{number}.tar"
        path.write_bytes(content[:cut])
        other = Store(tmp_path / f"store-{number}")
        with pytest.raises((BundleTruncated, NotABundle)):
            import_bundle(other, path)
        assert verify(other).whole
        assert film_histories(other.layout) == []
    import_bundle(other, bundle)
    assert keys_in(other) == set(NODES.values())


def test_cut_short_it_says_so(bundle: Path, other: Store):
    bundle.write_bytes(bundle.read_bytes()[:6000])
    with pytest.raises(BundleTruncated) as refused:
        import_bundle(other, bundle)
    assert refused.value.message == f"{bundle} ends too early"
    assert refused.value.remedy == (
        "copy it again from where it was made; what was imported before this stays"
    )


def test_no_flipped_bit_gets_in(bundle: Path, tmp_path: Path):
    content, dice = bundle.read_bytes(), random.Random(2)
    refused = 0
    for number in range(150):
        position = dice.randrange(len(content))
        bad = bytearray(content)
        bad[position] ^= 1 << dice.randrange(8)
        path = tmp_path / "bad.tar"
        path.write_bytes(bad)
        other = Store(tmp_path / f"store-{number}")
        try:
            import_bundle(other, path)
        except AnimegenError:
            refused += 1
        assert verify(other).whole
        for artifact in other.entries():
            assert artifact.key in NODES.values()
    assert refused > 50


def rewrite(bundle: Path, change: Callable[[tarfile.TarInfo, bytes], tuple | None]) -> None:
    """Write the bundle again, each member as `change` gives it back."""
    with tarfile.open(bundle) as tar:
        members = [(member, tar.extractfile(member).read()) for member in tar]
    with tarfile.open(bundle, "w") as tar:
        for member, content in members:
            changed = change(member, content)
            if changed is not None:
                info, text = changed
                info.size = len(text)
                tar.addfile(info, io.BytesIO(text))


def renamed(name: str, kind: bytes = tarfile.REGTYPE) -> Callable:
    def change(member: tarfile.TarInfo, content: bytes) -> tuple:
        if member.name.startswith("objects/"):
            member.name, member.type, member.linkname = name, kind, "/etc/passwd"
            content = b"" if kind != tarfile.REGTYPE else content
        return member, content

    return change


@pytest.mark.parametrize(
    "change",
    [
        renamed("../../escaped"),
        renamed("/tmp/escaped"),
        renamed("objects/../../escaped"),
        renamed(f"objects/ab/{'ab' * 32}\n"),
        renamed(f"objects/cd/{'ab' * 32}"),
        renamed(f"objects/ab/{'ab' * 32}", tarfile.SYMTYPE),
        renamed(f"objects/ab/{'ab' * 32}", tarfile.LNKTYPE),
        renamed(f"objects/ab/{'ab' * 32}", tarfile.FIFOTYPE),
        renamed(f"objects/ab/{'ab' * 32}", tarfile.DIRTYPE),
        renamed("version"),
    ],
)
def test_what_no_export_writes_is_refused(bundle: Path, other: Store, change, tmp_path: Path):
    rewrite(bundle, change)
    before = {path for path in tmp_path.rglob("*") if not path.is_relative_to(other.root)}
    with pytest.raises(BundleUnsafe, match="which no export writes"):
        import_bundle(other, bundle)
    after = {path for path in tmp_path.rglob("*") if not path.is_relative_to(other.root)}
    assert after == before
    assert keys_in(other) == set()


def replaced(start: str, content: bytes) -> Callable:
    def change(member: tarfile.TarInfo, text: bytes) -> tuple:
        return member, content if member.name.startswith(start) else text

    return change


def without(start: str) -> Callable:
    def change(member: tarfile.TarInfo, text: bytes) -> tuple | None:
        return None if member.name.startswith(start) else (member, text)

    return change


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (replaced("objects/", b"other"), BundleDamaged, "has changed"),
        (replaced("entries/", b"{}"), BundleDamaged, "it is not readable"),
        (without("objects/"), BundleDamaged, "frames.mkv of .* is not in it"),
        (without("entries/"), BundleDamaged, "artifacts are missing"),
        (without("end.json"), BundleTruncated, "ends too early"),
        (without("animegen-bundle"), NotABundle, "is no bundle of artifacts"),
        (replaced("animegen-bundle", b'{"version": 2}'), NotABundle, "bundle of version 2"),
        (replaced("animegen-bundle", b'{"version": 1}'), BundleDamaged, "what it holds"),
        (replaced("animegen-bundle", b"{"), BundleDamaged, "is damaged"),
    ],
)
def test_damage_has_its_name(bundle: Path, other: Store, change, error, message):
    rewrite(bundle, change)
    with pytest.raises(error, match=message):
        import_bundle(other, bundle)
    assert verify(other).whole


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x1f\x8b" + b"0" * 2000, b"x" * 5000])
def test_another_file_is_no_bundle(tmp_path: Path, other: Store, content: bytes):
    path = tmp_path / "other.tar"
    path.write_bytes(content)
    with pytest.raises(NotABundle, match=r"is no bundle of artifacts"):
        import_bundle(other, path)


def test_a_file_that_is_not_there_is_a_clear_error(tmp_path: Path, other: Store):
    with pytest.raises(UsageError, match=r"none\.tar: No such file or directory"):
        import_bundle(other, tmp_path / "none.tar")
