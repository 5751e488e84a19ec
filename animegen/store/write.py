"""Durable writes: content first, name last. Unaware of what is written.

After a crash at any moment a path holds either its old content or its whole new content. See
https://lwn.net/Articles/457667/ for why the folder is flushed, too.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def flush(path: Path) -> None:
    """Wait until the disk has the content of a file, or the names in a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Create a folder and its parents so that they outlast a crash."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    flush(folder.parent)


def publish_file(written: Path, target: Path) -> None:
    """Give a finished file its final name; both are on one filesystem."""
    flush(written)
    make_folder(target.parent)
    written.replace(target)
    flush(target.parent)


def publish_bytes(content: bytes, target: Path, workspace: Path) -> None:
    """Write `content` inside `workspace`, then give it its final name."""
    written = workspace / f"{target.name}.new"
    written.write_bytes(content)
    publish_file(written, target)
