"""Stable Diffusion 2 goes through the same loop: chained, guided, dressed; as an experiment."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file
from still_life import DPM, FIRST, LCM, NEXT, SIZE, STILL, difference, lora

from animegen.render.control import Maps
from animegen.render.keyframe import render_keyframe
from animegen.render.models import build_motion_unet, load_checkpoint
from animegen.render.segment import render_segment
from animegen.render.session import session
from animegen.steps.diffusion import Conditioning, Guide, Lora, PromptKey, Sampler

pytestmark = pytest.mark.slow

TCD = Sampler(scheduler="tcd", steps=4, guidance=1.0)
TRAVEL = Conditioning(prompts=(PromptKey(frame=0, text="girl"), PromptKey(frame=7, text="sea")))


def _sd2(step):
    return replace(step, model=replace(step.model, base="sd2"))


@pytest.fixture
def work(bench, sd2):
    return lambda name: bench(name, pack=sd2)


@pytest.fixture
def keyframe(work):
    lent = work("keyframe")
    render_keyframe(_sd2(STILL), lent)
    return lent.folder / "keyframe.safetensors"


@pytest.fixture
def edges(tmp_path):
    path = tmp_path / "map"
    levels = np.random.default_rng(1).integers(0, 2, (8, 8)) * 255
    picture = np.kron(levels, np.ones((SIZE // 8, SIZE // 8))).astype(np.uint8)
    Image.fromarray(picture).convert("RGB").save(path, format="png")
    return {"canny": Maps(words=("canny",), paths=(path,))}


def _tail(lent):
    return load_file(lent.folder / "tail.safetensors")["latents"]


def test_without_motion_it_is_the_2d_unet(work, sd2):
    from diffusers import MotionAdapter

    adapter = MotionAdapter.from_pretrained(sd2 / "motion")
    for name, parameter in adapter.named_parameters():
        if ".proj_out." in name:
            parameter.data.zero_()
    with session("cpu") as device:
        unet = load_checkpoint(_sd2(STILL).model, work("load"), device).unet
        assert difference(unet, build_motion_unet(unet, adapter)) < 1e-5
        moving = build_motion_unet(unet, MotionAdapter.from_pretrained(sd2 / "motion"))
        assert difference(unet, moving) > 1e-2


@pytest.mark.parametrize("sampler", [LCM, TCD, DPM], ids=["lcm", "tcd", "dpm"])
def test_the_overlap_of_a_chain_is_bit_equal(work, keyframe, edges, sampler):
    changes = {
        "sampler": sampler,
        "conditioning": TRAVEL,
        "loras": (lora("pastel"), lora("mina", 0.6), lora("tcd", 1.0)),
        "motion": Lora(weights="pan", weight=0.8),
        "guides": (Guide(use="canny", weights="controlnet", weight=0.6),),
        "drift": 0.3,
    }
    one, two = work("one"), work("two")
    for lent in (one, two):
        lent.found["pan"] = lent.pack / "motion-loras" / "pan-left.safetensors"
    first = replace(_sd2(FIRST), **changes)
    then = replace(_sd2(NEXT), fade=2, window=4, **changes)
    render_segment(first, one, keyframe=keyframe, tail=None, maps=edges)
    tail = one.folder / "tail.safetensors"
    render_segment(then, two, keyframe=keyframe, tail=tail, maps=edges)
    assert torch.equal(_tail(two)[:, :, : NEXT.overlap], _tail(one))
    assert not torch.equal(_tail(two)[:, :, 2], _tail(two)[:, :, 3])
    assert _tail(two).isfinite().all()


@pytest.mark.parametrize(
    "changed",
    [
        {"guides": (Guide(use="canny", weights="controlnet"),)},
        {"loras": (lora("pastel"),)},
        {"conditioning": TRAVEL},
        {"conditioning": replace(FIRST.conditioning, negative="rain")},
    ],
    ids=["guide", "lora", "travel", "negative"],
)
def test_every_ingredient_counts(work, keyframe, edges, changed):
    one, two = work("one"), work("two")
    render_segment(_sd2(FIRST), one, keyframe=keyframe, tail=None, maps={})
    render_segment(replace(_sd2(FIRST), **changed), two, keyframe=keyframe, tail=None, maps=edges)
    assert not torch.equal(_tail(one), _tail(two))


def test_that_its_motion_is_experimental_is_said_once(work, keyframe, fresh):
    fresh()
    one, two = work("one"), work("two")
    for lent in (one, two):
        render_segment(_sd2(FIRST), lent, keyframe=keyframe, tail=None, maps={})
    said = "motion on Stable Diffusion 2 is experimental: "
    assert one.notes == [f"{said}no motion module was trained on its features"]
    assert two.notes == []
