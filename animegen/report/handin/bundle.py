"""Copies what renders the film again: storyboard, lock, templates, pack manifests, own LoRAs.

And the script that does it. Weights of packs are not copied: their digests are in the lock.
"""

from __future__ import annotations

import os
import shlex
import shutil
from importlib.metadata import PackageNotFoundError, requires, version
from typing import TYPE_CHECKING

from animegen.packs.catalog import pack_file
from animegen.plan.ingredients import weights_in
from animegen.resources import template_folder
from animegen.storyboard.lock import lock_path
from animegen.storyboard.lock_write import write_record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from animegen.packs.weights import Weights
    from animegen.plan.graph import Plan
    from animegen.storyboard.reading import Reading

SOURCE = "source"
SCRIPT = "reproduce.sh"
_TEXTS = {"templates": "*.j2", "wildcards": "*.txt"}
_SCRIPT = """\
#!/bin/sh
# Renders this film again and compares it, byte for byte, with the one that was handed in.
# STORYBOARD names the command, if it is not `storyboard`. More flags go to it: sh {script} --quiet
set -eu
cd "$(dirname "$0")/{source}"
mkdir -p .storyboard  # paths start from here, wherever this folder lies
${{STORYBOARD:-storyboard}} {command} "$@"
cd ..
if cmp -s {film} reproduced/{film}; then
    echo "the same film, byte for byte"
else
    echo "reproduced/{film} differs from {film}: on another device or with other library" >&2
    echo "versions the last bits of a picture may differ; compare the keys in the two" >&2
    echo "provenance.json: the same keys mean the same words, weights and seeds" >&2
    exit 1
fi
"""


def write_sources(reading: Reading, plan: Plan, weights: Weights, folder: Path) -> Path:
    """Copy the sources below `folder/source`; return the storyboard's path from there."""
    target, project = folder / SOURCE, reading.project.resolve()
    storyboard = reading.document.source.path.resolve()
    _copy(storyboard, project, target)
    for name, pattern in _TEXTS.items():
        for path in sorted((project / name).glob(pattern)):
            _copy(path, project, target)
    _copy_style(reading, target)
    _copy_packs(reading, target)
    used = weights_in(plan, weights)
    for name in used:
        if (project / name).is_file():
            _copy(project / name, project, target)
    lock = lock_path(storyboard)
    if lock.is_file():
        _copy(lock, project, target)
    copied = target / storyboard.relative_to(project)
    choices = {shot: one.taken for shot, one in reading.shots.items() if one.taken}
    write_record(copied, choices, used)
    (target / "requirements.txt").write_text(_requirements(), encoding="utf-8")
    return copied.relative_to(target)


def write_script(folder: Path, command: Sequence[str], film: str) -> str:
    """Write `reproduce.sh`; return the command line that it runs."""
    line = shlex.join([*command, "-o", "../reproduced"])
    path = folder / SCRIPT
    text = _SCRIPT.format(script=SCRIPT, source=SOURCE, command=line, film=shlex.quote(film))
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return f"storyboard {line}"


def _copy(path: Path, project: Path, target: Path) -> None:
    copied = target / os.path.relpath(path.resolve(), project)
    copied.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, copied)


def _copy_style(reading: Reading, target: Path) -> None:
    """Copy the style's template where it is one that ships: a later version may ship another."""
    name = f"{reading.storyboard.style.prompt}.j2"
    shipped, copied = template_folder() / name, target / "templates" / name
    if shipped.is_file() and not copied.exists():
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(shipped, copied)


def _copy_packs(reading: Reading, target: Path) -> None:
    """Copy the pack's file: in its place if it is the project's, else to be read by people."""
    import tomllib

    project = reading.project.resolve()
    name: object = reading.storyboard.pack
    while isinstance(name, str):
        path = pack_file(name, reading.project)
        if path.resolve().is_relative_to(project) and name.endswith(".toml"):
            _copy(path, project, target)
        else:
            (target / "packs").mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target / "packs" / path.name)
        name = tomllib.loads(path.read_text(encoding="utf-8")).get("extends")


def _requirements() -> str:
    """Pin what this program's libraries are here."""
    lines = [f"animegen=={version('animegen')}"]
    for requirement in requires("animegen") or ():
        name = requirement.partition(";")[0].strip().split(">")[0].split("=")[0].strip()
        if "extra ==" in requirement:
            continue
        try:
            lines.append(f"{name}=={version(name)}")
        except PackageNotFoundError:
            continue
    return "\n".join(lines) + "\n"
