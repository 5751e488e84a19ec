"""What happens during a run, as plain data. Unaware of who listens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from animegen.errors import AnimegenError


@dataclass(frozen=True, kw_only=True)
class RunStarted:
    """The store was looked through; the first node comes next."""

    hits: int
    """Nodes that the targets need and the store has; a hit's own inputs are not counted."""
    to_render: tuple[str, ...]
    """The others, in the order of the plan; more when a stored input turns out damaged."""


@dataclass(frozen=True, kw_only=True)
class NodeHit:
    """The store has the node's artifact."""

    node: str
    key: str


@dataclass(frozen=True, kw_only=True)
class NodeWaiting:
    """Another process is rendering the same node; said once per wait."""

    node: str


@dataclass(frozen=True, kw_only=True)
class NodeStarted:
    """The node's step runs."""

    node: str


@dataclass(frozen=True, kw_only=True)
class NodeProgress:
    """`done` of `total` units (`step`, `frame`) are finished."""

    node: str
    done: int
    total: int
    unit: str


@dataclass(frozen=True, kw_only=True)
class NodeNote:
    """Something the user should know: a degradation, a retry, a damaged file."""

    node: str
    message: str


@dataclass(frozen=True, kw_only=True)
class NodeFinished:
    """The node's artifact is in the store."""

    node: str
    key: str
    seconds: float
    memory: int | None = None
    """Bytes that were held at most meanwhile, where that can be measured."""


@dataclass(frozen=True, kw_only=True)
class NodeFailed:
    """The node has no artifact."""

    node: str
    error: AnimegenError


@dataclass(frozen=True, kw_only=True)
class NodeSkipped:
    """The node could not run because another one failed."""

    node: str
    because: str
    """The id of the node that failed."""


@dataclass(frozen=True, kw_only=True)
class RunFinished:
    """The last event of every run, also of an interrupted one."""

    rendered: int
    hits: int
    failed: int
    skipped: int
    complete: bool
    """Whether every target has its artifact."""
    seconds: float


Event = (
    RunStarted
    | NodeHit
    | NodeWaiting
    | NodeStarted
    | NodeProgress
    | NodeNote
    | NodeFinished
    | NodeFailed
    | NodeSkipped
    | RunFinished
)
Emit = Callable[[Event], None]
