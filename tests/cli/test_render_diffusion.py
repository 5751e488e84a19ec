"""`storyboard render` through diffusers, with random weights: the chain from prompt to film."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import av
import pytest

from animegen.packs.generated import made
from animegen.proof.seal import unsealed
from animegen.store.store import Store

if TYPE_CHECKING:
    from tests.conftest import Project

pytestmark = pytest.mark.slow

FILM = """
    version: 1
    title: Two segments
    pack: smoke
    frame: {width: 64, height: 64}
    quality: draft
    style:
      loras: [{use: pastel-anime-xl, weight: 0.8}]
    shots:
      - {id: sea, duration: 2500ms, prompt: "sea, (waves:1.3), sunset"}
    """
PACK = """
    name = "own"
    title = "A folder of my own"
    base_model = "sdxl"
    licence = "Apache-2.0"
    weights = "models"
    dtype = {cpu = "float32"}
    frame = {width = 64, height = 64, multiple = 8}
    base = {path = "base"}
    motion = {path = "motion"}
    [qualities.draft]
    scheduler = "lcm"
    steps = 2
    guidance = 1.0
    steps_range = [2, 4]
    guidance_range = [1.0, 2.0]
    lora = "lcm"
    [qualities.fast]
    scheduler = "lcm"
    steps = 4
    guidance = 1.7
    steps_range = [4, 6]
    guidance_range = [1.5, 2.0]
    lora = "lcm"
    [qualities.high]
    scheduler = "dpmpp-2m-karras"
    steps = 25
    guidance = 6.0
    steps_range = [20, 30]
    guidance_range = [5.0, 8.0]
    [loras.lcm]
    path = "loras/lcm.safetensors"
    role = "few-step"
    [loras.pastel-anime-xl]
    path = "loras/pastel-anime-xl.safetensors"
    role = "style"
    """


def rendered(err: str) -> list[str]:
    return [line.split(":")[0] for line in err.splitlines() if ": rendered in" in line]


def test_keyframe_and_chained_segments_become_a_film_once(project: Project) -> None:
    project.write(FILM)
    result = project.storyboard("render")
    assert result.code == 0, result.err
    assert rendered(result.err) == [
        "sea/keyframe", "sea/segment-000", "sea/segment-001", "sea/clip", "film",
    ]  # fmt: skip
    with av.open(str(project.folder / result.out.strip())) as film:
        frames = [frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)]
    assert len(frames) == 20
    assert (frames[0] != frames[-1]).any()
    assert "nothing to render" in project.storyboard("render").err


def test_a_lora_weight_re_renders_the_shot_and_a_clip_setting_does_not(project: Project) -> None:
    project.write(FILM)
    project.storyboard("render")
    project.edit("weight: 0.8", "weight: 0.7")
    plan = project.storyboard("plan", "film.yaml").out
    assert "sea/keyframe: style.loras.pastel-anime-xl: 0.8 -> 0.7 (film.yaml:8:42)" in plan
    project.edit("weight: 0.7", "weight: 0.8")
    project.edit("quality: draft", "quality: draft\noutput: {fps: 16, interpolate: blend}")
    assert rendered(project.storyboard("render").err) == ["sea/clip", "film"]


def test_weights_in_a_folder_of_ones_own_are_the_same_by_content(project: Project) -> None:
    shutil.copytree(made("smoke"), project.folder / "models")
    project.write(PACK, "own.toml")
    project.write(FILM)
    generated = project.storyboard("render")
    first = b"".join(unsealed(project.folder / generated.out.strip()))
    project.edit("pack: smoke", "pack: own.toml")
    own = project.storyboard("render")
    assert own.code == 0, own.err
    # The seal tells of other weights: a recipe's keys are not those of the files it makes.
    assert b"".join(unsealed(project.folder / own.out.strip())) == first
    (project.folder / "models/loras/pastel-anime-xl.safetensors").rename(
        project.folder / "models/loras/renamed.safetensors"
    )
    project.edit("pastel-anime-xl.safetensors", "renamed.safetensors", "own.toml")
    assert "nothing to render" in project.storyboard("render").err


def test_an_edit_late_in_a_travelling_prompt_re_renders_the_late_segment_only(
    project: Project,
) -> None:
    project.write(FILM)
    project.edit(
        'prompt: "sea, (waves:1.3), sunset"', "prompt: {0s: sea, 2s: sunset sea, 4s: night sea}"
    )
    project.edit("duration: 2500ms", "duration: 5s")
    first = project.storyboard("render")
    assert first.code == 0, first.err
    project.edit("night sea", "starry sea")
    assert rendered(project.storyboard("render").err) == [
        "sea/segment-001", "sea/segment-002", "sea/clip", "film",
    ]  # fmt: skip


def test_missing_weights_are_named_and_exit_4(project: Project) -> None:
    project.write(PACK, "own.toml")
    project.write(FILM)
    project.edit("pack: smoke", "pack: own.toml")
    result = project.storyboard("render")
    assert result.code == 4
    assert "models/base" in result.err
    assert not (project.folder / "out").exists()
    assert project.storyboard("render", "--slate").code == 0


def kept_frames(project: Project, store: str, shot: str) -> dict[str, bytes]:
    """Return the files of a shot's segments in a store, by the keys that the plan gives them."""
    kept = {entry.key: entry for entry in Store(project.folder / store).entries()}
    plan = json.loads(project.storyboard("plan", "film.yaml", "--json", "--store", store).out)
    keys = [node["key"] for node in plan["nodes"] if node["id"].startswith(f"{shot}/segment")]
    return {key: kept[key].path("frames.mkv").read_bytes() for key in keys}


def test_a_shot_has_the_same_frames_alone_and_after_another_one(project: Project) -> None:
    """That its keys do not know its place is tested with the plan."""
    sea = FILM.rpartition("shots:")[2]
    sky = """
      - {id: sky, duration: 1s, prompt: "sky", loras: [{use: mina, weight: 0.7}]}"""
    frames = []
    for store, shots in (("alone", sea), ("after", sky + sea)):
        project.write(FILM.replace(sea, shots))
        result = project.storyboard("render", "--store", store)
        assert result.code == 0, result.err
        frames.append(kept_frames(project, store, "sea"))
    assert len(frames[0]) == 2
    assert frames[0] == frames[1]
