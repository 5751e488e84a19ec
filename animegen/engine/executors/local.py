"""Renders nodes in this process. Unaware of the order of nodes and of what was rendered before."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING

from animegen.engine.events import NodeNote, NodeProgress
from animegen.errors import AnimegenError, Interrupted, RenderFailed, StoreFailed
from animegen.guard import guarding
from animegen.render.held import held_at_most
from animegen.store.failure import disk_refusal, store_failed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from animegen.digest import Json
    from animegen.engine.cancel import Cancel
    from animegen.engine.events import Emit
    from animegen.plan.graph import Node
    from animegen.store.artifact import Artifact
    from animegen.store.store import Store

_TOLD_VERSIONS = ("animegen", "torch", "diffusers")


@dataclass(frozen=True, kw_only=True)
class LocalExecutor:
    """Implements `Executor` on one device of this machine."""

    device: str
    """The torch device: `cpu`, `cuda`, `cuda:1`, `mps`."""
    weights: Callable[[str], Path]
    """Finds weights by content digest; raises WeightsMissing."""
    compile: str = "none"
    """How models are compiled, where the device gains from it."""
    offload: str = "none"
    """What leaves the device while it is not in use: `none`, `model`, `sequential`."""

    def render(
        self,
        node: Node,
        inputs: Mapping[str, Artifact],
        *,
        store: Store,
        emit: Emit,
        cancel: Cancel,
    ) -> Artifact:
        """Render `node` and publish its artifact; see `Executor`."""
        cancel.check()
        with store.workspace() as folder:
            work = LocalWork(
                node=node.id,
                folder=folder,
                device=self.device,
                compile=self.compile,
                offload=self.offload,
                find_weights=self.weights,
                emit=emit,
                cancel=cancel,
            )
            started = time.monotonic()
            with held_at_most(self.device) as held:
                _run_step(node, inputs, work)
            made: dict[str, Json] = {
                "at": datetime.now(UTC).isoformat(timespec="seconds"),
                "seconds": round(time.monotonic() - started, 3),
                "device": self.device,
                "memory": held.bytes,
                "versions": {name: version(name) for name in _TOLD_VERSIONS if name in sys.modules},
                "notes": list(work.notes),
                "guarded": True,
            }
            return store.publish(node.record, folder, made)


@dataclass(frozen=True, kw_only=True)
class LocalWork:
    """Implements `steps.protocol.Work`."""

    node: str
    folder: Path
    device: str
    compile: str
    offload: str
    find_weights: Callable[[str], Path]
    emit: Emit
    cancel: Cancel
    notes: list[str] = field(default_factory=list)
    """What the step had to say, kept beside the artifact."""

    def weights(self, digest: str) -> Path:
        """Return the weights whose content has this digest; raises WeightsMissing."""
        return self.find_weights(digest)

    def progress(self, done: int, total: int, unit: str) -> None:
        """Tell how far the step is; raises Interrupted when the user asked to stop."""
        self.cancel.check()
        self.emit(NodeProgress(node=self.node, done=done, total=total, unit=unit))

    def note(self, message: str) -> None:
        """Tell the user something and keep it with the artifact."""
        self.notes.append(message)
        self.emit(NodeNote(node=self.node, message=message))


def _run_step(node: Node, inputs: Mapping[str, Artifact], work: LocalWork) -> None:
    blobs = [blob.path for artifact in inputs.values() for blob in artifact.blobs.values()]
    try:
        with guarding(work.folder, blobs):
            node.step.render(inputs, work)
    except (Interrupted, StoreFailed):
        raise
    except Exception as error:
        raise _failure_of(node, error, work.folder) from error


def _failure_of(node: Node, error: Exception, folder: Path) -> AnimegenError:
    refusal = disk_refusal(error)
    if refusal is not None:
        return store_failed(refusal, folder)
    if isinstance(error, AnimegenError):
        return error
    return RenderFailed(
        f"{node.id} ({node.step.kind}) failed with {type(error).__name__}: {error}",
        remedy="everything else is kept; render again once the cause is removed",
    )
