"""Leaves a sealed film and its `provenance.json`, whole or not at all; nothing new, no write."""

from __future__ import annotations

import glob
import hashlib
import os
from typing import TYPE_CHECKING

from animegen.digest import digest_of, file_digest
from animegen.errors import StoreFailed
from animegen.proof.document import (
    FORMAT,
    VERSION,
    Provenance,
    ProvenanceUnreadable,
    comment_of,
    parse,
    to_text,
)
from animegen.proof.frames import frame_digests
from animegen.proof.lineage import ancestry, names_of, steps_of, summary_of, weights_of
from animegen.proof.seal import Seal, digest_of_bytes, sealed, unsealed
from animegen.store.failure import store_errors
from animegen.store.write import make_folder, publish_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from animegen.digest import Json
    from animegen.packs.weights import Weights
    from animegen.plan.graph import Plan
    from animegen.store.artifact import Blob
    from animegen.store.store import Store
    from animegen.storyboard.reading import Reading

FILM = "film"
NAME = "provenance.json"
BESIDE = (
    "report.html", "contact-sheet.png", "quality.json", "film.otio", "film.edl", "film.srt",
    "credits.md", "credits.bib", "storyboard.resolved.yaml",
)  # fmt: skip
"""What a render of the whole film may leave beside it."""
_OPTION = "-o DIR"


def provenance_path(film: Path) -> Path:
    """Return where a film's provenance lies: `film.mina.mp4` has `film.mina.provenance.json`."""
    return film.with_name(NAME if film.stem == FILM else f"{film.stem}.{NAME}")


def write_film(plan: Plan, store: Store, blob: Blob, target: Path) -> None:
    """Deliver the film of `plan` to `target`, with its summary and lineage in its metadata.

    Raises:
        StoreFailed: when the disk refuses, or the blob is damaged; `target` is then as before.
    """
    plan = ancestry(plan)
    lineage, _ = _lineage(plan, store, blob, target)
    seal = Seal(comment=comment_of(digest_of(lineage)), description=summary_of(plan))
    with store_errors(target, _OPTION):
        if target.is_file() and file_digest(target) == digest_of_bytes(sealed(blob.path, seal)):
            return
    _publish(store, target, sealed(blob.path, seal), unsealed_to=blob.digest)


def write_provenance(
    reading: Reading, plan: Plan, weights: Weights, store: Store, blob: Blob, film: Path
) -> Path:
    """Write the provenance of a delivered film beside it, after all else that lies there.

    Raises:
        StoreFailed: when the disk refuses; the file is then as before.
    """
    plan = ancestry(plan)
    lineage, made = _lineage(plan, store, blob, film)
    source = reading.document.source
    document: dict[str, Json] = {
        "format": FORMAT,
        "version": VERSION,
        "title": reading.storyboard.title,
        "storyboard": {
            "file": source.path.name,
            "sha256": hashlib.sha256(source.path.read_bytes()).hexdigest(),
        },
        "summary": summary_of(plan),
        "lineage": lineage,
        "digest": digest_of(lineage),
        "nodes": names_of(plan),
        "pack": {
            name: getattr(reading.pack, name) for name in ("name", "title", "base_model", "licence")
        },
        "weights": weights_of(plan, weights),
        "made": made,
        "files": _files(plan, film),
    }
    target = provenance_path(film)
    write_text(store, target, to_text(document))
    return target


def write_text(store: Store, target: Path, text: str) -> None:
    """Write a text beside a film unless it is there already.

    Raises:
        StoreFailed: when the disk refuses; the file is then as before.
    """
    content = text.encode()
    with store_errors(target, _OPTION):
        if target.is_file() and target.read_bytes() == content:
            return
    _publish(store, target, [content])


def read_provenance(path: Path) -> Provenance | None:
    """Return a provenance whose lineage is whole; None for anything else."""
    try:
        found, data = parse(path.read_bytes())
    except (OSError, ProvenanceUnreadable):
        return None
    return found if digest_of(data["lineage"]) == found.digest else None


def _lineage(
    plan: Plan, store: Store, blob: Blob, film: Path
) -> tuple[dict[str, Json], dict[str, Json]]:
    steps, made = steps_of(plan, store, read_provenance(provenance_path(film)))
    key = plan.nodes[FILM].key
    return {"film": key, "steps": steps, "frames": frame_digests(blob.path)}, made


def _files(plan: Plan, film: Path) -> dict[str, Json]:
    """Return the digests of what a render leaves, by path from the film's folder."""
    folder = film.parent
    beside = [folder / name for name in BESIDE] if film.stem == FILM else []
    maps = [
        path
        for node in plan.nodes.values()
        if node.step.kind == "control"
        for path in sorted((folder / "maps" / node.id).glob("*.png"))
    ]
    there = [path for path in (film, *beside, *maps) if path.is_file()]
    return {path.relative_to(folder).as_posix(): file_digest(path) for path in there}


def _publish(
    store: Store, target: Path, chunks: Iterable[bytes], *, unsealed_to: str | None = None
) -> None:
    """Write beside, check, then give the file its name; see `store.deliver`."""
    name = hashlib.sha256(str(target.resolve()).encode()).hexdigest()
    with store.lock(f"deliver-{name}"), store_errors(target, _OPTION):
        make_folder(target.parent)
        for stray in target.parent.glob(f".{glob.escape(target.name)}.*.part"):
            stray.unlink()
        part = target.with_name(f".{target.name}.{os.urandom(4).hex()}.part")
        try:
            with part.open("xb") as file:
                file.writelines(chunks)
            if unsealed_to is not None and digest_of_bytes(unsealed(part)) != unsealed_to:
                raise StoreFailed(
                    f"the stored copy of {target.name} is damaged",
                    remedy="render again: it will be made anew",
                )
            publish_file(part, target)
        finally:
            part.unlink(missing_ok=True)
