"""A film's lock: the picked takes, what its choices became, the digests of its weights.

Plain data that lies beside the storyboard. Unaware of plans, of weights and of how it is read
and written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from animegen.storyboard.document import Document

VERSION = 1
FIRST = 1
"""The take that a shot is when nobody picked another."""


@dataclass(frozen=True, kw_only=True)
class Lock:
    """What a lock file holds; a section that is not there says nothing."""

    path: Path
    takes: Mapping[str, int] = field(default_factory=dict)
    """The picked take, by shot id."""
    choices: Mapping[str, Mapping[str, str]] | None = None
    """The alternative that each `{...}` and `__...__` took, by its text, by shot id."""
    weights: Mapping[str, str] | None = None
    """Content digests, by the name of the component or LoRA."""
    document: Document | None = None
    """The file and where everything stands in it; None when there is no file."""

    def take(self, shot: str) -> int:
        """Return the take of a shot that is rendered."""
        return self.takes.get(shot, FIRST)


def lock_path(storyboard: Path) -> Path:
    """Return where the lock of a storyboard file lies: `film.lock.yaml` beside `film.yaml`."""
    return storyboard.with_name(f"{storyboard.stem}.lock.yaml")
