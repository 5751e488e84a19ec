"""The digests that ship beside a pack's weights: known without reading the weights.

Unaware of packs. A ledger is believed where it lies inside of the package, whose files nobody
edits; a file of another size than it says is not the one that it tells of.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

LEDGER = "digests.json"
"""By the path of each file from the ledger's folder: its `sha256` and how many `bytes` it has."""


@dataclass(frozen=True)
class Ledger:
    """What a folder's files are, by a list in the folder."""

    folder: Path = Path()
    entries: dict[str, dict[str, str | int]] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path) -> Ledger:
        """Return the ledger of `folder`; an empty one where there is none or it is damaged."""
        try:
            entries = json.loads((folder / LEDGER).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return cls()
        return cls(folder, entries) if isinstance(entries, dict) else cls()

    def digest(self, path: Path, size: int) -> str | None:
        """Return the digest of the file at `path`, which has `size` bytes, if it is listed."""
        if not path.is_relative_to(self.folder):
            return None
        entry = self.entries.get(path.relative_to(self.folder).as_posix())
        listed = isinstance(entry, dict) and entry.get("bytes") == size
        return str(entry["sha256"]) if entry and listed and "sha256" in entry else None
