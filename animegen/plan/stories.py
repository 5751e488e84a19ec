"""What is told of one node: whether it runs, and what it runs for. Plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from animegen.digest import Difference
    from animegen.plan.causes import Cause
    from animegen.store.artifact import Artifact

Because = Literal[
    "stored", "unneeded", "new-shot", "new-step", "changed", "input", "evicted", "gone", "damaged"
]


@dataclass(frozen=True, kw_only=True)
class Story:
    """Why a node is a hit or will run."""

    node: str
    kind: str
    key: str
    state: Literal["hit", "run"]
    because: Because
    """`stored`: its artifact is there. `unneeded`: nothing asks for it. `new-shot`: nothing of the
    shot was ever rendered; `new-step`: not this step. `changed`: its own fields did. `input`: only
    what it reads did. `evicted`: it changed, and what it was rendered from is no longer known.
    `gone`, `damaged`: nothing changed, but the artifact is not there, or not whole."""
    causes: tuple[Cause, ...] = ()
    """What changed of its own since it was last rendered."""
    inputs: Mapping[str, str] = field(default_factory=dict)
    """Inputs that changed: the record's path to the node."""
    roots: tuple[str, ...] = ()
    """The nodes, it may be itself, at which the changes that reach it began."""
    differences: tuple[Difference, ...] = ()
    """All that differs between the record it was last rendered from and today's."""
    renamed: str = ""
    """Of a new shot: the one that it seems to have been called."""
    damage: str = ""
    artifact: Artifact | None = None
    """What the store has of it, once somebody looked (`explain.with_artifact`)."""
    last_key: str = ""
    """Under which it was last rendered; empty when it never was."""

    @property
    def shot(self) -> str:
        """The shot that the node belongs to; empty for the film's."""
        return self.node.rpartition("/")[0]

    @property
    def told_fields(self) -> frozenset[str]:
        """The paths of the record that causes and inputs account for."""
        return frozenset(self.inputs).union(*(cause.fields for cause in self.causes))
