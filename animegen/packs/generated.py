"""Weights that are made by code on first use. Unaware of what a pack means.

Their identity is the recipe, the source text of the module that makes them: known without
making anything and without importing torch.
"""

from __future__ import annotations

import importlib
import shutil
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from animegen.digest import digest_of
from animegen.errors import WeightsMissing

if TYPE_CHECKING:
    from pathlib import Path

_PREFIX = "generated:"


def recipe_name(weights: str) -> str | None:
    """Return NAME of a pack's `weights = "generated:NAME"`, None for weights that lie somewhere."""
    return weights.removeprefix(_PREFIX) if weights.startswith(_PREFIX) else None


@cache
def recipe_digest(name: str) -> str:
    """Return the digest of the source of `render/NAME.py` and of `render/NAME_*.py`.

    Raises:
        WeightsMissing: when there is no such recipe.
    """
    room = resources.files("animegen.render")
    sources = {
        entry.name: entry.read_text(encoding="utf-8")
        for entry in room.iterdir()
        if entry.name == f"{name}.py" or entry.name.startswith(f"{name}_")
    }
    if f"{name}.py" not in sources:
        raise WeightsMissing(f"there is no recipe for the weights '{_PREFIX}{name}'")
    return digest_of(sources)


def made(name: str) -> Path:
    """Return the folder with the recipe's weights, making them if nobody has yet."""
    import platformdirs

    home = platformdirs.user_cache_path("animegen") / "generated"
    folder = home / recipe_digest(name)[:16]
    if not folder.is_dir():
        _make(name, folder)
    return folder


def _make(name: str, folder: Path) -> None:
    from filelock import FileLock

    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        if folder.is_dir():  # somebody else has, while we waited
            return
        beside = folder.with_suffix(".partial")
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir()
        importlib.import_module(f"animegen.render.{name}").build(beside)
        beside.rename(folder)
