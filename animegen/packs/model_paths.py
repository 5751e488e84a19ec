"""Reads ComfyUI's `extra_model_paths.yaml`: where a machine's models lie, by kind.

Groups of any name, each with a `base_path` and lists of folders, one a line, by ComfyUI's kinds;
so A1111's folders are one such group (see extra_model_paths.yaml.example in ComfyUI). Unaware of
packs.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from animegen.errors import WeightsUnusable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NAME = "extra_model_paths.yaml"
VARIABLE = "ANIMEGEN_MODEL_PATHS"
"""Names such a file outside of the project, ComfyUI's own for one; several as in PATH."""
_SETTINGS = ("base_path", "is_default")


class ModelPaths:
    """The folders of a machine's models; files are listed once, when first asked for."""

    def __init__(self, project: Path) -> None:
        self._project = project
        self._folders: dict[str, list[Path]] | None = None
        self._listed: dict[Path, dict[str, Path]] = {}

    def find(self, kinds: tuple[str, ...], names: tuple[str, ...]) -> Path | None:
        """Return the first file or folder of these names in the folders of these kinds.

        Raises:
            WeightsUnusable: when a file that lists the folders cannot be read as such.
        """
        folders = [folder for kind in kinds for folder in self.folders().get(kind, [])]
        for name in names:
            for folder in folders:
                if found := self._list(folder).get(name):
                    return found
        return None

    def folders(self) -> Mapping[str, list[Path]]:
        """Return the folders by kind; those of groups that say `is_default` come first."""
        if self._folders is None:
            self._folders = {}
            for file in self._files():
                for kind, folder, first in _read(file):
                    known = self._folders.setdefault(kind, [])
                    known.insert(0, folder) if first else known.append(folder)
        return self._folders

    def _files(self) -> Iterator[Path]:
        named = os.environ.get(VARIABLE, "")
        places = [self._project / NAME, *(Path(one) for one in named.split(os.pathsep) if one)]
        for place in places:
            if place.is_file():
                yield place
            elif place != places[0]:
                raise WeightsUnusable(
                    f"{VARIABLE} names {place}, which is not there",
                    remedy="name a file of the form of ComfyUI's extra_model_paths.yaml",
                )

    def _list(self, folder: Path) -> Mapping[str, Path]:
        """List everything below a folder by its name; what lies higher wins."""
        if folder not in self._listed:
            found: dict[str, Path] = {}
            seen: set[str] = set()
            for place, inside, files in os.walk(folder, followlinks=True):
                inside[:] = sorted(one for one in inside if _once(Path(place) / one, seen))
                for name in (*inside, *sorted(files)):
                    found.setdefault(name, Path(place) / name)
            self._listed[folder] = found
        return self._listed[folder]


def _once(folder: Path, seen: set[str]) -> bool:
    """Whether a folder was not seen before: a link back up would never end."""
    real = os.path.realpath(folder)
    if real in seen:
        return False
    seen.add(real)
    return True


def _read(file: Path) -> list[tuple[str, Path, bool]]:
    """Return each folder of a file with its kind and whether it comes first."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        groups = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8")) or {}
        return [one for group in groups.values() if group for one in _group(file.parent, group)]
    except (YAMLError, UnicodeDecodeError, AttributeError, TypeError) as error:
        raise WeightsUnusable(
            f"{file} is not of the form of ComfyUI's {NAME}: {type(error).__name__}",
            remedy="it holds groups of `base_path` and folders by kind, one a line",
        ) from None


def _group(home: Path, group: Mapping[str, object]) -> Iterator[tuple[str, Path, bool]]:
    base = home / _expanded(str(group.get("base_path") or ""))
    for kind, listed in group.items():
        if kind in _SETTINGS or listed is None:
            continue
        for line in str(listed).splitlines():
            if line.strip():
                yield kind, base / _expanded(line.strip()), bool(group.get("is_default"))


def _expanded(text: str) -> Path:
    return Path(os.path.expandvars(text)).expanduser()
