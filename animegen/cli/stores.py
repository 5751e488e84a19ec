"""Opens the stores that `--store` names: a folder, and perhaps a shared one behind it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from animegen.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from animegen.store.store import Store

VARIABLE = "ANIMEGEN_STORE"
"""Names the shared store, or the folder, where `--store` does not."""


def open_store(places: Sequence[str] | None, project: Path) -> Store:
    """Open the store of a project: the folder and, behind it, the shared one that is named.

    Close it once nothing of it is in use any more; the end of the process does, too.

    Raises:
        UsageError: for two folders, two addresses, or an address that cannot be used.
        StoreFailed: when the folder is no store.
    """
    folder, address = _split(places, project)
    if address is None:
        return open_local(places, project)
    import typer

    from animegen.store.remote import open_remote
    from animegen.store.shared import SharedStore

    return SharedStore(folder, open_remote(address), lambda text: typer.echo(text, err=True))


def open_local(places: Sequence[str] | None, project: Path) -> Store:
    """Open the folder alone, whatever is behind it.

    Raises:
        UsageError, StoreFailed: as `open_store`.
    """
    from animegen.store.store import Store

    return Store(_split(places, project)[0])


def shared_address(places: Sequence[str] | None) -> str | None:
    """Return the address of the shared store, if one is named."""
    return _split(places, Path())[1]


def _split(places: Sequence[str] | None, project: Path) -> tuple[Path, str | None]:
    from animegen.storyboard.project import STORE

    given = list(places or [])
    folders = [place for place in given if "://" not in place]
    addresses = [place for place in given if "://" in place]
    if len(folders) > 1 or len(addresses) > 1:
        raise UsageError(
            "--store is given twice for the same thing",
            remedy="name at most one folder and one shared store, such as s3://bucket/films",
        )
    default = os.environ.get(VARIABLE, "")
    if default and "://" in default:
        addresses = addresses or [default]
    elif default:
        folders = folders or [default]
    folder = Path(folders[0]) if folders else project / STORE
    return folder, addresses[0] if addresses else None
