"""What a step is: frozen fields that make its key, and one function that renders.

Unaware of graphs, stores and storyboards. A step reads its inputs' blobs and writes files into
its work folder; every file there becomes a blob of its artifact.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, NamedTuple, Protocol, cast

from animegen.digest import WHEN_SET as WHEN_SET  # the steps' fields carry it
from animegen.digest import Json, to_json
from animegen.store.record import Record

if TYPE_CHECKING:
    from pathlib import Path

    from animegen.steps.diffusion import Lora, Model
    from animegen.store.artifact import Artifact

Inputs = Mapping[str, "Artifact"]


class Work(Protocol):
    """What the engine lends to a running step."""

    @property
    def folder(self) -> Path:
        """An empty folder; the files left in it are the step's result."""

    @property
    def device(self) -> str:
        """The torch device to render on: `cpu`, `cuda`, `cuda:1`, `mps`. Never in a key."""

    @property
    def compile(self) -> str:
        """Whether models are compiled: `none`, `regional` or `max-autotune`. Never in a key."""

    @property
    def offload(self) -> str:
        """What leaves the device while it is not in use: `none`, `model`, `sequential`.

        Never in a key.
        """

    def weights(self, digest: str) -> Path:
        """Return the file or folder whose content has this digest.

        Raises:
            WeightsMissing: when no such weights are on this machine.
        """

    def progress(self, done: int, total: int, unit: str) -> None:
        """Report that `done` of `total` units (`step`, `frame`) are finished.

        Raises:
            Interrupted: when the user asked to stop; let it pass.
        """

    def note(self, message: str) -> None:
        """Report something the user should know (a degradation, a retry)."""


class Step(Protocol):
    """One kind of work. Implementations are frozen, keyword-only dataclasses."""

    kind: ClassVar[str]
    revision: ClassVar[int]

    def render(self, inputs: Inputs, work: Work) -> None:
        """Write the step's files into `work.folder`.

        Raises:
            AnimegenError: when the result cannot be made; nothing is cached then.
        """


class Loaded(NamedTuple):
    """What must be loaded before a step can begin; exchanging it takes time."""

    weights: Model
    """Without the motion adapter: it is built on them, and they serve stills meanwhile."""
    loras: tuple[Lora, ...]
    motion: tuple[Lora, ...] | None = None
    """The motion LoRA, or none; None when nothing moves, so that any may stay."""


def loaded_by(step: Step) -> Loaded | None:
    """Return what a step needs; None for a step without models."""
    needed: Loaded | None = getattr(step, "loaded", None)
    return needed


def record_of(step: Step, inputs: Mapping[str, str]) -> Record:
    """Return the record of a step whose inputs have the given keys (role to key)."""
    return Record(
        kind=step.kind,
        revision=step.revision,
        fields=cast("Mapping[str, Json]", to_json(step)),
        inputs=dict(inputs),
    )
