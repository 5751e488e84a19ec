"""Audits a finished film: derives every key and digest again from what is there.

Reads only; a damaged store stays as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from animegen.digest import digest_of
from animegen.errors import UsageError
from animegen.proof.audit_files import audit_files, audit_film
from animegen.proof.audit_records import audit_records
from animegen.proof.audit_store import audit_store
from animegen.proof.content_credentials import SIGNED
from animegen.proof.document import ProvenanceUnreadable, parse, to_text
from animegen.proof.finding import Report
from animegen.proof.write import NAME, provenance_path

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from animegen.proof.document import Provenance
    from animegen.store.store import Store


def films_at(place: Path) -> list[Path]:
    """Return the films to audit: the file itself, or every one of a folder with a provenance.

    Raises:
        UsageError: when there is none.
    """
    if not place.is_dir():
        if not place.exists() and not provenance_path(place).exists():
            raise UsageError(f"there is no {place}", remedy="name a film, or the folder it lies in")
        return [place]
    sidecars = sorted(place.glob(f"*{NAME}"))
    stems = [path.name.removesuffix(NAME).rstrip(".") or "film" for path in sidecars]
    films = dict.fromkeys([place / f"{stem}.mp4" for stem in stems])
    films |= dict.fromkeys(
        path for path in sorted(place.glob("film*.mp4")) if not path.name.endswith(SIGNED)
    )
    if not films:
        raise UsageError(f"{place} holds no film", remedy="name a film, or the folder it lies in")
    return list(films)


def audit(film: Path, store: Store | None) -> Report:
    """Check a film, its provenance, what lies beside it and, if given, its store."""
    report = Report(film=film.name)
    sidecar = provenance_path(film)
    try:
        text = sidecar.read_bytes()
    except OSError:
        report.add("missing", sidecar.name, "there is no provenance: nothing can be proven")
        return report
    try:
        proof, data = parse(text)
    except ProvenanceUnreadable as error:
        report.add("altered", sidecar.name, error.message)
        return report
    report.digest, report.summary = proof.digest, proof.summary
    _audit_document(proof, data, text, sidecar.name, report)
    audit_records(proof, report)
    audit_film(film, proof, report)
    audit_files(film, proof, report)
    audit_store(proof, store, report)
    return report


def _audit_document(
    proof: Provenance, data: dict[str, Any], text: bytes, name: str, report: Report
) -> None:
    found = len(report.findings)
    lineage = digest_of(data["lineage"])
    if lineage != proof.digest:
        report.add("altered", name, f"its lineage has the digest {lineage[:12]}, not "
                   f"{proof.digest[:12]} as it says")  # fmt: skip
    rest = {field: value for field, value in data.items() if field != "seal"}
    if digest_of(rest) != proof.seal:
        report.add("altered", name, "its content is not what was sealed")
    elif to_text(rest).encode() != text:
        report.add("altered", name, "its text is not canonical: something was written by hand")
    if len(report.findings) == found:
        report.proven.append(f"{name} is as it was sealed")
