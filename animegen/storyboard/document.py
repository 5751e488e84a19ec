"""A parsed storyboard file. Unaware of what its words mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from animegen.storyboard.diagnostic import Diagnostic
    from animegen.storyboard.place import Marks, Source


@dataclass(frozen=True, kw_only=True)
class Document:
    """A parsed file: plain data and where everything stands."""

    source: Source
    data: Mapping[str, Any]
    marks: Marks
    findings: tuple[Diagnostic, ...] = ()
    """What the reader of the YAML noticed: duplicate keys, undefined aliases, cut-off prompts."""
