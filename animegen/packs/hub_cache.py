"""Finds what lies in the Hugging Face cache, by its layout alone. Never asks the network.

    models--OWNER--NAME/refs/REVISION               the commit that a branch or tag meant
    models--OWNER--NAME/snapshots/COMMIT/...        links into blobs/

See https://huggingface.co/docs/huggingface_hub/guides/manage-cache. Unaware of packs.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_COMMIT = re.compile(r"[0-9a-f]{40}")


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Return where huggingface_hub keeps what it downloads, as it works that out itself."""
    for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        if environment.get(name):
            return Path(environment[name]).expanduser()
    if environment.get("HF_HOME"):
        return Path(environment["HF_HOME"]).expanduser() / "hub"
    home = environment.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(home).expanduser() / "huggingface" / "hub"


def snapshot(repository: str, revision: str) -> Path | None:
    """Return the folder of a repository's files at a revision; None when it is not there."""
    folder = cache_folder() / f"models--{repository.replace('/', '--')}"
    commit = revision
    if not _COMMIT.fullmatch(revision):
        try:
            commit = (folder / "refs" / revision).read_text(encoding="utf-8").strip()
        except OSError:
            return None
    found = folder / "snapshots" / commit
    return found if commit and found.is_dir() else None


def published_digest(file: Path) -> str | None:
    """Return the SHA-256 that the hub gave a large file: the cache names its blobs by it."""
    name = file.resolve().name
    return name if re.fullmatch(r"[0-9a-f]{64}", name) else None
