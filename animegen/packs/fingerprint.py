"""Digests of weights by content, remembered while a file stays untouched. Unaware of packs."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from animegen.digest import digest_of, file_digest
from animegen.errors import WeightsMissing
from animegen.packs.damage import refuse_pickle
from animegen.packs.header import read_header
from animegen.packs.ledger import Ledger
from animegen.render.layout import COMPONENTS, MODEL_INDEX, is_read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_WEIGHTS = ".safetensors"


class Fingerprints:
    """Content digests, with a memory in a JSON file: hashing 7 GB once is enough.

    What `shipped` lists is not even read once.
    """

    def __init__(self, memory: Path, shipped: Ledger | None = None) -> None:
        self._memory = memory
        self._shipped = shipped or Ledger()
        self._known: dict[str, list[int | str]] = _recall(memory)

    def of(self, path: Path) -> str:
        """Return the digest of a weights file, or of a folder's names and contents.

        Raises:
            WeightsMissing: when there is nothing at `path`.
            WeightsDamaged: when a file is a pickle, which could run code when loaded, or damaged.
        """
        if path.is_file():
            refuse_pickle(path)
            return self.file(path)
        files = contents(path)
        _check_folder(path, files)
        return digest_of({file.relative_to(path).as_posix(): self.file(file) for file in files})

    def forget(self, path: Path) -> None:
        """Read a file or a folder's files again when next asked: they may have rotted in place."""
        for file in contents(path) if path.is_dir() else [path]:
            self._known.pop(str(file.resolve()), None)

    def file(self, path: Path) -> str:
        """Return the digest of one file's content, whatever it is.

        Raises:
            WeightsDamaged: when it is named as safetensors and is not a whole file of that kind.
        """
        stat, name = path.stat(), str(path.resolve())
        listed = self._shipped.digest(path, stat.st_size)
        if listed is not None:
            return listed
        # Size and time alone survive `cp -p` and `rsync -t` of other content.
        stamp = [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]
        *known, digest = self._known.get(name, [""])
        if known != stamp:
            if path.suffix == _WEIGHTS:
                read_header(path)
            digest = file_digest(path)
            self._known[name] = [*stamp, digest]
            self._remember()
        return str(digest)

    def _remember(self) -> None:
        # A memory that cannot be written costs time, never correctness.
        with suppress(OSError):
            self._memory.parent.mkdir(parents=True, exist_ok=True)
            beside = self._memory.with_suffix(f".{os.urandom(8).hex()}.new")
            try:
                beside.write_text(json.dumps(self._known, indent=0), encoding="utf-8")
                beside.replace(self._memory)
            finally:
                beside.unlink(missing_ok=True)


def _recall(memory: Path) -> dict[str, list[int | str]]:
    try:
        known = json.loads(memory.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    entries = known.items() if isinstance(known, dict) else ()
    return {name: entry for name, entry in entries if isinstance(entry, list) and entry}


def contents(folder: Path) -> list[Path]:
    """Return the files that a loader reads, sorted; of a whole model, its components' alone."""
    index = folder / MODEL_INDEX
    rooms = {folder / name for name in COMPONENTS}
    whole = index.is_file()
    return sorted(
        path
        for path in _files(folder)
        if is_read(path) and (not whole or path == index or path.parent in rooms)
    )


def _files(folder: Path, above: frozenset[Path] = frozenset()) -> Iterator[Path]:
    """Yield all files below a folder, through links too, as a loader reads them."""
    if not folder.is_dir() or folder.resolve() in above:  # a link back up would never end
        return
    for path in folder.iterdir():
        if path.is_file():
            yield path
        else:
            yield from _files(path, above | {folder.resolve()})


def _check_folder(folder: Path, files: list[Path]) -> None:
    if any(file.suffix == _WEIGHTS for file in files):
        return
    for path in _files(folder):
        refuse_pickle(path)
    raise WeightsMissing(
        f"there are no weights in {folder}",
        remedy="put the pack's safetensors there, or choose another pack",
    )
