"""Where the word behind a cause is written: in the storyboard, or in a file of its own."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

from animegen.storyboard.validation.places import find_place
from animegen.storyboard.words import ORDER

if TYPE_CHECKING:
    from pathlib import Path

    from animegen.digest import Leaf
    from animegen.plan.causes import Cause
    from animegen.plan.explain import Now
    from animegen.storyboard.reading import Reading
    from animegen.storyboard.validation.places import Location


class Spot(NamedTuple):
    """A place in a file; lines and columns count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


def spot_of(cause: Cause, now: Now | None) -> Spot | None:
    """Return where to look; of a word that is gone, where it would stand."""
    if now is None or not cause.word:
        return None
    word = now.words.get(cause.word)
    lock = now.reading.lock
    if word is not None and lock.document is not None and word.file == lock.path:
        span = lock.document.marks.value(word.location)
        return Spot(_shown(lock.path, now.reading.project), span.line, span.column)
    if word is not None and word.file is not None:
        return _in_file(word.file, str(cause.old), str(cause.new), now.reading.project)
    shots = [shot.id for shot in now.reading.storyboard.shots]
    location = word.location if word else _would_be(cause.word, shots)
    if cause.word == ORDER:
        location = _of_order(cause.old, shots) or location
    return _in_storyboard(location, now.reading)


def newcomers(old: Leaf, now: list[str]) -> list[str]:
    """Return the shots that an older order lacks."""
    before = str(old).split(", ")
    return [shot for shot in now if shot not in before]


def _of_order(old: Leaf, shots: list[str]) -> Location:
    """Return where the first new shot stands; of another order, where they all do."""
    added = newcomers(old, shots)
    return (ORDER, shots.index(added[0])) if added else ()


def _in_storyboard(location: Location, reading: Reading) -> Spot | None:
    place = find_place(reading.document.data, location)
    if not place.where:
        return None
    marks = reading.document.marks
    deepest = place.on_key or isinstance(place.value, dict | list)
    span = marks.key(place.where) if deepest else marks.value(place.where)
    return Spot(str(reading.document.source.path), span.line, span.column)


def _would_be(word: str, shots: list[str]) -> Location:
    parts = word.split(".")
    if parts[0] != ORDER or len(parts) < 2 or parts[1] not in shots:
        return tuple(parts) if parts[0] != ORDER else ()
    return (ORDER, shots.index(parts[1]), *parts[2:])


def _in_file(path: Path, old: str, new: str, project: Path) -> Spot:
    """Return where a text file parts from what it was."""
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
    line, start = new.count("\n", 0, same) + 1, new.rfind("\n", 0, same) + 1
    return Spot(_shown(path, project), line, same - start + 1)


def _shown(path: Path, project: Path) -> str:
    return str(path.relative_to(project) if path.is_relative_to(project) else path)
