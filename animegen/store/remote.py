"""Files at an address that fsspec understands: read, fetched and put many at a time.

Unaware of artifacts. A file that is not there is an answer; everything else that goes wrong, from
a broken cable to a wrong password, is one error, for whoever asks can do the same about all of it.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from animegen.errors import StoreFailed, UsageError
from animegen.store.failure import disk_refusal, store_failed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from fsspec import AbstractFileSystem

_AT_ONCE = 16
_FOLDERS = frozenset(
    {"file", "local", "sftp", "ssh", "smb", "ftp", "hdfs", "webhdfs", "arrow_hdfs"}
)
"""Protocols that have folders, which must be made first."""
_PATIENCE: Mapping[str, Mapping[str, Any]] = {
    # botocore waits for a minute, five times, before it says that nobody answers.
    "s3": {
        "config_kwargs": {
            "connect_timeout": 5,
            "read_timeout": 60,
            "retries": {"max_attempts": 3, "mode": "standard"},
        }
    },
}
_EXTRAS = {"s3": "s3", "s3a": "s3"}
_T = TypeVar("_T")
_R = TypeVar("_R")


class RemoteFailed(Exception):
    """The address cannot be reached, or refuses."""


@dataclass(frozen=True, kw_only=True)
class Remote:
    """A folder at an address."""

    address: str
    fs: AbstractFileSystem
    root: str
    makes_folders: bool

    def read(self, names: Iterable[str]) -> dict[str, bytes]:
        """Return the content of those files that are there.

        Raises:
            RemoteFailed: when one cannot be asked for.
        """
        return _found(self._each(lambda name: self.fs.cat_file(self._path(name)), names))

    def sizes(self, names: Iterable[str]) -> dict[str, int]:
        """Return the bytes of those files that are there.

        Raises:
            RemoteFailed: when one cannot be asked for.
        """
        return _found(self._each(lambda name: int(self.fs.info(self._path(name))["size"]), names))

    def fetch(self, targets: Mapping[str, Path]) -> bool:
        """Copy files to paths of this machine; false if one was not there.

        Raises:
            RemoteFailed: when one cannot be had; what came of it lies there.
            StoreFailed: when this machine's disk takes no more.
        """

        def get(name: str) -> bool:
            try:
                self.fs.get_file(self._path(name), str(targets[name]))
            except OSError as error:
                refusal = disk_refusal(error)
                if refusal is not None:
                    raise store_failed(refusal, targets[name]) from error
                raise
            return True

        return len(_found(self._each(get, targets))) == len(targets)

    def put(self, sources: Mapping[str, Path]) -> None:
        """Copy files from this machine.

        Raises:
            RemoteFailed: when one cannot be put; what came of it may lie there.
        """

        def put(name: str) -> bool:
            self._make_folder(name)
            self.fs.put_file(str(sources[name]), self._path(name))
            return True

        self._require(self._each(put, sources))

    def write(self, name: str, content: bytes) -> None:
        """Write a file.

        Raises:
            RemoteFailed: as `put`.
        """

        def write(name: str) -> bool:
            self._make_folder(name)
            self.fs.pipe_file(self._path(name), content)
            return True

        self._require(self._each(write, [name]))

    def _path(self, name: str) -> str:
        return f"{self.root}/{name}"

    def _make_folder(self, name: str) -> None:
        if self.makes_folders:
            self.fs.makedirs(self._path(name).rpartition("/")[0], exist_ok=True)

    def _each(self, do: Callable[[str], _R], names: Iterable[str]) -> dict[str, _R | None]:
        """Do it for all at once, and give None for what is not there."""

        def attempt(name: str) -> _R | None:
            try:
                return do(name)
            except FileNotFoundError:
                return None
            except StoreFailed:
                raise
            except Exception as error:
                raise RemoteFailed(_words(error)) from error

        listed = list(names)
        if len(listed) == 1:
            return {listed[0]: attempt(listed[0])}
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return dict(zip(listed, pool.map(attempt, listed), strict=True))

    def _require(self, done: Mapping[str, object]) -> None:
        # What one puts cannot be missing, but the bucket can.
        if any(result is None for result in done.values()):
            raise RemoteFailed("it does not exist")


def open_remote(address: str) -> Remote:
    """Return the folder at an address, without asking whether it is there.

    Raises:
        UsageError: for an address that nothing here understands.
    """
    from fsspec.core import url_to_fs

    protocol = address.partition("://")[0]
    patience = _PATIENCE.get(_EXTRAS.get(protocol, protocol), {})
    try:
        fs, root = url_to_fs(
            address.rstrip("/"), skip_instance_cache=True, use_listings_cache=False, **patience
        )
    except ImportError as error:
        extra = _EXTRAS.get(protocol)
        raise UsageError(
            f"--store {address}: {error}",
            remedy=f"pip install 'animegen[{extra}]'" if extra else "",
        ) from error
    except ValueError as error:
        raise UsageError(
            f"--store {address}: {error}", remedy="write s3://bucket/folder, or a folder's path"
        ) from error
    return Remote(address=address, fs=fs, root=root.rstrip("/"), makes_folders=protocol in _FOLDERS)


def _found(answers: Mapping[str, _T | None]) -> dict[str, _T]:
    return {name: answer for name, answer in answers.items() if answer is not None}


def _words(error: Exception) -> str:
    first = (str(error).strip() or type(error).__name__).splitlines()[0]
    return first if len(first) <= 200 else f"{first[:199]}…"
