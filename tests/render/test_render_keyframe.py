"""A keyframe is the same every time, and never a broken picture (stock's equal: test_stock)."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file
from still_life import LCM, SIZE, STILL, lora

from animegen.errors import Interrupted, RenderFailed
from animegen.render.keyframe import render_keyframe
from animegen.steps.diffusion import Conditioning, PromptKey, Sampler

pytestmark = pytest.mark.slow

LATENT = (4, SIZE // 8, SIZE // 8)


def _latent(bench):
    return load_file(bench.folder / "keyframe.safetensors")["latents"]


def test_leaves_a_picture_and_its_latent(bench):
    work = bench()
    render_keyframe(STILL, work)
    assert sorted(path.name for path in work.folder.iterdir()) == [
        "keyframe.png",
        "keyframe.safetensors",
    ]
    assert Image.open(work.folder / "keyframe.png").size == (SIZE, SIZE)
    assert _latent(work).shape == (1, *LATENT)
    assert work.reports == [(done, 4, "step") for done in range(5)]


def test_again_is_the_same_bytes(bench, fresh):
    one, two = bench("one"), bench("two")
    dressed = replace(STILL, loras=(lora("mina"),))
    render_keyframe(dressed, one)
    render_keyframe(replace(STILL, seed=1), bench("between"))
    fresh()
    render_keyframe(dressed, two)
    for path in one.folder.iterdir():
        assert path.read_bytes() == (two.folder / path.name).read_bytes()


@pytest.mark.parametrize(
    "changed",
    [
        {"seed": 9},
        {"loras": (lora("mina"),)},
        {"sampler": replace(LCM, steps=3)},
        {"sampler": replace(LCM, guidance=1.2)},
        {"conditioning": replace(STILL.conditioning, negative="rain")},
        {"conditioning": Conditioning(prompts=(PromptKey(frame=0, text="blue sky"),))},
    ],
    ids=["seed", "lora", "steps", "guidance", "negative", "prompt"],
)
def test_every_ingredient_counts(bench, changed):
    one, two = bench("one"), bench("two")
    render_keyframe(STILL, one)
    render_keyframe(replace(STILL, **changed), two)
    assert not torch.equal(_latent(one), _latent(two))


def test_guidance_of_one_skips_the_negative_half(bench, checkpoint, monkeypatch):
    batches = []
    forward = checkpoint.unet.forward
    monkeypatch.setattr(
        checkpoint.unet,
        "forward",
        lambda z, *args, **kwargs: batches.append(len(z)) or forward(z, *args, **kwargs),
    )
    render_keyframe(
        replace(STILL, sampler=Sampler(scheduler="lcm", steps=2, guidance=1.0)), bench()
    )
    render_keyframe(
        replace(STILL, sampler=Sampler(scheduler="lcm", steps=1, guidance=2.0)), bench("2")
    )
    assert batches == [1, 1, 2]


def test_a_broken_picture_fails_and_leaves_nothing(bench, checkpoint):
    work = bench()
    weight = checkpoint.unet.conv_out.weight.data
    kept = weight.clone()
    weight.fill_(float("nan"))
    try:
        with pytest.raises(RenderFailed, match="not finite"):
            render_keyframe(STILL, work)
    finally:
        weight.copy_(kept)
    assert list(work.folder.iterdir()) == []


def test_stops_within_a_step(bench):
    work = bench()

    def stop(done, total, unit):
        if done == 2:
            raise Interrupted("stop")

    work.on_progress = stop
    with pytest.raises(Interrupted):
        render_keyframe(STILL, work)
    assert [done for done, _, _ in work.reports] == [0, 1, 2]
    assert list(work.folder.iterdir()) == []


def test_refuses_a_device_that_is_not_here(bench):
    work = bench()
    work.device = "cuda:77"
    with pytest.raises(RenderFailed, match="cannot use the device 'cuda:77'"):
        render_keyframe(STILL, work)
