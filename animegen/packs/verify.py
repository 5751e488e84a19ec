"""Reads a part's files again and compares them with what was published. Unaware of the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from animegen.packs import damage
from animegen.packs.fingerprint import contents
from animegen.packs.hub_cache import published_digest
from animegen.packs.made_for import check_made_for, read_lora

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from animegen.packs.fingerprint import Fingerprints
    from animegen.packs.ledger import Ledger
    from animegen.packs.pack import Pack
    from animegen.packs.parts import Part
    from animegen.packs.places import Places


def verify(
    part: Part, path: Path, pack: Pack, places: Places, fingerprints: Fingerprints, ledger: Ledger
) -> int:
    """Read every file of a part that lies at `path`; return for how many the content is known.

    What is known: the digests of the pack, those of `ledger`, and the names of the blobs in the
    Hugging Face cache. Of the others only the header and the length can be checked.

    Raises:
        WeightsMissing: when there are no weights at `path`.
        WeightsDamaged: for the first file that is damaged or not what was published.
    """
    fingerprints.forget(path)
    fingerprints.of(path)
    known = 0
    for name, file in _files(part, path):
        digest = fingerprints.file(file)
        published = (
            part.row.sha256.get(name)
            or ledger.digest(file, file.stat().st_size)
            or published_digest(file)
        )
        if published and published != digest:
            raise damage.other_content(file, digest, published)
        known += bool(published)
    if part.kind == "lora":
        check_made_for(
            path, read_lora(path), base_model=pack.base_model, width=places.text_width(pack)
        )
    return known


def _files(part: Part, path: Path) -> Iterator[tuple[str, Path]]:
    """Yield a part's files, by their names in the repository where they came from one."""
    if path.is_file():
        yield part.row.files[0] if len(part.row.files) == 1 else path.name, path
        return
    for file in contents(path):
        yield file.relative_to(path).as_posix(), file
