"""Tells when one of a set of files was saved. Unaware of what the files are for.

`watchfiles` hears of changes without asking the disk all the time, and waits until a burst of them
is over. Whether one counts is decided by comparing what the disk says of each file, so nothing is
missed between two looks, and a file that was only read again is no change.
"""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from watchfiles import Change

Look = tuple[tuple[str, int, int, int], ...]
"""What the disk says of a file, or of every file in a folder; empty while there is none."""

_QUIET_MS = 80
"""A burst is over after this long without a change: editors write, rename and write again."""
_LONGEST_BURST_MS = 1000
_LOOK_MS = 1000
"""Between looks when nothing is heard: not every disk tells of changes made elsewhere."""


def look_at(files: Iterable[Path]) -> dict[Path, Look]:
    """Look at each file; a folder stands for the files below it."""
    return {path: tuple(_looks(path)) for path in files}


@contextmanager
def listening(seen: Mapping[Path, Look]) -> Iterator[threading.Event]:
    """Lend an event that is set once a file is no longer as it was `seen`."""
    saved, ended = threading.Event(), threading.Event()
    thread = threading.Thread(target=_listen, args=(dict(seen), saved, ended), daemon=True)
    thread.start()
    try:
        yield saved
    finally:
        ended.set()
        thread.join()


def _listen(seen: Mapping[Path, Look], saved: threading.Event, ended: threading.Event) -> None:
    for _ in _moments(list(seen), ended):
        if look_at(seen) != seen:
            saved.set()
            return


def _moments(files: list[Path], ended: threading.Event) -> Iterator[None]:
    """Yield whenever something may have changed, until `ended`."""
    from watchfiles import watch

    ours = {str(path) for path in files}

    def concerns(_change: Change, path: str) -> bool:
        return path in ours or any(str(parent) in ours for parent in Path(path).parents)

    try:
        for _ in watch(
            *{_nearest_folder(path) for path in files},
            watch_filter=concerns,
            step=_QUIET_MS,
            debounce=_LONGEST_BURST_MS,
            stop_event=ended,
            rust_timeout=_LOOK_MS,
            yield_on_timeout=True,
            raise_interrupt=False,
            recursive=False,
        ):
            yield
    except (OSError, RuntimeError):
        # No more folders may be listened to on this machine: looking is enough.
        while not ended.wait(_LOOK_MS / 1000):
            yield


def _nearest_folder(path: Path) -> Path:
    """Return the folder whose list names the file, or would: it may not be there yet."""
    if path.is_dir():
        return path
    return next(folder for folder in path.parents if folder.is_dir())


def _looks(path: Path) -> Iterator[tuple[str, int, int, int]]:
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            yield from [] if file.is_dir() else _looks(file)
        return
    try:
        found = os.stat(path)  # noqa: PTH116 - follows links, as reading does
    except OSError:
        return
    yield (str(path), found.st_mtime_ns, found.st_size, found.st_ino)
