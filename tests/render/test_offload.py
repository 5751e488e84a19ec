"""Models wait at home and run on the device, and the pictures are the same.

There is one memory here, so leaving the device is played: a model at home holds NaN, and gets its
weights back when it is brought. Whatever ran without being brought would draw NaN. Only LoRAs are
put on and taken off at home: there the numbers are lent for as long as one weight changes.
"""

from __future__ import annotations

import weakref
from dataclasses import replace

import pytest
import torch
from still_life import FIRST, MODEL, STILL, lora

from animegen.render import loras, models, offload
from animegen.render.control import Maps
from animegen.render.keyframe import render_keyframe
from animegen.render.offload import Stage
from animegen.render.segment import render_segment
from animegen.render.session import session
from animegen.steps.diffusion import Guide

pytestmark = pytest.mark.slow


class Theatre:
    """Plays moving models between a device and home, and tells what was brought."""

    def __init__(self):
        self.brought = []

    def send_home(self, model):
        here = [tensor for tensor in _tensors(model) if not hasattr(tensor, "kept")]
        for tensor in here:
            tensor.kept = tensor.data.clone()
            tensor.data.fill_(float("nan"))

    def bring(self, model, device):
        away = [tensor for tensor in _tensors(model) if hasattr(tensor, "kept")]
        for tensor in away:
            tensor.data.copy_(tensor.kept)
            del tensor.kept
        if away:
            self.brought.append(type(model).__name__)

    def change(self, weight, *what, change=loras._change):
        if not hasattr(weight, "kept"):
            change(weight, *what)
            return
        weight.data.copy_(weight.kept)
        change(weight, *what)
        weight.kept.copy_(weight.data)
        weight.data.fill_(float("nan"))


def _tensors(model):
    tensors = (*model.parameters(), *model.buffers())
    return [tensor for tensor in tensors if tensor.is_floating_point()]


@pytest.fixture
def theatre(monkeypatch, fresh):
    fresh()
    played = Theatre()
    monkeypatch.setattr(offload, "_send_home", played.send_home)
    monkeypatch.setattr(offload, "_bring", played.bring)
    monkeypatch.setattr(loras, "_change", played.change)
    yield played
    fresh()


def _render(bench, name, worn=(), **changes):
    """Render a keyframe and a guided segment; return the bytes of what they left."""
    still, clip = bench(f"{name}-still"), bench(f"{name}-clip")
    still.offload = clip.offload = changes.pop("offload", "none")
    model = replace(FIRST.model, **changes)
    render_keyframe(replace(STILL, model=replace(model, motion=None), loras=worn), still)
    keyframe = still.folder / "keyframe.png"
    guide = Guide(use="canny", weights="controlnet")
    render_segment(
        replace(FIRST, model=model, loras=worn, guides=(guide,)),
        clip,
        keyframe=still.folder / "keyframe.safetensors",
        tail=None,
        maps={"canny": Maps(words=("canny",), paths=(keyframe,))},
    )
    return [path.read_bytes() for work in (still, clip) for path in sorted(work.folder.iterdir())]


def _sent_away(bench, theatre):
    """Load the smoke model with all of it at home, as on a device that holds one model at most."""
    work = bench("load")
    work.offload = "model"
    with session("cpu") as device:
        model = replace(MODEL, dtype="bfloat16")
        models.load_checkpoint(model, work, device).stage.tighten()


def test_only_what_is_in_use_is_on_the_device(bench, theatre):
    plain = _render(bench, "plain", worn=(lora("mina"),), dtype="bfloat16")
    _sent_away(bench, theatre)
    _render(bench, "warm", worn=(lora("mina"),), dtype="bfloat16", offload="model")
    theatre.brought.clear()
    spared = _render(bench, "spared", worn=(lora("mina"),), dtype="bfloat16", offload="model")
    assert spared == plain
    texts = ["CLIPTextModel", "CLIPTextModelWithProjection"]
    still = [*texts, "UNet2DConditionModel", "AutoencoderKL"]
    assert theatre.brought == [
        *still, *texts, "ControlNetModel", "UNetMotionModel", "AutoencoderKL",
    ]  # fmt: skip


