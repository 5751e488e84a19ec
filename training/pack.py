"""Writes the whole pack: every stage's part, a card for each, digests; and holds it to its size.

Unaware of what a stage writes. The pack is made beside its place and takes it when it is whole.
"""

from __future__ import annotations

import json
import logging
import shutil
import struct
from typing import TYPE_CHECKING

from animegen.digest import file_digest
from animegen.packs.ledger import LEDGER
from training import cards, checkpoint
from training.job import find
from training.stages import STAGES, stage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from training.job import Job

_log = logging.getLogger(__name__)

MOST = 98_000_000
"""Bytes of a pack: the wheel with it must stay below 100 MB."""
SHARES = {
    "base": 50_000_000,
    "motion": 14_000_000,
    "controlnet": 17_500_000,
    "loras": 10_500_000,
    "motion-loras": 2_400_000,
    "detectors": 3_600_000,
    "embedder": 1_200_000,
}
"""Bytes that each part may have before others run short; a part above it is only named."""


class PackError(Exception):
    """A pack is incomplete, too large, or not in half precision."""


def export(job: Job, folder: Path, *, partial: bool = False, results: Path | None = None) -> None:
    """Write the pack of the checkpoints that `job` finds to `folder`, in place of what is there.

    With `partial`, stages without a checkpoint are left out and named in the log. `results` are
    the benchmark's, for the cards: a pack that was measured is written once more with them.

    Raises:
        PackError: when a stage has no checkpoint, or the pack is not what it must be.
        CheckpointError: when a checkpoint cannot be read.
    """
    missing = [word for word in STAGES if not checkpoint.exists(find(job.folders, word), word)]
    if missing and not partial:
        raise PackError(f"no checkpoint of {', '.join(missing)} (--partial leaves them out)")
    if missing:
        _log.info("the pack lacks %s", ", ".join(missing))
    beside = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    for word in STAGES:
        if word not in missing:
            stage(word).export(job, beside)
    cards.write(job, beside, results)
    write_digests(beside)
    check(beside)
    shutil.rmtree(folder, ignore_errors=True)
    beside.rename(folder)


def check(folder: Path) -> None:
    """Log the size of every part.

    Raises PackError when they are too large together, or a tensor has more than 16 bits.
    """
    sizes = {part: sum(file.stat().st_size for file in files(folder / part)) for part in SHARES}
    for part, size in sizes.items():
        above = ", above its share" if size > SHARES[part] else ""
        _log.info("%s: %d of %d bytes%s", part, size, SHARES[part], above)
    strangers = {entry.name for entry in folder.iterdir()} - {*SHARES, cards.NAME, LEDGER}
    if strangers:
        raise PackError(f"nobody knows what {', '.join(sorted(strangers))} are for")
    whole = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    _log.info("together: %d of %d bytes", whole, MOST)
    if whole > MOST:
        raise PackError(f"the pack has {whole} bytes, {whole - MOST} too many")
    for file in files(folder):
        if file.suffix == ".safetensors" and not _is_half(file):
            raise PackError(f"{file.relative_to(folder)} is not in half precision")


def _is_half(file: Path) -> bool:
    return all(kind not in ("F32", "F64") for kind in kinds(file))


def kinds(file: Path) -> set[str]:
    """Return the types of the tensors of a safetensors file."""
    with file.open("rb") as stream:
        (length,) = struct.unpack("<Q", stream.read(8))
        header = json.loads(stream.read(length))
    return {entry["dtype"] for name, entry in header.items() if name != "__metadata__"}


def files(folder: Path) -> Iterator[Path]:
    """Yield every file of a pack but its ledger, by name; a file for itself."""
    found = [folder] if folder.is_file() else sorted(folder.rglob("*"))
    yield from (file for file in found if file.is_file() and file.name != LEDGER)


def write_digests(folder: Path) -> None:
    """Write the ledger that `animegen.packs` believes: path, SHA-256 and size of every file."""
    ledger = {
        file.relative_to(folder).as_posix(): {
            "sha256": file_digest(file),
            "bytes": file.stat().st_size,
        }
        for file in files(folder)
    }
    text = json.dumps(ledger, indent=1, sort_keys=True) + "\n"
    (folder / LEDGER).write_text(text, encoding="utf-8")
