"""What becomes of a node during a run, and what a run leaves behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from animegen.errors import AnimegenError
    from animegen.store.artifact import Artifact


@dataclass(frozen=True, kw_only=True)
class Missing:
    """The node must be rendered."""


@dataclass(frozen=True, kw_only=True)
class Hit:
    """The store had the artifact."""

    artifact: Artifact
    checked: bool
    """Whether its content was compared with its digests; done once, before it is read."""


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """This run made the artifact."""

    artifact: Artifact


@dataclass(frozen=True, kw_only=True)
class Failed:
    """The step could not make the artifact."""

    error: AnimegenError


@dataclass(frozen=True, kw_only=True)
class Skipped:
    """A node that this one depends on failed."""

    because: str
    """The id of the node that failed."""


State = Missing | Hit | Rendered | Failed | Skipped


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The nodes that a run needed, each in its last state, in the order of the plan."""

    targets: tuple[str, ...]
    states: Mapping[str, State]

    @property
    def artifacts(self) -> dict[str, Artifact]:
        """What is in the store now, by node id."""
        return {
            node: state.artifact
            for node, state in self.states.items()
            if isinstance(state, Hit | Rendered)
        }

    @property
    def failures(self) -> dict[str, AnimegenError]:
        """Why nodes failed, by node id."""
        return {
            node: state.error for node, state in self.states.items() if isinstance(state, Failed)
        }

    @property
    def skipped(self) -> dict[str, str]:
        """The failed node that held each skipped one up, by node id."""
        return {
            node: state.because for node, state in self.states.items() if isinstance(state, Skipped)
        }

    @property
    def complete(self) -> bool:
        """Whether every target has its artifact."""
        return set(self.targets) <= self.artifacts.keys()

    def count(self, kind: type[Hit] | type[Rendered] | type[Failed] | type[Skipped]) -> int:
        """Return how many nodes ended in a kind of state."""
        return sum(isinstance(state, kind) for state in self.states.values())
