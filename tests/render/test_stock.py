"""What the loop draws is what diffusers' own pipelines draw, where there is one for the job.

Both sides get the same noise: ours, frame by frame.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file
from still_life import DPM, LCM, MOVING, SIZE, STILL, FakeBench

from animegen.render.control import Maps
from animegen.render.denoise import denoise, predict_with
from animegen.render.guidance import guidances
from animegen.render.keyframe import render_keyframe
from animegen.render.models import load_checkpoint, load_controlnets, load_motion_unet
from animegen.render.noise import INITIAL, noise_source, step_stream
from animegen.render.schedulers import ETA, lay_out
from animegen.render.session import session
from animegen.render.text import encode
from animegen.steps.diffusion import Conditioning, Guide, PromptKey, Sampler
from animegen.steps.segment import Segment

pytestmark = pytest.mark.slow

CPU = torch.device("cpu")
LATENT = (4, SIZE // 8, SIZE // 8)
FRAMES = 3
TCD = Sampler(scheduler="tcd", steps=4, guidance=1.7)
TEXT, NEGATIVE = "a girl in the rain. night city", "blurry, text"
CONDITIONING = Conditioning(prompts=(PromptKey(frame=0, text=TEXT),), negative=NEGATIVE)
SAMPLERS = pytest.mark.parametrize("sampler", [LCM, TCD, DPM], ids=["lcm", "tcd", "dpm"])


@dataclass(frozen=True, kw_only=True)
class Family:
    """A base model's tiny pack, and the pipelines that diffusers has for it."""

    name: str
    folder: Any
    still: str
    clip: str
    controlled: str

    def bench(self, place):
        return FakeBench(pack=self.folder, folder=place)


@pytest.fixture(params=["sdxl", "sd2"])
def family(request, pack):
    if request.param == "sdxl":
        return Family(
            name="sdxl",
            folder=pack,
            still="StableDiffusionXLPipeline",
            clip="AnimateDiffSDXLPipeline",
            controlled="StableDiffusionXLControlNetPipeline",
        )
    return Family(
        name="sd2",
        folder=request.getfixturevalue("sd2"),
        still="StableDiffusionPipeline",
        clip="AnimateDiffPipeline",
        controlled="StableDiffusionControlNetPipeline",
    )


@pytest.fixture
def loaded(family, tmp_path):
    """Return the checkpoint and its motion UNet, whose modules move nothing on request."""
    work = family.bench(tmp_path)
    model = replace(MOVING, base=family.name)
    with session("cpu") as device:
        checkpoint = load_checkpoint(model, work, device)
        unet = load_motion_unet(model, checkpoint, work)
        yield checkpoint, unet, work
        checkpoint.motion.clear()


def _draw(frames=range(FRAMES)):
    return noise_source(STILL.seed, frames, LATENT, CPU)


def _ours(checkpoint, unet, sampler, guides=()):
    """Return clean latents from pure noise, as a segment is denoised."""
    texts = encode(CONDITIONING, range(FRAMES), checkpoint)
    schedule = lay_out(
        sampler.scheduler,
        checkpoint.scheduler_config(),
        steps=sampler.steps,
        strength=1.0,
    )
    predict = predict_with(unet, texts, sampler.guidance, width=SIZE, height=SIZE, guides=guides)
    return denoise(predict, schedule, _draw(), lambda *_: None)


def _scheduler(pipe, sampler):
    import diffusers

    if sampler is DPM:
        return diffusers.DPMSolverMultistepScheduler.from_config(
            pipe.scheduler.config, algorithm_type="dpmsolver++", use_karras_sigmas=True
        )
    kind = {"lcm": diffusers.LCMScheduler, "tcd": diffusers.TCDScheduler}[sampler.scheduler]
    return kind.from_config(pipe.scheduler.config)


def _run(pipe, sampler, draw, *, picture=None, **arguments):
    """Let a pipeline denoise from our noise, of one `picture` of the frames or of all."""

    def noise(stream):
        drawn = draw(stream)
        return drawn if picture is None else drawn[:, :, picture]

    pipe.set_progress_bar_config(disable=True)
    pipe.scheduler = _scheduler(pipe, sampler)
    steps = iter(range(sampler.steps))
    with pytest.MonkeyPatch.context() as patch:
        for name in ("lcm", "tcd"):
            patch.setattr(
                f"diffusers.schedulers.scheduling_{name}.randn_tensor",
                lambda *_, **__: noise(step_stream(next(steps))),
            )
        output = pipe(
            prompt=TEXT,
            width=SIZE,
            height=SIZE,
            num_inference_steps=sampler.steps,
            guidance_scale=sampler.guidance,
            latents=noise(INITIAL),
            output_type="latent",
            eta=ETA,  # pipelines pass 0 to the scheduler that knows the word
            **arguments,
        )
    return output.frames if picture is None else output.images


