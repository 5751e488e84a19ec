"""Lays a film's control maps beside it, to be looked at. Nothing ever reads them there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from animegen.steps.control import Control

if TYPE_CHECKING:
    from pathlib import Path

    from animegen.cli.session import Session


def deliver_maps(session: Session, folder: Path) -> None:
    """Copy the maps to `folder/maps/SHOT/WORD/`; those that are there already are left alone.

    Raises:
        StoreFailed: when the disk refuses.
    """
    from animegen.store.deliver import deliver

    for node in session.compiled.plan.nodes.values():
        maps = session.store.find(node.key) if node.step.kind == Control.kind else None
        for name, blob in (maps.blobs if maps else {}).items():
            if name.endswith(".png"):
                deliver(session.store, blob, folder / "maps" / node.id / name)
