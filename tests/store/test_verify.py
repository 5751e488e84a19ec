"""A verification finds what is not as it was written, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from artifacts import blobs_in, keys_in, put, record, rot

from animegen.store.verify import verify

if TYPE_CHECKING:
    from animegen.store.store import Store


def test_a_whole_store_is_whole_and_each_blob_is_read_once(store: Store):
    put(store, 1, b"12345", more=b"678")
    put(store, 2, b"12345")
    seen: list[tuple[int, int]] = []
    found = verify(store, on_progress=lambda done, total: seen.append((done, total)))
    assert (found.whole, found.artifacts, found.blobs, found.read) == (True, 2, 2, 8)
    assert seen[-1] == (8, 8)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"12344", "frames.mkv is damaged: its content has changed"),
        (b"12", "frames.mkv is damaged: 2 of 5 bytes"),
        (b"", "frames.mkv is damaged: 0 of 5 bytes"),
    ],
)
def test_a_bad_blob_is_set_aside_and_all_that_used_it_must_be_made_again(
    store: Store, content: bytes, reason: str
):
    one, _, whole = put(store, 1, b"12345"), put(store, 2, b"12345"), put(store, 3)
    rot(one.path("frames.mkv"), content)
    found = verify(store)
    assert not found.whole
    assert {loss.key: loss.kind for loss in found.losses} == {
        record(1).key: "keyframe",
        record(2).key: "keyframe",
    }
    assert reason in {reason for loss in found.losses for reason in loss.reasons}
    assert one.blobs["frames.mkv"].digest not in blobs_in(store)
    assert len(list(store.layout.quarantine.iterdir())) == 1
    assert store.find(one.key) is None
    assert store.find(whole.key) == whole
    put(store, 1, b"12345")
    assert verify(store).whole


def test_a_missing_blob_and_a_bad_entry_are_losses(store: Store):
    one, two = put(store, 1), put(store, 2)
    one.path("frames.mkv").unlink()
    rot(store.layout.entry(two.key), b"{")
    found = verify(store)
    assert {loss.key: (loss.kind, loss.reasons) for loss in found.losses} == {
        one.key: ("keyframe", ("frames.mkv is missing",)),
        two.key: ("", ("the entry is damaged: it is not readable",)),
    }
    assert keys_in(store) == {one.key}


def test_a_bad_blob_that_nothing_needs_is_told_apart(store: Store):
    artifact = put(store, 1)
    rot(artifact.path("frames.mkv"), b"other")
    store.layout.entry(artifact.key).unlink()
    found = verify(store)
    assert (found.losses, found.orphans, found.whole) == ([], 1, False)
    assert blobs_in(store) == set()


def test_a_sample_reads_a_share(store: Store):
    for seed in range(40):
        put(store, seed)
    assert verify(store, sample=0.25).artifacts == 10
    assert verify(store, sample=0.001).artifacts == 1


def test_what_a_collection_took_meanwhile_is_no_loss(store: Store, monkeypatch):
    artifact = put(store, 1)

    def taken(_: object) -> None:
        store.layout.entry(artifact.key).unlink(missing_ok=True)
        artifact.path("frames.mkv").unlink(missing_ok=True)
        return real(_)

    from animegen.store import verify as module

    real = module.examine_content
    monkeypatch.setattr(module, "examine_content", taken)
    assert verify(store).whole


def test_an_empty_store_is_whole(store: Store):
    assert verify(store).whole
    assert verify(store, sample=0.5).whole
    assert not store.root.exists()