def _pipeline(name, family, **parts):
    import diffusers

    unused = {"safety_checker": None} if family.name == "sd2" and "Animate" not in name else {}
    kind = getattr(diffusers, name)
    return kind.from_pretrained(family.folder / "base", **parts, **unused)


@SAMPLERS
@pytest.mark.parametrize("negative", ["", NEGATIVE], ids=["plain", "negative"])
def test_a_keyframe(family, tmp_path, sampler, negative):
    job = replace(
        STILL,
        model=replace(STILL.model, base=family.name),
        sampler=sampler,
        conditioning=replace(CONDITIONING, negative=negative),
    )
    render_keyframe(job, family.bench(tmp_path))
    with session("cpu"):
        pipe = _pipeline(family.still, family)
        # Without a negative prompt SDXL's pipeline zeros it; SD's encodes the empty one.
        theirs = _run(pipe, sampler, _draw([0]), picture=0, negative_prompt=negative or None)
    ours = load_file(tmp_path / "keyframe.safetensors")["latents"]
    torch.testing.assert_close(ours, theirs, atol=2e-5, rtol=1e-4)


@SAMPLERS
def test_a_segment_from_noise(family, loaded, sampler):
    from diffusers import MotionAdapter

    checkpoint, unet, _ = loaded
    ours = _ours(checkpoint, unet, sampler)
    adapter = MotionAdapter.from_pretrained(family.folder / "motion")
    pipe = _pipeline(family.clip, family, motion_adapter=adapter)
    if family.name == "sdxl":  # diffusers leaves this random
        pipe.unet.add_embedding.load_state_dict(checkpoint.unet.add_embedding.state_dict())
    theirs = _run(pipe, sampler, _draw(), num_frames=FRAMES, negative_prompt=NEGATIVE)
    torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=1e-3)
    assert (ours[:, :, 1:] - ours[:, :, :-1]).abs().mean() > 1e-3


@SAMPLERS
def test_frames_that_follow_maps_when_nothing_moves(family, loaded, sampler, tmp_path):
    checkpoint, unet, work = loaded
    for name, parameter in unet.named_parameters():
        if "motion_modules" in name and "proj_out" in name:
            parameter.zero_()
    paths = [tmp_path / f"map-{index}" for index in range(FRAMES)]
    for index, path in enumerate(paths):
        levels = np.random.default_rng(index).integers(0, 2, (8, 8)) * 255
        picture = np.kron(levels, np.ones((SIZE // 8, SIZE // 8))).astype(np.uint8)
        Image.fromarray(picture).convert("RGB").save(path, format="png")
    job = _clip(family, guides=(Guide(use="canny", weights="controlnet", weight=0.7),))
    maps = {"canny": Maps(words=("canny",) * FRAMES, paths=tuple(paths))}
    networks = load_controlnets(job, checkpoint, work)
    ours = _ours(checkpoint, unet, sampler, guidances(job, maps, networks, CPU))
    plain = _ours(checkpoint, unet, sampler)
    assert (ours - plain).abs().mean() > 0.01
    pipe = _pipeline(family.controlled, family, controlnet=networks["controlnet"])
    for frame, path in enumerate(paths):
        theirs = _run(
            pipe,
            sampler,
            _draw(),
            picture=frame,
            image=Image.open(path),
            negative_prompt=NEGATIVE,
            controlnet_conditioning_scale=0.7,
        )
        torch.testing.assert_close(ours[:, :, frame], theirs, atol=1e-4, rtol=1e-3)


def _clip(family, **changes):
    return Segment(
        model=replace(MOVING, base=family.name),
        loras=(),
        sampler=LCM,
        conditioning=CONDITIONING,
        width=SIZE,
        height=SIZE,
        seed=STILL.seed,
        first=0,
        frames=FRAMES,
        overlap=0,
        keep=1,
        strength=1.0,
        **changes,
    )
