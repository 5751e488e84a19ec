"""`storyboard render` on Stable Diffusion 2, with random weights: from a pack's file to a film."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import av
import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Project

pytestmark = pytest.mark.slow

FILM = """
    version: 1
    title: Two
    pack: own.toml
    frame: {width: 64, height: 64}
    quality: fast
    style: {loras: [{use: pastel, weight: 0.8}]}
    shots:
      - id: sea
        duration: 2500ms
        prompt: {0s: "sea, (waves:1.3)", 2s: "sea, night"}
        motion: pan-left
        control: [canny]
    """
PACK = """
    name = "own"
    title = "Stable Diffusion 2"
    base_model = "sd2"
    licence = "Apache-2.0"
    weights = "models"
    dtype = {cpu = "float32"}
    frame = {width = 64, height = 64, multiple = 8}
    base = {path = "base"}
    motion = {path = "motion"}
    [qualities.draft]
    scheduler = "tcd"
    steps = 2
    guidance = 1.0
    steps_range = [2, 4]
    guidance_range = [1.0, 2.0]
    lora = "tcd"
    [qualities.fast]
    scheduler = "tcd"
    steps = 4
    guidance = 1.5
    steps_range = [4, 8]
    guidance_range = [1.0, 2.0]
    lora = "tcd"
    [qualities.high]
    scheduler = "dpmpp-2m-karras"
    steps = 20
    guidance = 6.0
    steps_range = [20, 30]
    guidance_range = [5.0, 8.0]
    [loras.tcd]
    path = "loras/tcd.safetensors"
    role = "few-step"
    [loras.pastel]
    path = "loras/pastel.safetensors"
    role = "style"
    [motion_loras.pan-left]
    path = "motion-loras/pan-left.safetensors"
    role = "motion"
    [controls.canny]
    path = "controlnet"
    """


@pytest.fixture
def film(project: Project, sd2: Path) -> Project:
    shutil.copytree(sd2, project.folder / "models")
    project.write(PACK, "own.toml")
    project.write(FILM)
    return project


def rendered(err: str) -> list[str]:
    return [line.split(":")[0] for line in err.splitlines() if ": rendered in" in line]


def test_a_film_on_sd2(film: Project, fresh) -> None:
    fresh()
    result = film.storyboard("render")
    assert result.code == 0, result.err
    assert rendered(result.err) == [
        "sea/keyframe", "sea/canny", "sea/segment-000", "sea/segment-001", "sea/clip", "film",
    ]  # fmt: skip
    said = "sea/segment-000: note: motion on Stable Diffusion 2 is experimental"
    assert result.err.count("experimental") == 1
    assert said in result.err
    with av.open(str(film.folder / result.out.strip())) as file:
        frames = [frame.to_ndarray(format="rgb24") for frame in file.decode(video=0)]
    assert len(frames) == 20
    assert (frames[0] != frames[-1]).any()
    assert "nothing to render" in film.storyboard("render").err


def test_a_vae_of_the_packs_own_renders_every_picture_again(film: Project, sd2: Path) -> None:
    assert film.storyboard("render").code == 0
    shutil.copytree(sd2 / "base" / "vae", film.folder / "models" / "vae")
    film.edit(
        'base = {path = "base"}', 'base = {path = "base"}\n    vae = {path = "vae"}', "own.toml"
    )
    plan = film.storyboard("plan", "film.yaml").out
    assert "sea/keyframe: the pack's `vae` is new" in plan
    result = film.storyboard("render")
    assert result.code == 0, result.err
    assert "sea/segment-001" in rendered(result.err)
