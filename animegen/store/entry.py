"""The text of an entry: an artifact's record, its blobs and how it was made, under a checksum.

Unaware of the disk.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

from animegen.store.artifact import Artifact, Blob
from animegen.store.record import Record

if TYPE_CHECKING:
    from animegen.store.layout import Layout

_DIGEST = re.compile(r"[0-9a-f]{64}")


class EntryDamaged(ValueError):
    """The text is not what was written."""


def encode(artifact: Artifact) -> bytes:
    """Return the text of an artifact's entry."""
    body = {
        "record": artifact.record.to_json(),
        "blobs": {
            name: {"digest": blob.digest, "size": blob.size}
            for name, blob in artifact.blobs.items()
        },
        "made": artifact.made,
    }
    return json.dumps({"sha256": _checksum(body), "entry": body}, allow_nan=False).encode()


def decode(text: bytes, key: str, layout: Layout) -> Artifact:
    """Read the entry of `key`.

    Raises:
        EntryDamaged: when the text is not an entry, was changed, or belongs to another key.
    """
    try:
        document = json.loads(text)
        body = document["entry"]
        intact = document["sha256"] == _checksum(body)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise EntryDamaged("it is not readable") from error
    if not intact:
        raise EntryDamaged("its content does not match its checksum")
    return _artifact(body, key, layout)


def _artifact(body: dict[str, Any], key: str, layout: Layout) -> Artifact:
    # A checksum only says that somebody meant to write this; the key says that it is ours.
    try:
        record = Record(**body["record"])
        blobs = {name: _blob(blob, layout) for name, blob in body["blobs"].items()}
        artifact = Artifact(record=record, blobs=blobs, made=body["made"])
        found = record.key
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise EntryDamaged("it is not an entry of this version") from error
    if found != key:
        raise EntryDamaged(f"its record has the key {found[:12]}")
    return artifact


def _blob(blob: dict[str, Any], layout: Layout) -> Blob:
    digest, size = blob["digest"], blob["size"]
    if not isinstance(size, int) or not _DIGEST.fullmatch(digest):
        raise ValueError("a blob has a digest and a size")
    return Blob(digest=digest, size=size, path=layout.object(digest))


def _checksum(body: object) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True, allow_nan=False).encode()).hexdigest()
