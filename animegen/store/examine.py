"""Tells whole blobs from damaged ones, and sets the damaged aside."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from animegen.digest import file_digest
from animegen.store.write import make_folder

if TYPE_CHECKING:
    from pathlib import Path

    from animegen.store.artifact import Blob


@dataclass(frozen=True, kw_only=True)
class Damage:
    """A file that is not what was written."""

    path: Path
    reason: str
    seen: os.stat_result | None = None
    """Which file it was that was examined; None for a missing one."""


def examine_size(blob: Blob) -> Damage | None:
    """Compare a blob's size with what was written."""
    try:
        seen = blob.path.stat()
    except FileNotFoundError:
        return Damage(path=blob.path, reason="is missing")
    if seen.st_size == blob.size:
        return None
    reason = f"is damaged: {seen.st_size} of {blob.size} bytes"
    return Damage(path=blob.path, reason=reason, seen=seen)


def examine_content(blob: Blob) -> Damage | None:
    """Compare a blob's size and then its digest with what was written."""
    damage = examine_size(blob)
    if damage is not None:
        return damage
    seen, reason = blob.path.stat(), "is damaged: its content has changed"
    try:
        if file_digest(blob.path) == blob.digest:
            return None
    except OSError as error:
        reason = f"is damaged: it cannot be read ({error.strerror})"
    return Damage(path=blob.path, reason=reason, seen=seen)


def set_aside(damage: Damage, quarantine: Path) -> str:
    """Move the damaged file away and return the reason, with what prevented the move if any.

    A store that cannot be written can still be read, so that is no error.
    """
    try:
        # Another process may have put a good file there while this one was reading.
        if damage.seen is not None and os.path.samestat(damage.seen, damage.path.stat()):
            make_folder(quarantine)
            damage.path.replace(quarantine / f"{damage.path.name}.{os.urandom(4).hex()}")
    except OSError as error:
        return f"{damage.reason} (and it cannot be set aside: {error.strerror})"
    return damage.reason
