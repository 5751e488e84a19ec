"""Compares a film and what lies beside it with its provenance; names the frames that differ."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from animegen.digest import file_digest
from animegen.proof.boxes import FilmUnreadable
from animegen.proof.document import comment_of
from animegen.proof.frames import frame_digests
from animegen.proof.seal import digest_of_bytes, seal_of, unsealed
from animegen.units import counted

if TYPE_CHECKING:
    from pathlib import Path

    from animegen.proof.document import Provenance
    from animegen.proof.finding import Report

_TOLD = 5
_BLOB = "film.mp4"


def audit_film(film: Path, proof: Provenance, report: Report) -> None:
    """Check the film's metadata, then its bytes without them, then frame by frame what differs."""
    if not film.is_file():
        report.add("missing", film.name, "the film itself is not there")
        return
    found = len(report.findings)
    try:
        _check_seal(film, proof, report)
        _check_content(film, proof, report)
    except FilmUnreadable as error:
        report.add("altered", film.name, error.message)
        return
    if len(report.findings) == found:
        report.proven += [
            f"{film.name} carries the digest of its lineage",
            f"its frames are those that were rendered: {len(proof.lineage.frames)}",
        ]


def _check_seal(film: Path, proof: Provenance, report: Report) -> None:
    seal = seal_of(film)
    if seal.comment != comment_of(proof.digest):
        report.add("altered", film.name, f"its metadata tells of another lineage: {seal.comment}")
    if seal.description != proof.summary:
        report.add("altered", film.name, "its metadata has another summary than its provenance")


def _check_content(film: Path, proof: Provenance, report: Report) -> None:
    step = proof.lineage.steps.get(proof.lineage.film)
    blob = (step.blobs or {}).get(_BLOB) if step else None
    if blob is None:
        report.add("unproven", film.name, "its provenance does not say what it must be")
    elif digest_of_bytes(unsealed(film)) != blob.digest:
        _name_frames(film, proof, report)


def _name_frames(film: Path, proof: Provenance, report: Report) -> None:
    wanted, there = proof.lineage.frames, frame_digests(film)
    wrong = [at for at, digest in enumerate(wanted[: len(there)]) if there[at] != digest]
    for at in wrong[:_TOLD]:
        report.add("altered", f"{film.name} frame {at}", f"it was changed ({_clock(at, proof)})")
    if len(wrong) > _TOLD:
        report.add("altered", film.name, f"and {len(wrong) - _TOLD} more of its frames")
    if len(there) != len(wanted):
        report.add("altered", film.name, f"it has {len(there)} frames, not {len(wanted)}")
    if not wrong and len(there) == len(wanted):
        report.add("altered", film.name, "its index, its sound or what lies between was changed")


def _clock(frame: int, proof: Provenance) -> str:
    step = proof.lineage.steps[proof.lineage.film]
    try:
        rate = Fraction(str(step.record.fields.get("rate")))
    except (ValueError, ZeroDivisionError):
        return "at an unknown time"
    return f"at {float(frame / rate):.3f} s" if rate else "at an unknown time"


def audit_files(film: Path, proof: Provenance, report: Report) -> None:
    """Check what was laid beside the film, and that nothing was added to its maps."""
    folder, found = film.parent, len(report.findings)
    listed = {name: digest for name, digest in proof.files.items() if name != film.name}
    for name, digest in listed.items():
        path = folder / name
        if not path.is_file():
            report.add("missing", name, "it lay beside the film when it was sealed")
        elif file_digest(path) != digest:
            report.add("altered", name, "its content is not what was written")
    _check_maps(folder, proof, report)
    if len(report.findings) == found and listed:
        report.proven.append(
            f"what lies beside it is as it was written: {counted(len(listed), 'file')}"
        )


def _check_maps(folder: Path, proof: Provenance, report: Report) -> None:
    """Compare the maps with the steps that drew them, whatever the list of files says."""
    for name, row in proof.nodes.items():
        step = proof.lineage.steps.get(row.key)
        if step is None or step.record.kind != "control":
            continue
        place = folder / "maps" / name
        blobs = step.blobs or {}
        for path in sorted(place.iterdir()) if place.is_dir() else ():
            shown = path.relative_to(folder).as_posix()
            if path.name not in blobs:
                report.add("added", shown, f"{name} drew no such map")
            elif shown not in proof.files and file_digest(path) != blobs[path.name].digest:
                report.add("altered", shown, "its content is not what was drawn")
