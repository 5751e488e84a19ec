"""The segment step finds its inputs' latents and hands itself to the render room."""

from __future__ import annotations

from dataclasses import replace
from unittest import mock

import pytest

from animegen.errors import StoreFailed
from animegen.steps.diffusion import Conditioning, Guide, Lora, Model, PromptKey, Sampler
from animegen.steps.protocol import record_of
from animegen.steps.segment import Segment

STEP = Segment(
    model=Model(base="sdxl", weights="b" * 64, motion="m" * 64),
    loras=(),
    sampler=Sampler(scheduler="lcm", steps=4, guidance=1.7),
    conditioning=Conditioning(prompts=(PromptKey(frame=0, text="girl"),)),
    width=64,
    height=64,
    seed=1,
    first=12,
    frames=16,
    overlap=4,
    keep=4,
    strength=0.8,
)


@pytest.fixture
def stored(artifact, tmp_path):
    def build(name):
        path = tmp_path / name
        path.write_bytes(b"latents")
        return artifact(path)

    return build


def test_the_first_grows_out_of_the_keyframe(work, stored, tmp_path):
    with mock.patch("animegen.render.segment.render_segment") as render:
        STEP.render({"keyframe": stored("keyframe.safetensors")}, work)
    keyframe = tmp_path / "keyframe.safetensors"
    render.assert_called_once_with(STEP, work, keyframe=keyframe, tail=None, maps={})


def test_a_later_one_grows_out_of_the_tail(work, stored, tmp_path):
    inputs = {
        "keyframe": stored("keyframe.safetensors"),
        "previous": stored("tail.safetensors"),
    }
    with mock.patch("animegen.render.segment.render_segment") as render:
        STEP.render(inputs, work)
    assert render.call_args.kwargs["tail"] == tmp_path / "tail.safetensors"


def test_a_keyframe_without_its_latent_is_refused(work, stored):
    with pytest.raises(StoreFailed, match=r"keyframe\.safetensors"):
        STEP.render({"keyframe": stored("keyframe.png")}, work)


def test_the_motion_modules_noise_schedule_is_in_the_key():
    assert record_of(STEP, {}).fields["betas"] == {
        "schedule": "scaled_linear",
        "start": 0.00085,
        "end": 0.012,
    }


GUIDE = Guide(use="depth", weights="c" * 64, weight=0.8, end=0.5)


def test_a_guided_one_reads_its_maps(work, artifact, stored, tmp_path):
    for name, content in (("drawn.json", '["depth"]'), ("map-000.png", "png")):
        (tmp_path / name).write_text(content)
    inputs = {
        "keyframe": stored("keyframe.safetensors"),
        "depth": artifact(tmp_path / "drawn.json", tmp_path / "map-000.png"),
    }
    with mock.patch("animegen.render.segment.render_segment") as render:
        replace(STEP, guides=(GUIDE,)).render(inputs, work)
    maps = render.call_args.kwargs["maps"]["depth"]
    assert (maps.words, maps.paths) == (("depth",), (tmp_path / "map-000.png",))


def test_what_joined_later_is_in_the_record_only_when_it_is_set():
    plain = record_of(STEP, {}).fields
    assert not {"motion", "guides"} & plain.keys()
    moved = replace(STEP, motion=Lora(weights="l" * 64, weight=1.0), guides=(GUIDE,))
    assert record_of(moved, {}).fields == {
        **plain,
        "motion": {"weights": "l" * 64, "weight": 1},
        "guides": [
            {
                "use": "depth",
                "weights": "c" * 64,
                "fallback": None,
                "weight": 0.8,
                "start": 0,
                "end": 0.5,
                "decay": 0,
            }
        ],
    }
