"""The readable preimage of a key. Unaware of files."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from animegen.digest import Difference, Json, differences, digest_of

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class Record:
    """Everything that decides an artifact's pixels; its digest is the artifact's key."""

    kind: str
    """The kind of step, such as `keyframe`."""
    revision: int
    """Raised when the step's code changes what it makes."""
    fields: Mapping[str, Json]
    """The step's parameters, defaults filled in."""
    inputs: Mapping[str, str] = field(default_factory=dict)
    """Role to key of each input."""

    def to_json(self) -> dict[str, Json]:
        """Return the record as plain JSON, the form that is hashed and stored."""
        return {
            "kind": self.kind,
            "revision": self.revision,
            "fields": self.fields,
            "inputs": self.inputs,
        }

    @cached_property
    def key(self) -> str:
        """SHA-256 of the record's walk, 64 hex digits."""
        return digest_of(self.to_json())

    def differences(self, newer: Record) -> list[Difference]:
        """Return the leaves in which `newer` differs from this record."""
        return differences(self.to_json(), newer.to_json())
