"""Turns the operating system's refusals into a `StoreFailed` that says where and what to do."""

from __future__ import annotations

import errno
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from animegen.errors import StoreFailed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_REFUSALS = _FULL | {errno.EROFS, errno.EFBIG}
STORE_OPTION = "--store DIR"


@contextmanager
def store_errors(place: Path, option: str = STORE_OPTION) -> Iterator[None]:
    """Raise `StoreFailed` for every OSError of the body.

    `place` is the folder or file being written; `option` is what chooses another one.
    """
    try:
        yield
    except OSError as error:
        raise store_failed(error, place, option) from error


def store_failed(error: OSError, place: Path, option: str = STORE_OPTION) -> StoreFailed:
    """Return the error that tells a person about `error` at `place`."""
    reason = error.strerror or str(error)
    if error.errno in _FULL:
        return StoreFailed(
            f"no space is left for {place}: {reason}",
            remedy=f"free some space there ({_free_megabytes(place)} MB are left), or choose "
            f"another folder with {option}; everything finished so far is kept",
        )
    if error.errno in _FORBIDDEN:
        return StoreFailed(
            f"{place} cannot be written: {reason}",
            remedy=f"make it writable, or choose another folder with {option}",
        )
    return StoreFailed(
        f"{error.filename or place}: {reason}",
        remedy=f"check the disk, or choose another folder with {option}",
    )


def disk_refusal(error: BaseException) -> OSError | None:
    """Return what a disk that takes no more said to cause `error`, however deep in its causes.

    It is full, read-only, or has a limit on a file's size.

    A step meets the disk through libraries that wrap its errors in their own.
    """
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.errno in _REFUSALS:
            return cause
        cause = cause.__cause__ or cause.__context__
    return None


def _free_megabytes(place: Path) -> int:
    existing = next(folder for folder in (place, *place.absolute().parents) if folder.exists())
    return shutil.disk_usage(existing).free >> 20
