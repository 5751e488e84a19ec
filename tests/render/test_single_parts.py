"""ControlNets and motion adapters in one file are those of their diffusers folders."""

from __future__ import annotations

import json
from dataclasses import replace

import original
import pytest
import torch
from diffusers import ControlNetModel, MotionAdapter
from safetensors.torch import load_file, save_file
from still_life import FIRST, STILL

from animegen.errors import WeightsUnusable
from animegen.render import models, single_parts
from animegen.render.control import Maps
from animegen.render.keyframe import render_keyframe
from animegen.render.segment import render_segment
from animegen.render.session import session
from animegen.render.single_parts import load_adapter, load_controlnet
from animegen.steps.diffusion import Guide

pytestmark = pytest.mark.slow


@pytest.fixture(params=["sdxl", "sd2"])
def folder(request, pack):
    return pack if request.param == "sdxl" else request.getfixturevalue("sd2")


@pytest.fixture
def unet(folder):
    from diffusers import UNet2DConditionModel

    return UNet2DConditionModel.from_pretrained(folder / "base" / "unet")


@pytest.fixture(autouse=True)
def tiny(monkeypatch):
    """Let the tiny adapters' heads and groups be those of all published ones."""
    monkeypatch.setattr(single_parts, "_HEADS", 4)
    monkeypatch.setattr(single_parts, "_GROUPS", 8)


def _assert_same(ours, theirs):
    config = json.loads(ours.to_json_string())
    for name, value in json.loads(theirs.to_json_string()).items():
        assert name.startswith("_") or config[name] == value, name
    ours, theirs = ours.state_dict(), theirs.state_dict()
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[name], tensor) for name, tensor in theirs.items())


def _named(folder):
    (path,) = folder.glob("*.safetensors")
    return load_file(path)


def test_a_controlnet_with_diffusers_names(folder, unet, tmp_path):
    path = tmp_path / "net.safetensors"
    save_file(_named(folder / "controlnet"), path)
    theirs = ControlNetModel.from_pretrained(folder / "controlnet")
    _assert_same(load_controlnet(path, unet), theirs)


def test_a_controlnet_with_original_names(sd2, tmp_path):
    from diffusers import UNet2DConditionModel

    path = tmp_path / "net.safetensors"
    save_file(original.controlnet_tensors(sd2 / "controlnet"), path)
    unet = UNet2DConditionModel.from_pretrained(sd2 / "base" / "unet")
    theirs = ControlNetModel.from_pretrained(sd2 / "controlnet")
    _assert_same(load_controlnet(path, unet), theirs)


@pytest.mark.parametrize("named", [_named, original.motion_tensors], ids=["diffusers", "original"])
def test_a_motion_adapter(folder, tmp_path, named):
    path = tmp_path / "mm.safetensors"
    save_file({key: value.clone() for key, value in named(folder / "motion").items()}, path)
    theirs = MotionAdapter.from_pretrained(folder / "motion")
    _assert_same(load_adapter(path), theirs)


def test_files_draw_what_folders_draw(bench, pack, tmp_path):
    """A guided segment, with ControlNet and motion adapter from files."""
    network, motion = tmp_path / "net.safetensors", tmp_path / "mm.safetensors"
    save_file(_named(pack / "controlnet"), network)
    tensors = original.motion_tensors(pack / "motion")
    save_file({key: value.clone() for key, value in tensors.items()}, motion)
    still = bench("still")
    render_keyframe(STILL, still)
    maps = {"canny": Maps(words=("canny",), paths=(still.folder / "keyframe.png",))}

    def frames(name, motion, network, **found):
        work = bench(name)
        work.found.update(found)
        model = replace(FIRST.model, motion=motion)
        job = replace(FIRST, model=model, guides=(Guide(use="canny", weights=network),))
        keyframe = still.folder / "keyframe.safetensors"
        render_segment(job, work, keyframe=keyframe, tail=None, maps=maps)
        return (work.folder / "frames.mkv").read_bytes()

    whole = frames("folders", "motion", "controlnet")
    assert frames("files", "mm", "net", mm=motion, net=network) == whole


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda tensors: tensors.popitem(), r"Error\(s\) in .* Missing key\(s\)"),
        (
            lambda tensors: tensors.update(more=torch.ones(1)),
            r"Error\(s\) in .* Unexpected key\(s\)",
        ),
        (lambda tensors: tensors.clear(), "it holds no motion modules"),
    ],
    ids=["less", "more", "nothing"],
)
def test_a_motion_adapter_that_is_not_whole_is_refused(
    checkpoint, bench, pack, tmp_path, change, told
):
    path, tensors = tmp_path / "mm.safetensors", original.motion_tensors(pack / "motion")
    tensors = {key: value.clone() for key, value in sorted(tensors.items())}
    change(tensors)
    save_file(tensors, path)
    work = bench()
    work.found[str(path)] = path  # what is resident is known by it
    model = replace(FIRST.model, motion=str(path))
    with pytest.raises(WeightsUnusable, match=rf"mm\.safetensors cannot be used: {told}") as caught:
        models.load_motion_unet(model, checkpoint, work)
    assert caught.value.remedy == (
        "they must be a motion adapter in diffusers' layout, or in one file, "
        "for this base model, in safetensors"
    )


LESS = (lambda tensors: tensors.popitem(), "Missing key")
MORE = (lambda tensors: tensors.update(more=torch.ones(1)), "Unexpected key")
NONE = (lambda tensors: tensors.clear(), "it holds no ControlNet")


@pytest.mark.parametrize(
    ("named", "change", "told"),
    [
        (_named, *LESS),
        (_named, *MORE),
        (_named, *NONE),
        (original.controlnet_tensors, *LESS),
        (original.controlnet_tensors, *NONE),  # more may be: the base model beside it
    ],
)
def test_a_controlnet_that_is_not_whole_is_refused(
    sd2, bench, fresh, tmp_path, named, change, told
):
    fresh()
    path, tensors = tmp_path / "net.safetensors", named(sd2 / "controlnet")
    tensors = dict(sorted(tensors.items()))
    change(tensors)
    save_file(tensors, path)
    work = bench(pack=sd2)
    work.found["net"] = path
    guide = Guide(use="canny", weights="net")
    job = replace(FIRST, model=replace(FIRST.model, base="sd2"), guides=(guide,))
    with session("cpu") as device:
        loaded = models.load_checkpoint(job.model, work, device)
        with pytest.raises(WeightsUnusable, match=rf"net\.safetensors cannot be used: .*{told}"):
            models.load_controlnets(job, loaded, work)
    fresh()
