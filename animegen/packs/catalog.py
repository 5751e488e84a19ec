"""Finds and reads packs: by name among those that ship, or from a `.toml` file of the project.

Unaware of where weights lie; relative weights start from `pack_folder`.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from animegen import registry
from animegen.errors import AnimegenError
from animegen.packs.generated import recipe_name
from animegen.packs.pack import ORIGIN, Pack

SHIPPED = Path(__file__).parent
"""The folder of the packs that ship, and of their weights."""
SUFFIX = ".toml"
QUALITIES = ("draft", "fast", "high")


class PackNotFound(AnimegenError):
    """No pack has this name, or the pack file is not there."""

    exit_code = 3


class PackInvalid(AnimegenError):
    """A pack file cannot be read as a pack."""

    exit_code = 3


def names() -> tuple[str, ...]:
    """Return the names of the packs that ship, sorted."""
    return registry.words("packs", SUFFIX)


def pack_file(name_or_path: str, project: Path) -> Path:
    """Return the file of a pack; a path starts from the project's folder.

    Raises:
        PackNotFound: when there is no such pack.
    """
    if name_or_path.endswith(SUFFIX):
        path = project / name_or_path
        if path.is_file():
            return path
        raise PackNotFound(
            f"the pack file {name_or_path} is not there",
            remedy=f"paths start from the project's folder, {project}",
        )
    if name_or_path not in names():
        raise PackNotFound(
            f"there is no pack `{name_or_path}`",
            remedy=f"the packs are {', '.join(names())}; or name a {SUFFIX} file of the project",
        )
    return SHIPPED / f"{name_or_path.replace('-', '_')}{SUFFIX}"


def pack_folder(name_or_path: str, project: Path) -> Path:
    """Return the folder that the pack's relative `weights` start from.

    Raises:
        PackNotFound: when there is no such pack.
    """
    return pack_file(name_or_path, project).parent


def pack_files(name_or_path: str, project: Path) -> tuple[Path, ...]:
    """Return the file of a pack that was read, and those of the packs that it extends."""
    path = pack_file(name_or_path, project)
    other = tomllib.loads(path.read_text(encoding="utf-8")).get("extends")
    return (path, *(pack_files(other, project) if other else ()))


def load_pack(name_or_path: str, project: Path) -> Pack:
    """Read a pack by name, or from a `.toml` file by its path relative to the project.

    Raises:
        PackNotFound: when there is no such pack.
        PackInvalid: when its file is no TOML or no pack; says where.
    """
    pack = _validate(name_or_path, _read(name_or_path, project))
    _check_whole(name_or_path, pack)
    return pack


def _read(name_or_path: str, project: Path, below: tuple[str, ...] = ()) -> dict[str, Any]:
    """Read a pack's table, laid over that of the pack which it extends."""
    path = pack_file(name_or_path, project)
    try:
        with path.open("rb") as file:
            data = tomllib.load(file)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PackInvalid(f"{name_or_path} is not TOML: {error}") from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise PackInvalid(f"{name_or_path} cannot be read: {reason.lower()}") from None
    other = data.pop("extends", None)
    if other is None:
        return data
    if not isinstance(other, str):
        raise PackInvalid(f"{name_or_path}: `extends`: input should be the name of a pack")
    if other in (*below, name_or_path):
        raise PackInvalid(f"{name_or_path}: `extends`: a pack cannot extend itself")
    over = _read(other, project, (*below, name_or_path))
    weights = over.get("weights")
    if isinstance(weights, str) and recipe_name(weights) is None:
        over["weights"] = str(pack_folder(other, project) / weights)
    return _laid_over(over, data)


def _laid_over(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Lay one table over another, row by row; a row that lies elsewhere came from elsewhere."""
    moved = "path" in over or "hub" in over
    laid = {key: value for key, value in under.items() if not (moved and key in ORIGIN)}
    for key, value in over.items():
        below = laid.get(key)
        if isinstance(value, dict) and isinstance(below, dict):
            laid[key] = _laid_over(below, value)
        else:
            laid[key] = value
    return laid


def _validate(name: str, data: dict[str, Any]) -> Pack:
    try:
        return Pack.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"] if part != "[key]")
        raise PackInvalid(
            f"{name}: `{field}`: {first['msg'].lower()}",
            remedy=f"{error.error_count()} fields of the pack need attention"
            if error.error_count() > 1
            else "",
        ) from None


def _check_whole(name: str, pack: Pack) -> None:
    """Refuse a pack whose parts do not fit together."""
    missing = [quality for quality in QUALITIES if quality not in pack.qualities]
    if missing:
        raise PackInvalid(f"{name}: `qualities.{missing[0]}`: field required")
    for quality, settings in pack.qualities.items():
        if settings.lora is not None and settings.lora not in pack.loras:
            raise PackInvalid(
                f"{name}: `qualities.{quality}.lora`: `{settings.lora}` is not among its loras"
            )
