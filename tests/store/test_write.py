"""The order in which a name and its content reach the disk."""

from __future__ import annotations

import os
from pathlib import Path

from animegen.store import write
from animegen.store.write import make_folder, publish_bytes


def test_content_then_name_then_folder(tmp_path: Path, monkeypatch):
    calls: list[tuple[str, str]] = []
    real_flush, real_fsync, real_replace = write.flush, os.fsync, os.replace

    def flush(path: Path) -> None:
        calls.append(("flush", path.name))
        real_flush(path)

    def fsync(descriptor: int) -> None:
        calls.append(("fsync", calls[-1][1]))
        real_fsync(descriptor)

    def replace(source: Path, target: Path) -> None:
        calls.append(("replace", Path(target).name))
        real_replace(source, target)

    (tmp_path / "work").mkdir()
    (tmp_path / "entries").mkdir()
    monkeypatch.setattr(write, "flush", flush)
    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replace)
    publish_bytes(b"text", tmp_path / "entries" / "ab" / "key.json", tmp_path / "work")
    assert calls == [
        ("flush", "key.json.new"),
        ("fsync", "key.json.new"),
        ("flush", "entries"),
        ("fsync", "entries"),
        ("replace", "key.json"),
        ("flush", "ab"),
        ("fsync", "ab"),
    ]
    assert (tmp_path / "entries" / "ab" / "key.json").read_bytes() == b"text"
    assert list((tmp_path / "work").iterdir()) == []


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path):
    make_folder(tmp_path / "a" / "b")
    make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()
