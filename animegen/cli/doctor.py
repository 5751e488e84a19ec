"""`storyboard doctor`: what this machine has, for bug reports and first runs."""

from __future__ import annotations

import platform
import shutil
from importlib import metadata
from pathlib import Path

import typer

from animegen import __version__

NAME = "doctor"
_LIBRARIES = (
    "torch", "diffusers", "transformers", "peft", "controlnet-aux", "compel", "moviepy", "av",
    "pydantic", "ruamel.yaml", "numpy", "opencv-python-headless",
)  # fmt: skip


def command() -> None:
    """Show versions, devices, packs, codecs and disk space; exit 1 when something is missing."""
    rows = [("animegen", __version__), ("python", platform.python_version())]
    rows += [(name, _version(name)) for name in _LIBRARIES]
    rows += [("device", text) for text in _devices()]
    rows += [(f"codec {name}", text) for name, text in _codecs()]
    rows += [(f"pack {name}", text) for name, text in _packs()]
    free = shutil.disk_usage(Path.cwd()).free / 2**30
    rows.append(("disk", f"{free:.1f} GiB free at {Path.cwd()}"))
    width = max(len(name) for name, _ in rows)
    for name, text in rows:
        typer.echo(f"{name:{width}}  {text}")
    if any(text.startswith("MISSING") for _, text in rows):
        raise typer.Exit(1)


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "MISSING: pip install animegen again"


def _devices() -> list[str]:
    from animegen.render.inventory import devices

    return devices()


def _codecs() -> list[tuple[str, str]]:
    from animegen.video.inventory import codecs

    return [(name, "ok" if here else "MISSING from PyAV's ffmpeg") for name, here in codecs()]


def _packs() -> list[tuple[str, str]]:
    from animegen.packs.catalog import load_pack, names

    packs = [load_pack(name, Path.cwd()) for name in names()]
    return [(pack.name, f"{pack.title} ({pack.base_model}, {pack.licence})") for pack in packs]
