"""Canonical forms, digests and seeds. Unaware of what is digested.

One walk over a value yields its leaves by path; both the hash and the explanation of a change
(`differences`) consume that walk, so they cannot drift apart.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]
Leaf = None | bool | int | float | str

WHEN_SET: Mapping[str, str] = MappingProxyType({"in the record": "when set"})
"""Metadata of a field that joined a dataclass later: at its default it is left out, so that what
was made before the field existed keeps its key."""

_CHUNK = 1 << 20
_CANONICAL = json.JSONEncoder(ensure_ascii=True, allow_nan=False)


class Difference(NamedTuple):
    """One leaf that differs; `MISSING` stands for a leaf that one side lacks."""

    path: str
    old: Leaf
    new: Leaf


MISSING = "(absent)"


def to_json(value: object) -> Json:
    """Turn fractions, tuples and dataclasses into plain JSON values, exactly.

    Raises:
        TypeError: for a type without a canonical form.
        ValueError: for NaN and infinities.
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: to_json(getattr(value, field.name))
            for field in dataclasses.fields(value)
            if field.metadata != WHEN_SET or getattr(value, field.name) != field.default
        }
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_json(item) for item in value]
    return _leaf(value)


def _leaf(value: object) -> Leaf:
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{value} has no canonical form")
        return int(value) if value.is_integer() else value
    if value is None or isinstance(value, bool | int | str):
        return value
    raise TypeError(f"{type(value).__name__} has no canonical form")


def walk(value: Json, path: str = "") -> Iterator[tuple[str, Leaf]]:
    """Yield every leaf of `value` with its path, keys sorted, containers by their length."""
    if isinstance(value, Mapping):
        yield f"{path}{{}}", len(value)
        for key in sorted(value):
            yield from walk(value[key], f"{path}.{key}" if path else key)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        yield f"{path}[]", len(value)
        for index, item in enumerate(value):
            yield from walk(item, f"{path}[{index}]")
    else:
        yield path, value


def digest_of(value: Json) -> str:
    """Return the SHA-256 of the walk over `value`, as 64 hex digits."""
    hasher = hashlib.sha256()
    for path, leaf in walk(value):
        hasher.update(_spell(path, leaf).encode())
        hasher.update(b"\n")
    return hasher.hexdigest()


def differences(old: Json, new: Json) -> list[Difference]:
    """Return the leaves by which `old` and `new` differ, in the order of the walk."""
    before, after = dict(walk(old)), dict(walk(new))
    paths = [*after, *(path for path in before if path not in after)]
    return [
        Difference(path, before.get(path, MISSING), after.get(path, MISSING))
        for path in paths
        if _spelled(before, path) != _spelled(after, path) and not path.endswith(("{}", "[]"))
    ]


def _spell(path: str, leaf: Leaf) -> str:
    # As JSON, so that 1, True and "1" differ, as they do not all in Python.
    return _CANONICAL.encode([path, leaf])


def _spelled(leaves: Mapping[str, Leaf], path: str) -> str:
    return _spell(path, leaves.get(path, MISSING))


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file's content, as 64 hex digits."""
    hasher = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            hasher.update(chunk)
    return hasher.hexdigest()


def seed_from(*parts: str | int) -> int:
    """Derive a 63-bit seed from its parts: (film seed, shot id, role, index, ...)."""
    text = json.dumps(parts, ensure_ascii=True).encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:8], "big") >> 1
