"""The keyframe step hands itself to the render room."""

from __future__ import annotations

from unittest import mock

from animegen.steps.diffusion import Conditioning, Lora, Model, PromptKey, Sampler
from animegen.steps.keyframe import Keyframe
from animegen.steps.protocol import record_of

STEP = Keyframe(
    model=Model(base="sdxl", weights="b" * 64),
    loras=(Lora(weights="a" * 64, weight=0.8),),
    sampler=Sampler(scheduler="lcm", steps=4, guidance=1.7),
    conditioning=Conditioning(prompts=(PromptKey(frame=0, text="girl"),)),
    width=64,
    height=64,
    seed=1,
)


def test_renders_itself(work):
    with mock.patch("animegen.render.keyframe.render_keyframe") as render:
        STEP.render({}, work)
    render.assert_called_once_with(STEP, work)


def test_the_record_holds_every_ingredient():
    fields = record_of(STEP, {}).fields
    assert fields["loras"] == [{"weights": "a" * 64, "weight": 0.8}]
    assert fields["model"] == {
        "base": "sdxl",
        "weights": "b" * 64,
        "motion": None,
        "dtype": "float32",
    }
