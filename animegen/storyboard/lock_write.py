"""Writes a lock file, whole or not at all; what a person wrote in it stays. Unaware of plans."""

from __future__ import annotations

import glob
import os
import shutil
from typing import TYPE_CHECKING, cast

from animegen.errors import AnimegenError
from animegen.storyboard.lock import FIRST, VERSION
from animegen.storyboard.lock_read import read_lock
from animegen.storyboard.lock_text import Value, edited

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from animegen.storyboard.lock import Lock
    from animegen.storyboard.yaml.node import Node

_HEADER = """\
# What this film is rendered with: keep it beside the storyboard, under version control.
# Written by `storyboard pick` and `storyboard lock`; docs/takes.md tells more.
"""


class LockNotEdited(AnimegenError):
    """The lock file is written in a way that cannot be edited line by line."""


def write_take(storyboard: Path, shot: str, take: int) -> bool:
    """Record the picked take of a shot; the first needs no record. False if nothing changed.

    Raises:
        StoryboardErrors: when the lock file that is there has errors.
        LockNotEdited: when its YAML takes detours such as aliases.
    """
    lock = read_lock(storyboard)
    takes = {name: number for name, number in lock.takes.items() if name != shot or take != FIRST}
    if take != FIRST:
        takes[shot] = take
    return takes != lock.takes and _write(lock, {"takes": takes})


def write_record(
    storyboard: Path,
    choices: Mapping[str, Mapping[str, str]],
    weights: Mapping[str, str],
) -> bool:
    """Record what a film's choices became and which weights draw it; raises as `write_take`.

    Entries that are there keep their place, new ones follow them.
    """
    return _write(read_lock(storyboard), {"choices": choices, "weights": weights})


def _write(lock: Lock, sections: Mapping[str, Value]) -> bool:
    text = lock.document.source.text if lock.document else _HEADER
    wanted = {**(_data(lock) or {"version": VERSION}), **sections}
    new = edited(text, _root(text), wanted)
    if lock.document is not None and new == text:
        return False
    _check(lock.path, new, wanted)
    _publish(lock.path, new)
    return True


def _data(lock: Lock) -> dict[str, Value]:
    return cast("dict[str, Value]", dict(lock.document.data)) if lock.document else {}


def _root(text: str) -> Node | None:
    from animegen.storyboard.yaml.compose import Composer, Refused
    from animegen.storyboard.yaml.text import Text

    try:
        return Composer(Text(text)).compose()
    except Refused:  # nothing but comments
        return None


def _check(path: Path, text: str, wanted: Mapping[str, Value]) -> None:
    """Read what is about to be written: nothing but what was wanted may have changed."""
    from ruamel.yaml.error import YAMLError

    try:
        root = _root(text)
    except YAMLError:
        root = None
    if root is None or _plain(root.value) != _plain(wanted):
        raise LockNotEdited(
            f"{path} cannot be edited line by line: it uses aliases, merge keys or the like",
            remedy="write them out, or delete the file; picked takes go with it",
        )


def _plain(value: object) -> object:
    """Return `value` without the difference between an empty section and one left open."""
    if not isinstance(value, dict):
        return value
    return {key: _plain(one) for key, one in value.items() if one not in (None, {})}


def _publish(path: Path, text: str) -> None:
    from animegen.store.write import publish_file

    target = path.resolve()
    for stray in target.parent.glob(f".{glob.escape(target.name)}.*.part"):
        stray.unlink()
    part = target.with_name(f".{target.name}.{os.urandom(4).hex()}.part")
    try:
        part.write_text(text, encoding="utf-8", newline="")
        if target.exists():
            shutil.copymode(target, part)
        publish_file(part, target)
    finally:
        part.unlink(missing_ok=True)
