"""Films on weights that lie where other programs keep them are the films of the same weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from test_render_diffusion import FILM, PACK
from weight_files import cache

from animegen.packs.generated import made
from animegen.proof.seal import unsealed

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Project

pytestmark = pytest.mark.slow
COMMIT = "0" * 40


def published(folder: Path, *, variant: bool) -> dict[str, bytes]:
    """Return a folder's files as a repository has them, weights as their variant alone."""
    files = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = path.relative_to(folder).as_posix()
            if variant and path.suffix == ".safetensors":
                name = f"{name.removesuffix('.safetensors')}.fp16.safetensors"
            files[name] = path.read_bytes()
    return files


def row(name: str, files: dict[str, bytes], path: str) -> str:
    listed = ", ".join(f'"{one}"' for one in files)
    return f'path = "{path}"\nhub = "smoke/{name}"\nrevision = "{COMMIT}"\nfiles = [{listed}]\n'


def test_a_film_from_the_cache_and_a_model_folder(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write(FILM)
    project.edit("2500ms", "1s")
    generated = project.storyboard("render")
    first = b"".join(unsealed(project.folder / generated.out.strip()))

    smoke = made("smoke")
    hub = tmp_path / "hf" / "hub"
    monkeypatch.setenv("HF_HUB_CACHE", str(hub))
    base = published(smoke / "base", variant=True)
    motion = published(smoke / "motion", variant=False)
    lcm = {"weights.safetensors": (smoke / "loras" / "lcm.safetensors").read_bytes()}
    for name, files in (("base", base), ("motion", motion), ("lcm", lcm)):
        cache(hub, f"smoke/{name}", files, COMMIT)
    pastel = tmp_path / "comfy" / "loras" / "anime" / "Pastel.safetensors"
    pastel.parent.mkdir(parents=True)
    pastel.write_bytes((smoke / "loras" / "pastel-anime-xl.safetensors").read_bytes())
    project.write("comfy: {base_path: comfy, loras: loras}", "extra_model_paths.yaml")

    lines = [line.strip() for line in PACK.splitlines()]
    head = lines.index("[qualities.draft]")
    kept = [line for line in lines[:head] if not line.startswith(("weights", "base =", "motion"))]
    qualities = lines[head : lines.index("[loras.lcm]")]
    parts = [
        f"[base]\n{row('base', base, 'base-of-mine')}",
        f"[motion]\n{row('motion', motion, 'motion-of-mine')}",
        f'[loras.lcm]\nrole = "few-step"\n{row("lcm", lcm, "loras/few.safetensors")}',
        '[loras.pastel-anime-xl]\nrole = "style"\npath = "loras/pastel.safetensors"\n'
        'names = ["Pastel.safetensors"]\n',
    ]
    project.write("\n".join([*kept, *qualities, *parts]), "own.toml")
    project.edit("pack: smoke", "pack: own.toml")
    own = project.storyboard("render")
    assert own.code == 0, own.err
    # The seal tells of other weights: a recipe's keys are not those of the files it makes.
    assert b"".join(unsealed(project.folder / own.out.strip())) == first
