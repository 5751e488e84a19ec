"""Lays what was rendered where people look for it. Nothing ever reads it there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from animegen.proof.write import write_film
from animegen.steps.clip import Clip
from animegen.steps.control import Control
from animegen.steps.film import Film
from animegen.steps.keyframe import Keyframe
from animegen.store.deliver import deliver

if TYPE_CHECKING:
    from pathlib import Path

    from animegen.cli.session import Session
    from animegen.engine.states import Outcome
    from animegen.plan.graph import Node, Plan
    from animegen.store.artifact import Artifact
    from animegen.store.store import Store


def deliver_all(session: Session, plan: Plan, outcome: Outcome, film: Path) -> list[Path]:
    """Deliver every finished target and return their paths; `film` is the film's.

    Raises:
        StoreFailed: when the disk refuses.
    """
    artifacts = outcome.artifacts
    paths = [
        _deliver(session, plan.nodes[target], artifacts[target], film)
        for target in plan.targets
        if target in artifacts
    ]
    if any(plan.nodes[target].step.kind == Film.kind for target in artifacts.keys() & plan.targets):
        deliver_maps(session.store, plan, film.parent)
    return paths


def deliver_maps(store: Store, plan: Plan, folder: Path) -> None:
    """Copy the control maps to `folder/maps/SHOT/WORD/`; what is there already is left alone.

    Raises:
        StoreFailed: when the disk refuses.
    """
    for node in plan.nodes.values():
        maps = store.find(node.key) if node.step.kind == Control.kind else None
        if maps:
            _deliver_maps(store, node, maps, folder)


def _deliver(session: Session, node: Node, artifact: Artifact, film: Path) -> Path:
    shot = node.id.rpartition("/")[0]
    match node.step.kind:
        case Keyframe.kind:
            name, target = "keyframe.png", film.parent / "keyframes" / f"{shot}.png"
        case Clip.kind:
            ending = ".slate.mkv" if film.name.endswith(".slate.mp4") else ".mkv"
            name, target = "clip.mkv", film.parent / "clips" / f"{shot}{ending}"
        case Control.kind:
            return _deliver_maps(session.store, node, artifact, film.parent)
        case _:
            write_film(session.compiled.plan, session.store, artifact.blobs["film.mp4"], film)
            return film
    deliver(session.store, artifact.blobs[name], target)
    return target


def _deliver_maps(store: Store, node: Node, artifact: Artifact, folder: Path) -> Path:
    target = folder / "maps" / node.id
    for name, blob in artifact.blobs.items():
        if name.endswith(".png"):
            deliver(store, blob, target / name)
    return target
