"""Windows cover every frame, agree on it, and never show the model more than it knows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from still_life import DPM, FIRST, LCM, SIZE

from animegen.render.control import Maps
from animegen.render.denoise import predict_with
from animegen.render.segment import render_segment
from animegen.render.windows import lay_windows, over_windows, pyramid
from animegen.steps.diffusion import Conditioning, Guide, PromptKey

pytestmark = pytest.mark.slow

TRAVEL = Conditioning(prompts=(PromptKey(frame=0, text="girl"), PromptKey(frame=11, text="sea")))
QUICK = replace(LCM, steps=2, guidance=1.0)
LONG = replace(FIRST, frames=12, window=6, conditioning=TRAVEL, sampler=QUICK)


@pytest.fixture
def calls(monkeypatch):
    """Watch what the UNet is asked: frames, texts and maps of each call."""
    seen = []

    def watch(unet, texts, guidance, *, guides=(), **size):
        inner = predict_with(unet, texts, guidance, guides=guides, **size)

        def predict(z, timestep, share):
            seen.append((z.shape[2], int(timestep), texts[0].tokens, guides))
            return inner(z, timestep, share)

        return predict

    monkeypatch.setattr("animegen.render.predictor.predict_with", watch)
    return seen


@pytest.mark.parametrize(
    ("frames", "window", "starts"),
    [
        (16, 16, [0]),
        (8, 16, [0]),
        (24, 16, [0, 8]),
        (40, 16, [0, 8, 16, 24]),
        (41, 16, [0, 8, 16, 24, 25]),
        (17, 16, [0, 1]),
        (11, 5, [0, 3, 6]),
        (3, 2, [0, 1]),
    ],
)
def test_windows_move_on_by_half_and_end_with_the_shot(frames, window, starts):
    windows = lay_windows(frames, window)
    assert [part.start for part in windows] == starts
    assert windows[-1].stop == frames
    assert {len(part) for part in windows} == {min(window, frames)}


def test_weights_rise_to_the_middle():
    assert pyramid(5) == [1, 2, 3, 2, 1]
    assert pyramid(4) == [1, 2, 2, 1]


def test_a_frame_is_the_weighted_mean_of_its_windows():
    def predict(part, z, timestep, share):
        return torch.full_like(z, 10.0 if part.start else 0.0)

    z = torch.randn(1, 4, 6, 2, 2)
    mean = over_windows(predict, lay_windows(6, 4))(z, torch.tensor(1), 0.5)
    # Frames 2 and 3 are in both windows: weights 2 and 1, then 1 and 2.
    expected = torch.tensor([0, 0, 10 / 3, 20 / 3, 10, 10]).view(1, 1, 6, 1, 1).expand_as(z)
    torch.testing.assert_close(mean, expected)


def test_where_frames_do_not_see_each_other_windows_change_nothing():
    own = torch.arange(40.0).view(1, 1, -1, 1, 1)

    def predict(part, z, timestep, share):
        return z * 2 + own[:, :, part.start : part.stop]

    z = torch.randn(1, 4, 40, 2, 2)
    whole = over_windows(predict, lay_windows(40, 16))(z, torch.tensor(1), 0.5)
    torch.testing.assert_close(whole, z * 2 + own)


@pytest.mark.parametrize(
    "sampler", [QUICK, replace(DPM, steps=3, guidance=1.0)], ids=["lcm", "dpm"]
)
def test_the_unet_never_sees_more_than_a_window(bench, keyframe, calls, sampler):
    work = bench()
    render_segment(replace(LONG, sampler=sampler), work, keyframe=keyframe, tail=None, maps={})
    assert {frames for frames, *_ in calls} == {6}
    levels = list(dict.fromkeys(timestep for _, timestep, *_ in calls))
    # Three windows at each level of noise: one step for all frames.
    assert [timestep for _, timestep, *_ in calls] == [level for level in levels for _ in range(3)]
    counted = [done for done, _, unit in work.reports if unit == "window"]
    assert (counted[0], counted[-1], len(calls)) == (0, len(calls), counted[-1])
    assert work.reports[-1] == (12, 12, "frame")


def test_every_window_has_the_prompts_of_its_frames(bench, keyframe, calls):
    render_segment(LONG, bench(), keyframe=keyframe, tail=None, maps={})
    first, second, third = (tokens for _, _, tokens, _ in calls[:3])
    assert torch.equal(first[3:], second[:3])
    assert torch.equal(second[3:], third[:3])
    assert not torch.equal(first, second)


def test_only_a_windows_maps_are_read_and_only_when_they_act(bench, keyframe, calls, tmp_path):
    paths = tuple(tmp_path / f"map-{index}" for index in range(12))
    for index, path in enumerate(paths):
        picture = np.full((SIZE, SIZE, 3), index, np.uint8)
        Image.fromarray(picture).save(path, format="png")
    maps = {"canny": Maps(words=("canny",) * 12, paths=paths)}
    guide = Guide(use="canny", weights="controlnet", end=0.5, decay=0.5)
    render_segment(replace(LONG, guides=(guide,)), bench(), keyframe=keyframe, tail=None, maps=maps)
    acting = [guides[0] for *_, guides in calls if guides]
    assert len(acting) == len(calls) // 2
    shown = [(guide.maps[:, 0, 0, 0] * 255).round().tolist() for guide in acting[:3]]
    assert shown == [list(range(6)), list(range(3, 9)), list(range(6, 12))]
    # As in a chain, the weight falls over as many frames as a segment has, and stays there.
    assert acting[0].scales.tolist() == pytest.approx([1, 0.9, 0.8, 0.7, 0.6, 0.5])
    assert acting[1].scales.tolist() == pytest.approx([0.7, 0.6, 0.5, 0.5, 0.5, 0.5])
