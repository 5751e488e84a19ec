"""Every diagnostic at length, for `storyboard explain SBnnn`. Unaware of where it is raised.

Codes are never reused: one that is no longer raised is gone for good.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from animegen.storyboard.codes import (
    file,
    limits,
    lint,
    lock,
    names,
    rendering,
    rules,
    structure,
    values,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from animegen.storyboard.codes.explanation import Explanation

_PAGES = (file, structure, values, names, rules, limits, lint, lock, rendering)

CODES: Mapping[str, Explanation] = MappingProxyType(
    {entry.code: entry for page in _PAGES for entry in page.ENTRIES}
)


def explain(code: str) -> str:
    """Return the long form of a diagnostic: what it means, a bad and a good example.

    Raises:
        KeyError: no diagnostic has this code.
    """
    return CODES[code].as_text()
