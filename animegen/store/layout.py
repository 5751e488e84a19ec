"""Where things lie inside a store's folder. Unaware of their content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

VERSION = "1"
COLLECTION = "collection"
"""The lock between a collection and whoever publishes or takes a lease; held for moments."""
WORKSPACES = "workspaces"
"""The lock under which temporary folders come and go; held for moments."""


@dataclass(frozen=True)
class Layout:
    """The paths below `root`; nothing here touches the disk."""

    root: Path

    @property
    def version(self) -> Path:
        """The file that says which layout this is; it is there once the store is complete."""
        return self.root / "version"

    @property
    def tmp(self) -> Path:
        """Unfinished work, on the same filesystem as everything else."""
        return self.root / "tmp"

    @property
    def quarantine(self) -> Path:
        """Damaged files, kept for whoever wants to look."""
        return self.root / "quarantine"

    @property
    def history(self) -> Path:
        """Which keys each film had when it was last rendered."""
        return self.root / "history"

    @property
    def entries(self) -> Path:
        """One JSON file per artifact."""
        return self.root / "entries"

    @property
    def objects(self) -> Path:
        """Blobs by the digest of their content."""
        return self.root / "objects"

    @property
    def locks(self) -> Path:
        """Empty files for kernel locks; a leftover one locks nothing."""
        return self.root / "locks"

    @property
    def folders(self) -> tuple[Path, ...]:
        """Every folder of a complete store."""
        return (
            self.locks,
            self.tmp,
            self.objects,
            self.entries,
            self.quarantine,
            self.history,
        )

    @property
    def labels(self) -> dict[Path, str]:
        """Files with a fixed content: keep the store out of git and out of backups."""
        tag = "Signature: 8a477f597d28d172789f06886806bc55\n# https://bford.info/cachedir/\n"
        return {self.root / ".gitignore": "*\n", self.root / "CACHEDIR.TAG": tag}

    def entry(self, key: str) -> Path:
        """Return where the artifact with this key is described."""
        return self.entries / key[:2] / f"{key}.json"

    def object(self, digest: str) -> Path:
        """Return where the content with this digest lies."""
        return self.objects / digest[:2] / digest

    def lock(self, name: str) -> Path:
        """Return the lock file for a key, or for another name."""
        return self.locks / f"{name}.lock"