def test_what_plays_another_role_is_sent_home(theatre):
    stage = Stage(torch.device("cpu"), "model")
    text, unet, control = (torch.nn.Linear(2, 2) for _ in range(3))
    for model, role in ((text, "text"), (unet, "unet"), (control, "unet")):
        stage.admit(model, role)
        theatre.send_home(model)
    here = lambda model: bool(model.weight.isfinite().all())  # noqa: E731
    x = torch.ones(1, 2)
    text(x)
    assert [here(model) for model in (text, unet, control)] == [True, False, False]
    unet(x)
    assert [here(model) for model in (text, unet, control)] == [False, True, False]
    control(x)
    assert [here(model) for model in (text, unet, control)] == [False, True, True]
    text(x)
    assert [here(model) for model in (text, unet, control)] == [True, False, False]


def test_layers_are_lent_one_by_one(bench, fresh, monkeypatch):
    """Every layer holds NaN at home; a copy of its weights is lent for as long as it computes."""
    fresh()
    plain = _render(bench, "plain", worn=(lora("mina"),), dtype="bfloat16")
    fresh()
    real, loans, lend = {}, [], Stage._lend

    def watch(stage, layer, inputs):
        lend(stage, layer, inputs)
        loans.append(sum(data.nbytes for held in stage._lent.values() for _, data in held))

    monkeypatch.setattr(offload, "_fetch", lambda data, device: real.get(data.data_ptr(), data))
    monkeypatch.setattr(Stage, "_lend", watch)

    def change(weight, *what, change=loras._change):
        theirs = weight.data
        weight.data = real.get(theirs.data_ptr(), theirs)
        change(weight, *what)
        weight.data = theirs

    monkeypatch.setattr(loras, "_change", change)
    work = bench("load")
    work.offload = "sequential"
    with session("cpu") as device:
        checkpoint = models.load_checkpoint(replace(MODEL, dtype="bfloat16"), work, device)
    unet = checkpoint.unet
    for model in (unet, checkpoint.vae, *checkpoint.encoders):
        for tensor in model.parameters():
            real[tensor.data_ptr()] = tensor.data.clone()
            tensor.data.fill_(float("nan"))
    spared = _render(bench, "spared", worn=(lora("mina"),), dtype="bfloat16", offload="sequential")
    assert spared == plain
    assert all(bool(tensor.isnan().all()) for tensor in unet.parameters())
    assert max(loans) < sum(tensor.nbytes for tensor in unet.parameters()) / 10
    fresh()


@pytest.mark.parametrize("mode", ["none", "model", "sequential"])
def test_a_model_that_is_let_go_is_gone(bench, fresh, mode):
    fresh()
    work = bench()
    work.offload = mode
    with session("cpu") as device:
        unet = weakref.ref(models.load_checkpoint(MODEL, work, device).unet)
    assert unet() is not None
    fresh()
    assert unet() is None


def test_where_one_unet_goes_the_other_goes(checkpoint, bench):
    motion = models.load_motion_unet(FIRST.model, checkpoint, bench())
    checkpoint.unet.to(torch.float64)
    try:
        assert motion.conv_in.weight.dtype == torch.float64
        assert motion.add_embedding.linear_1.weight is checkpoint.unet.add_embedding.linear_1.weight
    finally:
        checkpoint.unet.to(torch.float32)


def test_what_fails_to_compute_is_taken_back():
    stage = Stage(torch.device("cpu"), "sequential")
    layer = torch.nn.Linear(2, 2)
    weight, data = layer.weight, layer.weight.data_ptr()
    stage.admit(layer, "unet")
    with pytest.raises(RuntimeError, match="shapes"):
        layer(torch.ones(1, 3))
    assert layer.weight is weight
    assert layer.weight.data_ptr() == data
    assert not stage._lent
