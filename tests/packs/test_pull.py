"""Downloads, from a hub on this machine; and that nothing else ever asks one."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from local_hub import serve
from weight_files import COMMIT, kohya, safetensors

import animegen

PACKAGE = Path(animegen.__file__).parent
VAE = {"config.json": b"{}", "model.fp16.safetensors": safetensors(content=b"vae"), "x.bin": b"x"}
LORA = {"a.safetensors": safetensors(kohya(2048))}
PACK = """
extends = "sdxl"
name = "own"
[vae]
path = "vae"
hub = "somebody/vae"
files = ["config.json", "model.fp16.safetensors"]
[loras.lcm]
path = "loras/lcm.safetensors"
hub = "somebody/lora"
files = ["a.safetensors"]
[loras.anime-flat-color-xl]
path = "loras/flat.safetensors"
hub = "nobody/gone"
files = ["b.safetensors"]
"""


@pytest.fixture
def storyboard(tmp_path: Path):
    """Run the command in a process of its own: the hub's client reads its settings once."""
    (tmp_path / "own.toml").write_text(PACK, encoding="utf-8")

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        unset = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
        return subprocess.run(
            [sys.executable, "-m", "animegen", *arguments],
            cwd=tmp_path,
            env={
                **unset,
                "PYTHONPATH": str(PACKAGE.parent),
                "HF_HOME": str(tmp_path / "hf"),
                "XDG_CACHE_HOME": str(tmp_path / "cache"),
                "HF_HUB_DISABLE_PROGRESS_BARS": "1",
                **environment,
            },
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_pull_downloads_what_is_used_and_nothing_else(storyboard, tmp_path: Path) -> None:
    with serve({"somebody/vae": VAE, "somebody/lora": LORA}, COMMIT) as (address, asked):
        pulled = storyboard("models", "pull", "own.toml", "vae", "loras.lcm", HF_ENDPOINT=address)
        first = list(asked)
        again = storyboard("models", "pull", "own.toml", "vae", HF_ENDPOINT=address)
        assert asked == first
        forced = storyboard("models", "pull", "own.toml", "vae", "--force", HF_ENDPOINT=address)
        assert len(asked) > len(first)
    hub = tmp_path / "hf" / "hub"
    vae = hub / "models--somebody--vae" / "snapshots" / COMMIT
    lora = hub / "models--somebody--lora" / "snapshots" / COMMIT / "a.safetensors"
    assert (pulled.returncode, pulled.stderr) == (0, "")
    assert pulled.stdout == f"vae: {vae}\nloras.lcm: {lora}\n"
    assert (again.returncode, again.stdout) == (0, "vae: here already\n")
    assert (forced.returncode, forced.stdout) == (0, f"vae: {vae}\n")
    assert sorted(path.name for path in vae.iterdir()) == ["config.json", "model.fp16.safetensors"]
    # All files are of the commit that the first came from, not of whatever `main` is by then.
    assert [line for line in first if line.endswith("vae/resolve/main/config.json")]
    assert not [line for line in first if line.endswith("main/model.fp16.safetensors")]
    verified = storyboard("models", "verify", "own.toml", "vae", "loras.lcm", HF_HUB_OFFLINE="1")
    assert (verified.returncode, verified.stdout) == (
        0,
        "vae: ok, as published\nloras.lcm: ok, as published\n",
    )


def test_a_file_that_rots_in_the_cache_is_found(storyboard, tmp_path: Path) -> None:
    with serve({"somebody/lora": LORA}, COMMIT) as (address, _):
        storyboard("models", "pull", "own.toml", "loras.lcm", HF_ENDPOINT=address)
    path = storyboard("models", "path", "own.toml", "loras.lcm").stdout.strip()
    blob = Path(path).resolve()
    content = bytearray(blob.read_bytes())
    content[-1] ^= 1
    times = (blob.stat().st_atime_ns, blob.stat().st_mtime_ns)
    blob.write_bytes(content)
    os.utime(blob, ns=times)
    verified = storyboard("models", "verify", "own.toml", "loras.lcm")
    assert verified.returncode == 4
    assert verified.stdout.startswith(
        f"loras.lcm: content: {path} is not what was published: its SHA-256 is "
    )


@pytest.mark.parametrize(
    ("part", "environment", "message", "repository"),
    [
        (
            "loras.anime-flat-color-xl",
            {},
            "b.safetensors of nobody/gone at main was not downloaded: "
            "the hub has no such repository, or a private one",
            "nobody/gone",
        ),
        (
            "loras.lcm",
            {},
            "a.safetensors of somebody/lora at main was not downloaded: "
            "the repository has no such file",
            "somebody/lora",
        ),
        (
            "vae",
            {"HF_HUB_OFFLINE": "1"},
            "config.json of somebody/vae at main was not downloaded: HF_HUB_OFFLINE is set",
            "somebody/vae",
        ),
    ],
)
def test_a_download_that_fails_says_why(
    storyboard, part: str, environment: dict[str, str], message: str, repository: str
) -> None:
    with serve({"somebody/lora": {}}, COMMIT) as (address, _):
        result = storyboard("models", "pull", "own.toml", part, HF_ENDPOINT=address, **environment)
    assert result.returncode == 4
    assert result.stderr == (
        f"error: {message}\n  help: see whether https://huggingface.co/{repository} opens; "
        "HF_TOKEN signs in, HF_ENDPOINT names a mirror\n"
    )


def test_nothing_but_pull_asks_the_hub(storyboard, tmp_path: Path) -> None:
    files = [path for path in PACKAGE.rglob("*.py") if "huggingface_hub" in path.read_text()]
    importing = [
        path.relative_to(PACKAGE).as_posix()
        for path in files
        if re.search(r"^\s*(from|import) huggingface_hub", path.read_text(), re.MULTILINE)
    ]
    assert importing == ["packs/pull.py"]
    film = "version: 1\ntitle: x\npack: own.toml\nshots: [{id: a, duration: 1s, prompt: x}]\n"
    (tmp_path / "film.yaml").write_text(film, encoding="utf-8")
    with serve({"somebody/vae": VAE}, COMMIT) as (address, asked):
        runs = [
            storyboard(*arguments, HF_ENDPOINT=address)
            for arguments in (
                ("models", "list", "own.toml"),
                ("models", "verify", "own.toml"),
                ("models", "path", "own.toml", "vae"),
                ("validate", "film.yaml"),
                ("plan", "film.yaml"),
            )
        ]
        assert asked == []
    assert [run.returncode for run in runs] == [0, 0, 4, 0, 4]
    assert runs[-1].stderr.splitlines()[-1] == "  help: storyboard models pull own.toml"
