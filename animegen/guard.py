"""Keeps foreign pictures away from a running step: whatever it opens must have been made here.

Unaware of steps and stores. Python tells of every file that it opens by an audit event (PEP 578);
a hook refuses pictures and videos, by name and by their first bytes, unless they lie where the
guard allows. Libraries that open files in C raise no event: `check` stands at their door
(`video.decode`), and a test finds every other door in the source.
"""

from __future__ import annotations

import os
import sys
import sysconfig
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from animegen.errors import AnimegenError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SUFFIXES = (
    ".png", ".apng", ".jpg", ".jpeg", ".jpe", ".jfif", ".jp2", ".jxl", ".webp", ".gif", ".bmp",
    ".dib", ".tif", ".tiff", ".avif", ".heic", ".heif", ".ico", ".tga", ".ppm", ".pgm", ".pbm",
    ".pnm", ".exr", ".hdr", ".psd", ".svg", ".dds", ".mp4", ".m4v", ".mkv", ".webm", ".mov",
    ".avi", ".mpg", ".mpeg", ".wmv", ".flv", ".ogv", ".3gp", ".mts", ".m2ts", ".y4m",
)  # fmt: skip
"""Names that pictures and videos have; compared in lower case."""

_STARTS = (
    b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*",
    b"\x1aE\xdf\xa3", b"\x00\x00\x00\x0cjP  ", b"\x00\x00\x00\x0cJXL ", b"\xff\x0a", b"8BPS",
    b"v/1\x01", b"#?RADIANCE", b"DDS ", b"FLV\x01", b"\x00\x00\x01\xba", b"\x00\x00\x01\xb3",
    b"YUV4MPEG2 ",
)  # fmt: skip
_EVENTS = frozenset({"open", "os.link", "os.symlink", "os.rename"})
_WRITES_ONLY = os.O_WRONLY


class ForeignPicture(AnimegenError):
    """A step tried to read a picture or a video that was not made for it here."""


@dataclass(frozen=True, kw_only=True)
class Guard:
    """What one running step may open."""

    folder: Path
    """Where it works: everything below is its own."""
    files: frozenset[str]
    """Its inputs' blobs, by their real paths."""
    refused: list[str] = field(default_factory=list)
    """What it tried all the same, even if it caught the error."""


@contextmanager
def guarding(folder: Path, files: Iterable[Path]) -> Iterator[Guard]:
    """Refuse to open any picture or video during the body, but for `files` and in `folder`.

    Raises:
        ForeignPicture: when the body tried, whether it let the error pass or not.
    """
    _WATCH.begin()
    real = os.path.realpath
    guard = Guard(folder=Path(real(folder)), files=frozenset(map(real, files)))
    with _WATCH.lock:
        _WATCH.guards.append(guard)
    try:
        yield guard
    finally:
        with _WATCH.lock:
            _WATCH.guards.remove(guard)
    if guard.refused:
        raise _refusal(guard.refused[0])


def check(path: Path | str) -> None:
    """Stand in for the audit event where a library opens a file in C.

    Raises:
        ForeignPicture: when a step is running that may not open this picture or video.
    """
    _WATCH.look(os.fspath(path))


def is_visual(path: str) -> bool:
    """Say whether a file is a picture or a video, by its name or by its first bytes."""
    return path.lower().endswith(SUFFIXES) or _starts_as_picture(path)


def _starts_as_picture(path: str) -> bool:
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return False
    try:
        head = os.read(descriptor, 16)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    if head.startswith(_STARTS):
        return True
    if head[:4] == b"RIFF":
        return head[8:12] in (b"WEBP", b"AVI ")
    if head[4:8] == b"ftyp":
        return head[8:12] not in (b"M4A ", b"M4B ")  # sound alone
    return head[:2] == b"BM" and head[6:10] == b"\0\0\0\0"


def _refusal(path: str) -> ForeignPicture:
    return ForeignPicture(
        f"a step tried to read {path}, a picture or video that was not made for it here",
        remedy="no external visual input may condition generation; a step reads its inputs only",
    )


class _Watch:
    """The one hook of this process: a hook cannot be taken away again, so it is told to rest."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.guards: list[Guard] = []
        self._own = threading.local()
        self._hooked = False
        # Python's own files and those of what is installed: fonts, icons, test data of libraries.
        paths = {sys.prefix, sys.base_prefix, *sysconfig.get_paths().values()}
        paths |= {str(Path(__file__).parent), "/proc", "/sys", "/dev"}
        self._installed = tuple(sorted(f"{path.rstrip('/')}{os.sep}" for path in paths if path))

    def begin(self) -> None:
        with self.lock:
            if not self._hooked:
                sys.addaudithook(self._hook)
                self._hooked = True

    def _hook(self, event: str, arguments: tuple[object, ...]) -> None:
        if event not in _EVENTS or not self.guards or getattr(self._own, "looking", False):
            return
        path = arguments[0]
        if not isinstance(path, str | bytes | os.PathLike):
            return
        if event == "open" and _only_writes(arguments[1], arguments[2]):
            return
        self.look(os.fsdecode(path))

    def look(self, path: str) -> None:
        if not self.guards:
            return
        absolute = os.path.abspath(path)  # noqa: PTH100 - Path would cost more than the rest
        if absolute.startswith(self._installed):
            return
        self._own.looking = True
        try:
            real = os.path.realpath(absolute)
            guards = list(self.guards)
            if any(_allows(guard, real) for guard in guards) or not is_visual(real):
                return
        finally:
            self._own.looking = False
        for guard in guards:
            guard.refused.append(path)
        raise _refusal(path)


def _allows(guard: Guard, real: str) -> bool:
    return real in guard.files or real.startswith(f"{guard.folder}{os.sep}")


def _only_writes(mode: object, flags: object) -> bool:
    """Say whether a file is opened to be written: what is in it stays unread."""
    if isinstance(mode, str):
        return "r" not in mode and "+" not in mode
    return isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR) == _WRITES_ONLY


_WATCH = _Watch()
