"""Lays the shots' lossless clips beside the film, handles included, for editing programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from animegen.cli.session import Session


def clips_folder(film: Path) -> Path:
    """Return where a film's clips lie: `film.clips`."""
    return film.with_suffix(".clips")


def deliver_clips(session: Session, film: Path) -> tuple[str, ...]:
    """Copy what is rendered to `film.clips/ID.mkv`; return the ids of what is not.

    Raises:
        StoreFailed: when the disk refuses.
    """
    from animegen.plan.compile import FILM
    from animegen.store.deliver import deliver

    plan, folder = session.compiled.plan, clips_folder(film)
    missing = []
    for index, cut in enumerate(session.compiled.cuts.cuts):
        node = plan.nodes[plan.nodes[FILM].inputs[f"clip-{index:05d}"]]
        path = folder / f"{cut.id}.mkv"
        clip = session.store.find(node.key)
        if clip is not None:
            deliver(session.store, clip.blobs["clip.mkv"], path)
        else:
            path.unlink(missing_ok=True)  # of before an edit, if it is there
            missing.append(cut.id)
    return tuple(missing)
