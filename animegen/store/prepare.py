"""Makes a folder a store, and refuses folders that are something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from animegen.errors import StoreFailed
from animegen.store.failure import store_errors
from animegen.store.layout import VERSION
from animegen.store.workspace import workspace
from animegen.store.write import make_folder, publish_bytes

if TYPE_CHECKING:
    from animegen.store.layout import Layout


def refuse_foreign(layout: Layout) -> None:
    """Allow a store of this version, an empty folder, or none.

    Raises:
        StoreFailed: for a store of another version, and for a folder of other files: a store
            hides its folder from git and may be deleted at any time.
    """
    with store_errors(layout.root):
        if layout.version.exists():
            _refuse_other_version(layout)
        elif layout.root.exists():
            _refuse_other_files(layout)


def prepare(layout: Layout) -> None:
    """Make the folders and labels unless they are there.

    The version comes last and says that the store is complete. A folder that somebody deleted
    since is made again: an empty one is as good as a new one.

    Raises:
        StoreFailed: when the disk refuses.
    """
    with store_errors(layout.root):
        for folder in layout.folders:
            make_folder(folder)
        if layout.version.exists():
            return
    with workspace(layout) as folder, store_errors(layout.root):
        for path, text in {**layout.labels, layout.version: VERSION}.items():
            publish_bytes(text.encode(), path, folder)


def _refuse_other_version(layout: Layout) -> None:
    found = layout.version.read_bytes()
    if found != VERSION.encode():
        raise StoreFailed(
            f"{layout.root} is a store of version {found!r}; this program uses {VERSION}",
            remedy="choose another folder with --store DIR, or delete this one",
        )


def _refuse_other_files(layout: Layout) -> None:
    ours = {path.name for path in (*layout.folders, *layout.labels)}
    names = sorted(path.name for path in layout.root.iterdir())
    foreign = [name for name in names if name not in ours and not name.startswith(".")]
    if foreign:
        raise StoreFailed(
            f"{layout.root} holds other files ({foreign[0]}) and is not a store",
            remedy="choose an empty or a new folder with --store DIR",
        )
