"""The quick look sees what the careful one sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from artifacts import put, record, rot

from animegen.store.record import Record
from animegen.store.scan import UNREADABLE, Row, scan_blobs, scan_entries, scan_keys

if TYPE_CHECKING:
    from animegen.store.store import Store


def only(store: Store) -> Row:
    (row,) = scan_entries(store.layout)
    return row


def test_a_row_says_what_the_entry_says(store: Store):
    artifact = put(store, 1, b"frames", 2.5, **{"la tents.bin": b"latents"})
    row = only(store)
    assert (row.key, row.kind, row.seconds) == (artifact.key, "keyframe", 2.5)
    assert set(row.blobs) == {(blob.digest, blob.size) for blob in artifact.blobs.values()}
    assert row.size == len(b"frames") + len(b"latents")
    assert row.written == pytest.approx(store.layout.entry(row.key).stat().st_mtime)
    assert set(scan_blobs(store.layout)) == {blob.digest for blob in artifact.blobs.values()}
    assert list(scan_keys(store.layout)) == [artifact.key]


HARD = {
    "a record that looks like an entry": (
        {"blobs": {"x": {"digest": "0" * 64, "size": 7}}, "made": {"seconds": 9}},
        {"seconds": 1},
    ),
    "a text that looks like one": (
        {"t": '}, "blobs": {"x": {"digest": "' + "0" * 64},
        {"seconds": 1},
    ),
    "made that looks like one": (
        {},
        {"seconds": 1, "z": 0, "blobs": {"x": {"digest": "0" * 64, "size": 7}}},
    ),
    "seconds that come later": ({}, {"notes": [], "seconds": 1}),
    "seconds in scientific notation": ({}, {"seconds": 1e-7}),
    "no seconds": ({}, {"notes": ["雨"]}),
}


@pytest.mark.parametrize(("fields", "made"), HARD.values(), ids=HARD)
def test_entries_that_could_mislead_do_not(store: Store, fields, made):
    with store.workspace() as folder:
        (folder / 'a "name".bin').write_bytes(b"content")
        artifact = store.publish(Record(kind="clip", revision=1, fields=fields), folder, made)
    (blob,) = artifact.blobs.values()
    row = only(store)
    assert (row.kind, row.blobs) == ("clip", ((blob.digest, 7),))
    assert row.seconds == made.get("seconds", 0)


@pytest.mark.parametrize("content", [b"", b"{", b"null", b"[1]", b'{"entry": {}}', b"[" * 100_000])
def test_what_is_no_entry_is_a_row_without_blobs(store: Store, content: bytes):
    rot(store.layout.entry(put(store, 1).key), content)
    assert only(store)[:4] == (record(1).key, UNREADABLE, (), 0.0)


def test_other_files_are_no_entries(store: Store):
    artifact = put(store, 1)
    entry = store.layout.entry(artifact.key)
    entry.with_name("notes.txt").write_text("mine")
    (store.layout.entries / "README").write_text("mine")
    assert [row.key for row in scan_entries(store.layout)] == [artifact.key]


def test_a_store_that_is_not_there_is_empty(store: Store):
    assert list(scan_entries(store.layout)) == list(scan_blobs(store.layout)) == []
    assert not store.root.exists()
