"""What a node leaves in the store: named blobs under a key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from animegen.errors import StoreFailed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from animegen.digest import Json
    from animegen.store.record import Record


@dataclass(frozen=True, kw_only=True)
class Blob:
    """One file of an artifact."""

    digest: str
    size: int
    """In bytes."""
    path: Path
    """Where the content lies in the store; never written to."""


@dataclass(frozen=True, kw_only=True)
class Artifact:
    """The result of one node."""

    record: Record
    blobs: Mapping[str, Blob]
    """By file name, such as `clip.mkv`."""
    made: Mapping[str, Json]
    """Recorded beside the artifact, never in the key: seconds, versions, device, notes."""

    @property
    def key(self) -> str:
        """The key of the artifact's record."""
        return self.record.key

    def path(self, name: str) -> Path:
        """Return where the blob `name` lies.

        Raises:
            StoreFailed: when the artifact has no such blob.
        """
        if name not in self.blobs:
            raise StoreFailed(f"artifact {self.key[:12]} has no file '{name}'")
        return self.blobs[name].path
