"""What verbs that plan or render open: weights, store and device; the compiled film."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from animegen.digest import digest_of
from animegen.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from animegen.packs.weights import Weights
    from animegen.plan.compile import Compiled
    from animegen.plan.explain import Now
    from animegen.plan.selection_range import Range
    from animegen.plan.stories import Story
    from animegen.store.history import History
    from animegen.store.store import Store
    from animegen.storyboard.reading import Reading

_LONGEST_NAME = 80


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What steps are keyed and rendered with."""

    weights: Weights
    store: Store
    device: str
    dtype: str


@dataclass(frozen=True, kw_only=True)
class Session(Ground):
    """A compiled film and the store it renders into."""

    compiled: Compiled
    history: History


def open_ground(
    reading: Reading,
    *,
    device: str,
    dtype: str | None,
    store: Sequence[str] | None,
    wishing: bool = False,
) -> Ground:
    """Open the project's store and find the weights on this machine.

    `wishing`: to plan as if all of them were here.

    Raises:
        WeightsMissing: when a model would be needed that is not here.
        UsageError: for a device that is none.
    """
    from animegen.cli.stores import open_store
    from animegen.packs.catalog import pack_folder
    from animegen.packs.weights import Weights
    from animegen.packs.wished import WishedWeights
    from animegen.render.device import dtype_for, guess_device

    opened = open_store(store, reading.project)
    weights = (WishedWeights if wishing else Weights).of(
        reading.pack,
        reading.project,
        cache=opened.layout.history / "weights.json",
        folder=pack_folder(reading.storyboard.pack, reading.project),
        called=reading.storyboard.pack,
    )
    chosen = guess_device() if device == "auto" else _known(device)
    return Ground(
        weights=weights,
        store=opened,
        device=chosen,
        dtype=dtype or dtype_for(reading.pack.dtype, chosen),
    )


def open_session(
    reading: Reading,
    *,
    device: str,
    dtype: str | None,
    slate: bool,
    only: Sequence[str],
    store: Sequence[str] | None,
    locked: bool = False,
    part: Range | None = None,
    wishing: bool = False,
) -> Session:
    """Compile the film against the weights on this machine and open the project's store.

    Says where it is not as its lock has it.

    Raises:
        WeightsMissing: when a model would be needed that is not here.
        UsageError: for a device that is none, and for a `part` that leaves the film.
        LockDrifted: `locked`, and it is not as its lock has it.
    """
    from animegen.cli.locking import check_lock
    from animegen.plan.compile import compile_film
    from animegen.store.history import History
    from animegen.storyboard.words import values_of, words_of

    ground = open_ground(reading, device=device, dtype=dtype, store=store, wishing=wishing)
    compiled = compile_film(
        reading, ground.weights, dtype=ground.dtype, slate=slate, only=only, part=part
    )
    check_lock(reading, compiled.plan, ground.weights, locked=locked)
    source = reading.document.source.path
    ground.store.expect(node.key for node in compiled.plan.nodes.values())
    name = f"{name_of_film(source, reading.project)}{' slate' if slate else ''}"
    return Session(
        compiled=compiled,
        history=History(ground.store, name, lambda: values_of(words_of(reading))),
        weights=ground.weights,
        store=ground.store,
        device=ground.device,
        dtype=ground.dtype,
    )


def explain_session(session: Session, reading: Reading) -> tuple[Mapping[str, Story], Now]:
    """Return why each node is in the store or will run, and the words that tell it."""
    from animegen.plan.explain import Memory, Now, explain_plan
    from animegen.storyboard.words import Word, words_of

    words = words_of(reading)
    if len(session.compiled.selection) < len(reading.shots):
        chosen = Word("--only", ", ".join(session.compiled.selection))
        words[chosen.path] = chosen
    memory = Memory(keys=session.history.read(), words=session.history.words())
    now = Now(reading=reading, words=words)
    return explain_plan(session.compiled.plan, session.store, memory, now), now


def name_of_film(storyboard: Path, project: Path) -> str:
    """Return what a film is called in its store: where its storyboard lies in the project."""
    return os.path.relpath(storyboard.resolve(), project)


def require_device(device: str) -> None:
    """Refuse a device that this machine does not have, before anything is read for it.

    Raises:
        UsageError: for a device that is not here, or is none.
    """
    from animegen.render.device import is_here

    if device != "auto" and not is_here(_known(device)):
        raise UsageError(
            f"this machine has no device `{device}`",
            remedy="leave --device out for the best that is here; `storyboard doctor` lists all",
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


def output_folder(reading: Reading, output: Path | None) -> Path:
    """Return where a film's files go: `out/<title>`, unless `-o` says otherwise."""
    return output or reading.project / "out" / slug(reading.storyboard.title)


def shown(path: Path) -> str:
    """Return a path as it is printed: from the current folder on, if it lies in it."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def film_path(
    reading: Reading,
    shots: Sequence[str],
    output: Path | None,
    *,
    slate: bool,
    part: str | None = None,
) -> Path:
    """Return where the film goes: `out/<title>/film.mp4`, `film.<shots>.mp4` for a selection.

    `part` names a stretch of the film and stands in the shots' place.
    """
    folder = output_folder(reading, output)
    chosen = part or (_selection(shots) if len(shots) < len(reading.shots) else None)
    return folder / ".".join([*filter(None, ["film", chosen, "slate" if slate else None]), "mp4"])


def _selection(shots: Sequence[str]) -> str:
    """Return a file name's part that no other selection has: an id holds no `+`."""
    names = "+".join(shots)
    if len(names) <= _LONGEST_NAME:
        return names
    return f"{shots[0]}+{len(shots) - 1}-more-{digest_of(list(shots))[:8]}"
