"""Variations of a film: the product of the values of some variables, each with a name.

Unaware of what a variable does to a film.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

SEED, QUALITY = "seed", "quality"
WORDS = (SEED, QUALITY)
"""Words of the film that can be varied like variables; a variable of that name wins."""

EMPTY = '""'
"""What stands for an empty text, on the command line and before people's eyes."""

Single = str | bool | int | float

_UNSAFE = re.compile(r"[^\w.+-]+")
_LONGEST_VALUE, _LONGEST_FOLDER = 40, 160  # bytes; most file systems allow 255 for a name


@dataclass(frozen=True, kw_only=True)
class Axis:
    """A variable with the values it takes in turn."""

    name: str
    values: tuple[str, ...]
    """As `--set` reads them."""


@dataclass(frozen=True, kw_only=True)
class Variation:
    """One film of the product."""

    settings: Mapping[str, str]
    """Axis to value, in the order of the axes."""
    parts: tuple[str, ...]
    """`weather=rain`, one for each axis, in what every file system allows."""

    @property
    def label(self) -> str:
        """Return what people call it."""
        return ", ".join(label(name, value) for name, value in self.settings.items())

    @property
    def folder(self) -> str:
        """Return a folder's name that no other variation of the product has."""
        name = ",".join(self.parts)
        if len(name.encode()) <= _LONGEST_FOLDER:
            return name
        return f"{_cut(name, _LONGEST_FOLDER)}~{_digest(name)}"


def label(name: str, value: str) -> str:
    """Return what people call one value of a variable."""
    return f"{name}={value or EMPTY}"


def merge_axes(block: Iterable[Axis], given: Iterable[Axis]) -> tuple[Axis, ...]:
    """Return the axes of the `vary:` block, those of the command line in their places."""
    axes = {axis.name: axis for axis in block} | {axis.name: axis for axis in given}
    return tuple(axes.values())


def vary(axes: Sequence[Axis]) -> tuple[Variation, ...]:
    """Return the product of the axes; the last one turns fastest."""
    names = [_safe_names(axis.values) for axis in axes]
    return tuple(
        Variation(
            settings={axis.name: value for axis, value in zip(axes, values, strict=True)},
            parts=tuple(
                f"{axis.name}={safe[value]}"
                for axis, value, safe in zip(axes, values, names, strict=True)
            ),
        )
        for values in product(*(axis.values for axis in axes))
    )


def spell(value: Single) -> str:
    """Return a value of the storyboard as `--set` reads it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _safe_names(values: Sequence[str]) -> dict[str, str]:
    """Return what stands for each value in file names; no two are equal, in capitals or not."""
    plain = {value: _safe(value) for value in values}
    # Some file systems hold equal what differs in capitals only.
    count = Counter(name.casefold() for name in plain.values())
    return {
        value: name if count[name.casefold()] == 1 else f"{name}~{_digest(value)}"
        for value, name in plain.items()
    }


def _safe(value: str) -> str:
    name = _UNSAFE.sub("-", unicodedata.normalize("NFC", value)).rstrip("-. ")
    if len(name.encode()) <= _LONGEST_VALUE:
        return name
    return f"{_cut(name, _LONGEST_VALUE)}~{_digest(value)}"


def _cut(text: str, size: int) -> str:
    return text.encode()[:size].decode(errors="ignore").rstrip("-. ")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
