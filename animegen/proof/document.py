"""What stands in `provenance.json`, and its canonical text. Unaware of the disk.

`lineage` is what the film is made of, by keys and digests alone: no name, time or machine is in
it, so the same film has the same lineage wherever it is rendered, and its digest can stand in the
film. Everything else (names, weights, times, files) is under `seal`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from animegen.digest import Json, digest_of
from animegen.errors import AnimegenError

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT = "animegen provenance"
VERSION = 1
Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class ProvenanceUnreadable(AnimegenError):
    """A `provenance.json` is missing, damaged or of another version."""


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class RecordRow(_Row):
    """The readable preimage of a key."""

    kind: str
    revision: int
    fields: dict[str, JsonValue]
    inputs: dict[str, Digest]


class BlobRow(_Row):
    """A file that a step left."""

    digest: Digest
    size: int


class StepRow(_Row):
    """A step: what it was made from, and what it left."""

    record: RecordRow
    blobs: dict[str, BlobRow] | None
    """None when the store had dropped them before the provenance was written."""


class Lineage(_Row):
    """Everything the film descends from, by key."""

    film: Digest
    steps: dict[Digest, StepRow]
    frames: list[str]
    """A short digest of each of the film's coded frames, in the order shown."""


class NodeRow(_Row):
    """What a step is called in the storyboard, and whom it reads."""

    key: Digest
    parents: dict[str, str]
    """Role to name."""


class WeightRow(_Row):
    """Weights that drew the film, with what the pack knows of them."""

    digest: Digest
    kind: str
    path: str
    title: str = ""
    source: str = ""
    hub: str = ""
    revision: str = ""
    licence: str = ""
    base_model: str = ""
    note: str = ""
    citation: str = ""
    verified: bool | None = None
    published: dict[str, str] = Field(default_factory=dict)
    """SHA-256 of the published files, where the pack states them."""


class PackRow(_Row):
    """The pack that the storyboard names."""

    name: str
    title: str
    base_model: str
    licence: str


class Provenance(_Row):
    """The whole document."""

    format: Literal["animegen provenance"]
    version: Literal[1]
    title: str
    storyboard: dict[str, str]
    """Its `file` and `sha256`."""
    summary: str
    lineage: Lineage
    digest: Digest
    """Of `lineage`; it stands in the film, too."""
    nodes: dict[str, NodeRow]
    pack: PackRow
    weights: dict[str, WeightRow]
    made: dict[Digest, dict[str, JsonValue]]
    """By key: seconds, device, versions, notes."""
    files: dict[str, Digest]
    """What was laid beside the film, by its path from this file."""
    seal: Digest
    """Of everything else in here."""


def to_text(document: Mapping[str, Json]) -> str:
    """Return the canonical text of a document without its seal, seal added."""
    whole = {**document, "seal": digest_of(document)}
    return json.dumps(whole, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def parse(text: bytes) -> tuple[Provenance, dict[str, Any]]:
    """Read a document; return it typed and as the plain data that its digests are over.

    Raises:
        ProvenanceUnreadable: when it is none.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise ProvenanceUnreadable("it is not JSON") from None
    try:
        return Provenance.model_validate(data), cast("dict[str, Any]", data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part)[:40] for part in first["loc"] if part != "[key]")
        raise ProvenanceUnreadable(f"`{place}`: {first['msg'].lower()}") from None


def comment_of(digest: str) -> str:
    """Return what the film says about its provenance."""
    return f"animegen provenance sha256:{digest}"
