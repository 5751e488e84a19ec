"""Lists the words of the language (transitions, packs, ...) without importing them.

A word is a file: `transitions/fade_in.py` is `fade-in` and defines `WORD`. Unaware of what a
word does.
"""

from __future__ import annotations

import importlib
from functools import cache
from importlib import resources
from typing import Any

_NOT_WORDS = frozenset({"__init__", "protocol"})


@cache
def words(group: str, suffix: str = ".py") -> tuple[str, ...]:
    """Return the sorted words of a group, such as `words("transitions")`."""
    folder = resources.files("animegen").joinpath(group)
    stems = (
        entry.name.removesuffix(suffix) for entry in folder.iterdir() if entry.name.endswith(suffix)
    )
    return tuple(sorted(stem.replace("_", "-") for stem in stems if stem not in _NOT_WORDS))


@cache
def load(group: str, word: str) -> Any:
    """Import the file of `word` and return its `WORD`.

    Raises:
        KeyError: when the group has no such word.
    """
    if word not in words(group):
        raise KeyError(word)
    return importlib.import_module(f"animegen.{group}.{word.replace('-', '_')}").WORD
