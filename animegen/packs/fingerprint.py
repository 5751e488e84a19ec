"""Digests of weights by content, remembered while a file stays untouched. Unaware of packs."""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING

from animegen.digest import digest_of, file_digest
from animegen.errors import WeightsMissing
from animegen.packs.damage import refuse_pickle
from animegen.packs.header import read_header
from animegen.packs.ledger import Ledger
from animegen.render.models import COMPONENTS, MODEL_INDEX

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_WEIGHTS = ".safetensors"
_READ = re.compile(r"[^.]+(\.safetensors|\.safetensors\.index\.json|\.json|\.txt)")
"""The files of a folder that are ever read: no previews and no pickles. Loaders ask for
`model.safetensors`, so a variant is read under that name (see `plain`)."""


class Fingerprints:
    """Content digests, with a memory in a JSON file: hashing 7 GB once is enough.

    What `shipped` lists is not even read once.
    """

    def __init__(self, memory: Path, shipped: Ledger | None = None) -> None:
        self._memory = memory
        self._shipped = shipped or Ledger()
        self._known: dict[str, list[int | str]] = _recall(memory)

    def of(self, path: Path, variant: str = "") -> str:
        """Return the digest of a weights file, or of a folder's names and contents.

        A folder's `variant` counts under the plain names that it stands for.

        Raises:
            WeightsMissing: when there is nothing at `path`.
            WeightsDamaged: when a file is a pickle, which could run code when loaded, or damaged.
        """
        if path.is_file():
            refuse_pickle(path)
            return self.file(path)
        files = contents(path, variant)
        _check_folder(path, files)
        return digest_of({name: self.file(files[name]) for name in sorted(files)})

    def forget(self, path: Path, variant: str = "") -> None:
        """Read a file or a folder's files again when next asked: they may have rotted in place."""
        files = contents(path, variant).values() if path.is_dir() else (path,)
        for file in files:
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


def contents(folder: Path, variant: str) -> dict[str, Path]:
    """Return the files that a loader reads, by their plain names from the folder.

    Of a whole model those of its components alone. A file of the variant takes the place of the
    plain one: `unet/model.safetensors` may be the file `unet/model.fp16.safetensors`.
    """
    index = folder / MODEL_INDEX
    rooms = {folder / name for name in COMPONENTS}
    whole = index.is_file()
    found: dict[str, Path] = {}
    for path in _files(folder):
        plain = _plain(path, variant)
        if not whole or path == index or path.parent in rooms:
            name = plain.relative_to(folder).as_posix()
            if _READ.fullmatch(plain.name) and (plain != path or name not in found):
                found[name] = path
    return found


def _plain(path: Path, variant: str) -> Path:
    ending = f".{variant}{_WEIGHTS}"
    if variant and path.name.endswith(ending):
        return path.with_name(path.name.removesuffix(ending) + _WEIGHTS)
    return path


def _files(folder: Path, above: frozenset[Path] = frozenset()) -> Iterator[Path]:
    """Yield all files below a folder, through links too, as a loader reads them."""
    if not folder.is_dir() or folder.resolve() in above:  # a link back up would never end
        return
    for path in folder.iterdir():
        if path.is_file():
            yield path
        else:
            yield from _files(path, above | {folder.resolve()})


def _check_folder(folder: Path, files: Mapping[str, Path]) -> None:
    if any(name.endswith(_WEIGHTS) for name in files):
        return
    for path in _files(folder):
        refuse_pickle(path)
    raise WeightsMissing(
        f"there are no weights in {folder}",
        remedy="put the pack's safetensors there by their plain names (`model.safetensors`, "
        "not `model.fp16.safetensors`), or choose another pack",
    )
