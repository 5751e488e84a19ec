"""What a step needs to run by itself: a work folder, and artifacts that no store has seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from animegen.digest import file_digest
from animegen.store.artifact import Artifact, Blob
from animegen.store.record import Record

if TYPE_CHECKING:
    from pathlib import Path


@dataclass
class LoneWork:
    folder: Path
    device: str = "cpu"
    offload: str = "none"
    reports: list[tuple[int, int, str]] = field(default_factory=list)

    def weights(self, digest: str) -> Path:
        raise AssertionError(f"asked for weights {digest}")

    def progress(self, done: int, total: int, unit: str) -> None:
        self.reports.append((done, total, unit))

    def note(self, message: str) -> None:
        raise AssertionError(message)


@pytest.fixture
def work(tmp_path):
    folder = tmp_path / "work"
    folder.mkdir()
    return LoneWork(folder)


@pytest.fixture
def artifact():
    def build(*files: Path) -> Artifact:
        blobs = {
            path.name: Blob(digest=file_digest(path), size=path.stat().st_size, path=path)
            for path in files
        }
        record = Record(kind="test", revision=1, fields={})
        return Artifact(record=record, blobs=blobs, made={})

    return build
