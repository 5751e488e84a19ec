"""ControlNets act at their weight, on their frames and in their steps, or not at all."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file
from still_life import DPM, FIRST, MOVING, NEXT, SIZE

from animegen.errors import RenderFailed, WeightsUnusable
from animegen.render.control import Maps
from animegen.render.denoise import predict_with
from animegen.render.guidance import Guidance, frame_scales, guidances, residuals
from animegen.render.models import load_controlnets, load_motion_unet
from animegen.render.segment import render_segment
from animegen.render.session import session
from animegen.render.text import encode
from animegen.steps.diffusion import Guide

pytestmark = pytest.mark.slow

EDGES = Guide(use="canny", weights="controlnet")
CPU = torch.device("cpu")


@pytest.fixture
def draw(tmp_path):
    """Write maps of random edges and say what they show."""

    def write(*words):
        paths = tuple(tmp_path / f"map-{index}" for index in range(len(words)))
        for index, path in enumerate(paths):
            levels = np.random.default_rng(index).integers(0, 2, (SIZE // 8, SIZE // 8)) * 255
            picture = np.kron(levels, np.ones((8, 8))).astype(np.uint8)
            Image.fromarray(picture).convert("RGB").save(path, format="png")
        return Maps(words=words, paths=paths)

    return write


@pytest.fixture
def render(bench, keyframe, draw):
    """Render a segment with guides and return its clean latents."""
    count = iter(range(100))

    def run(*guides, maps=None, job=FIRST, tail=None):
        work = bench(f"render-{next(count)}")
        found = maps or {guide.use: draw(guide.use) for guide in guides}
        job = replace(job, guides=guides, keep=6)
        render_segment(job, work, keyframe=keyframe, tail=tail, maps=found)
        return load_file(work.folder / "tail.safetensors")["latents"]

    return run


@pytest.fixture
def calls(monkeypatch):
    """Count what the ControlNet is asked: the shares of the steps in which it acts."""
    seen = []
    acts = Guidance.acts

    def watch(self, share):
        answer = acts(self, share)
        seen.extend([share] if answer else [])
        return answer

    monkeypatch.setattr(Guidance, "acts", watch)
    return seen


def _distances(one, two):
    return (one - two).abs().mean(dim=(0, 1, 3, 4)).tolist()


def test_weight_zero_is_as_if_there_were_none(render):
    assert torch.equal(render(replace(EDGES, weight=0.0)), render())


def test_maps_and_weights_count(render, draw):
    plain, guided = render(), render(EDGES)
    assert not torch.equal(plain, guided)
    assert torch.equal(render(EDGES), guided)
    weaker = render(replace(EDGES, weight=0.5))
    assert sum(_distances(weaker, plain)) < sum(_distances(guided, plain))
    other = {"canny": draw("lost", "canny")}
    other["canny"] = Maps(words=("canny",), paths=other["canny"].paths[1:])
    assert not torch.equal(render(EDGES, maps=other), guided)


def test_a_guide_is_strong_in_the_first_frame_and_gone_in_the_last(render):
    distances = _distances(render(replace(EDGES, decay=1.0)), render())
    # The motion modules let every frame look at its neighbours, so the last moves a little, too.
    assert distances[0] > 1.8 * distances[-1]


def test_a_frames_share_of_the_residuals_is_its_scale(checkpoint, bench, draw):
    job = replace(FIRST, frames=3, guides=(EDGES,))
    with session("cpu"), torch.no_grad():
        networks = load_controlnets(job, checkpoint, bench())
        (full,) = guidances(job, {"canny": draw("canny")}, networks, CPU)
        fading = replace(full, scales=torch.tensor([1.0, 0.5, 0.0]))
        positive, negative = encode(job.conditioning, range(3), checkpoint)
        batch = torch.randn((2, 4, 3, 8, 8), generator=torch.Generator().manual_seed(1))
        given = {
            "tokens": torch.cat([negative.tokens, positive.tokens]),
            "added": {
                "text_embeds": torch.cat([negative.pooled, positive.pooled]),
                "time_ids": torch.tensor([[64.0, 64, 0, 0, 64, 64]] * 2),
            },
        }
        whole, faded = (
            residuals([guide], batch, torch.tensor(500), **given) for guide in (full, fading)
        )
    for one, two in zip(_tensors(whole), _tensors(faded), strict=True):
        for half in (0, 3):
            assert torch.equal(two[half], one[half])
            torch.testing.assert_close(two[half + 1], one[half + 1] / 2)
            assert not two[half + 2].any()


def _tensors(added):
    return *added["down_block_additional_residuals"], added["mid_block_additional_residual"]


def test_scales_fall_on_the_shots_clock_and_stay_there():
    guide = replace(EDGES, weight=0.8, decay=0.5)
    assert frame_scales(guide, range(5), 5) == pytest.approx([0.8, 0.7, 0.6, 0.5, 0.4])
    assert frame_scales(guide, range(4, 9), 5) == pytest.approx([0.4] * 5)
    assert frame_scales(replace(guide, decay=0.0), range(3), 5) == [0.8] * 3


@pytest.mark.parametrize(
    ("start", "end", "shares"),
    [(0.0, 0.6, [0.125, 0.375]), (0.5, 1.0, [0.625, 0.875])],
)
def test_it_acts_in_the_steps_whose_middle_it_covers(render, calls, start, end, shares):
    render(replace(EDGES, start=start, end=end))
    assert calls == shares


def test_one_that_never_acts_is_told(bench, keyframe, draw):
    work = bench()
    job = replace(FIRST, guides=(replace(EDGES, end=0.1),))
    render_segment(job, work, keyframe=keyframe, tail=None, maps={"canny": draw("canny")})
    assert work.notes == ["canny acts in none of the 4 steps: widen `start` to `end`"]


def test_a_later_segment_is_guided_and_its_overlap_stays_bit_equal(render, bench, keyframe):
    first = bench("first")
    render_segment(FIRST, first, keyframe=keyframe, tail=None, maps={})
    tail = first.folder / "tail.safetensors"
    plain, guided = render(job=NEXT, tail=tail), render(EDGES, job=NEXT, tail=tail)
    assert torch.equal(guided[:, :, : NEXT.overlap], load_file(tail)["latents"])
    assert not torch.equal(guided, plain)


def _network():
    return SimpleNamespace(dtype=torch.float32)


def test_a_frame_on_which_nothing_was_found_is_free(draw):
    networks = {"pose": _network(), "lines": _network()}
    guide = Guide(use="openpose", weights="pose", fallback="lines", weight=0.5)
    maps = {"openpose": draw("openpose", "lineart", None)}
    job = replace(FIRST, frames=3, guides=(guide,))
    one, two = guidances(job, maps, networks, CPU)
    assert [one.network, two.network] == [networks["pose"], networks["lines"]]
    assert one.scales.tolist() == [0.5, 0.0, 0.0]
    assert two.scales.tolist() == [0.0, 0.5, 0.0]
    same = replace(guide, fallback="pose")
    (both,) = guidances(replace(job, guides=(same,)), maps, networks, CPU)
    assert both.scales.tolist() == [0.5, 0.5, 0.0]


def test_one_map_serves_every_frame_and_two_serve_neither_one_nor_all(draw):
    networks = {"controlnet": _network()}
    job = replace(FIRST, guides=(EDGES,))
    (guide,) = guidances(job, {"canny": draw("canny")}, networks, CPU)
    assert guide.maps.shape == (6, 3, SIZE, SIZE)
    assert (float(guide.maps.min()), float(guide.maps.max())) == (0.0, 1.0)
    with pytest.raises(RenderFailed, match="2 control maps for 6 frames"):
        guidances(job, {"canny": draw("canny", "canny")}, networks, CPU)


def test_several_words_share_one_network_in_memory(checkpoint, bench):
    guides = (EDGES, Guide(use="openpose", weights="controlnet", fallback="controlnet"))
    loaded = load_controlnets(replace(FIRST, guides=guides), checkpoint, bench())
    assert set(loaded) == {"controlnet"}


def test_another_models_network_fails_by_name(checkpoint, bench, tmp_path):
    from diffusers import ControlNetModel

    small = ControlNetModel(
        block_out_channels=(8, 8, 8),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        cross_attention_dim=16,
        norm_num_groups=4,
        attention_head_dim=2,
    )
    small.save_pretrained(tmp_path / "small", safe_serialization=True)
    work = bench()
    work.found["small"] = tmp_path / "small"
    job = replace(FIRST, guides=(replace(EDGES, weights="small"),))
    with pytest.raises(WeightsUnusable, match=r"small does not fit this model: its block_out_ch"):
        load_controlnets(job, checkpoint, work)


@pytest.mark.parametrize("guidance", [1.0, 1.7])
def test_frames_are_guided_as_diffusers_guides_pictures(checkpoint, bench, draw, guidance):
    """Without its motion modules a segment is the 2D UNet with ControlNets, frame by frame."""
    from diffusers import MultiControlNetModel

    words = ("canny", "depth")
    guides = tuple(Guide(use=word, weights="controlnet", weight=0.7) for word in words)
    job = replace(FIRST, frames=3, guides=guides)
    maps = {"canny": draw("canny", "canny", "canny"), "depth": draw("depth")}
    with session("cpu"), torch.no_grad():
        unet = load_motion_unet(MOVING, checkpoint, bench("motion"))
        networks = load_controlnets(job, checkpoint, bench("nets"))
        texts = encode(job.conditioning, range(3), checkpoint)
        acting = guidances(job, maps, networks, CPU)
        generator = torch.Generator().manual_seed(1)
        z = torch.randn((1, 4, 3, 8, 8), generator=generator)
        timestep = torch.tensor(500)
        with _still(unet):
            predict = predict_with(unet, texts, guidance, width=64, height=64, guides=acting)
            together = predict(z, timestep, 0.1)
        multi = MultiControlNetModel([networks["controlnet"]] * 2)
        for frame in range(3):
            expected = _as_diffusers(
                checkpoint, multi, texts, guidance, z[:, :, frame], timestep,
                [guide.maps[frame : frame + 1] for guide in acting],
            )  # fmt: skip
            torch.testing.assert_close(together[:, :, frame], expected, atol=1e-5, rtol=1e-4)


def _as_diffusers(checkpoint, multi, texts, guidance, z, timestep, pictures):
    """Predict as StableDiffusionXLControlNetPipeline does, for one picture."""
    used = texts[:1] if guidance == 1 else (texts[1], texts[0])
    batch = torch.cat([z] * len(used))
    tokens = torch.cat([text.tokens[:1] for text in used])
    added = {
        "text_embeds": torch.cat([text.pooled for text in used]),
        "time_ids": torch.tensor([[64.0, 64, 0, 0, 64, 64]] * len(used)),
    }
    down, middle = multi(
        batch, timestep, tokens, [torch.cat([picture] * len(used)) for picture in pictures],
        [0.7, 0.7], added_cond_kwargs=added, return_dict=False,
    )  # fmt: skip
    output = checkpoint.unet(
        batch, timestep, tokens, added_cond_kwargs=added, return_dict=False,
        down_block_additional_residuals=down, mid_block_additional_residual=middle,
    )[0]  # fmt: skip
    if len(used) == 1:
        return output
    without, with_prompt = output.chunk(2)
    return without + guidance * (with_prompt - without)


class _still:
    """Silence the motion modules for a while."""

    def __init__(self, unet):
        self._outputs = [
            parameter
            for name, parameter in unet.named_parameters()
            if "motion_modules" in name and "proj_out" in name
        ]

    def __enter__(self):
        self._kept = [parameter.clone() for parameter in self._outputs]
        for parameter in self._outputs:
            parameter.zero_()

    def __exit__(self, *_):
        for parameter, kept in zip(self._outputs, self._kept, strict=True):
            parameter.copy_(kept)


def test_the_high_quality_sampler_is_guided_too(render):
    job = replace(FIRST, sampler=DPM)
    assert not torch.equal(render(EDGES, job=job), render(job=job))
