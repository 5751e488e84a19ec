"""What `plan` and `render` both open: the compiled film, its store and its history."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from animegen.digest import digest_of
from animegen.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from animegen.packs.weights import Weights
    from animegen.plan.compile import Compiled
    from animegen.store.history import History
    from animegen.store.store import Store
    from animegen.storyboard.reading import Reading

_LONGEST_NAME = 80


@dataclass(frozen=True, kw_only=True)
class Session:
    """A compiled film and the store it renders into."""

    compiled: Compiled
    weights: Weights
    store: Store
    history: History
    device: str


def open_session(
    reading: Reading,
    *,
    device: str,
    slate: bool,
    only: Sequence[str],
    store: Path | None,
) -> Session:
    """Compile the film against the weights on this machine and open the project's store.

    Raises:
        WeightsMissing: when a model would be needed that is not here.
        UsageError: for a device that is none.
    """
    from animegen.packs.catalog import pack_folder
    from animegen.packs.weights import Weights
    from animegen.plan.compile import compile_film
    from animegen.render.device import dtype_for, guess_device
    from animegen.store.history import History
    from animegen.store.store import Store
    from animegen.storyboard.project import STORE

    opened = Store(store or reading.project / STORE)
    weights = Weights.of(
        reading.pack,
        reading.project,
        cache=opened.layout.history / "weights.json",
        folder=pack_folder(reading.storyboard.pack, reading.project),
        called=reading.storyboard.pack,
    )
    chosen = guess_device() if device == "auto" else _known(device)
    dtype = dtype_for(reading.pack.dtype, chosen)
    compiled = compile_film(reading, weights, dtype=dtype, slate=slate, only=only)
    source = reading.document.source.path.resolve()
    name = f"{os.path.relpath(source, reading.project)}{' slate' if slate else ''}"
    return Session(
        compiled=compiled,
        weights=weights,
        store=opened,
        history=History(opened, name),
        device=chosen,
    )


def _known(device: str) -> str:
    if not re.fullmatch(r"cpu|mps|cuda(:\d+)?", device):
        raise UsageError(
            f"there is no device `{device}`", remedy="write cpu, cuda, cuda:1, mps or auto"
        )
    return device


def slug(title: str) -> str:
    """Turn a title into a folder name: lower-case words joined by hyphens."""
    words = re.findall(r"\w+", title.lower())
    return "-".join(words)[:80] or "film"


def film_path(reading: Reading, shots: Sequence[str], output: Path | None, *, slate: bool) -> Path:
    """Return where the film goes: `out/<title>/film.mp4`, or `film.<shots>.mp4` for a selection."""
    folder = output or reading.project / "out" / slug(reading.storyboard.title)
    parts = ["film", *([_selection(shots)] if len(shots) < len(reading.shots) else [])]
    return folder / ".".join([*parts, *(["slate"] if slate else []), "mp4"])


def _selection(shots: Sequence[str]) -> str:
    """Return a file name's part that no other selection has: an id holds no `+`."""
    names = "+".join(shots)
    if len(names) <= _LONGEST_NAME:
        return names
    return f"{shots[0]}+{len(shots) - 1}-more-{digest_of(list(shots))[:8]}"
