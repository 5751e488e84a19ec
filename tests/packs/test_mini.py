"""Stock diffusers pipelines load the mini pack from its folder, with every part of it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from diffusers import (
    AnimateDiffSDXLPipeline,
    ControlNetModel,
    DPMSolverMultistepScheduler,
    LCMScheduler,
    MotionAdapter,
    StableDiffusionXLControlNetPipeline,
    StableDiffusionXLPipeline,
    UNetMotionModel,
)
from PIL import Image
from safetensors.torch import load_file
from transformers import (
    CLIPTokenizer,
    DepthAnythingForDepthEstimation,
    VitPoseForPoseEstimation,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from animegen.packs.pack import Pack

pytestmark = pytest.mark.slow

PROMPT = "1girl, solo, mina, red hair, short hair, smile, rooftop, night, rain"
NEGATIVE = "lowres, blurry, bad anatomy"
SIZE = 64


@pytest.fixture(scope="module")
def still(mini: Pack, mini_folder: Path) -> StableDiffusionXLPipeline:
    pipeline = StableDiffusionXLPipeline.from_pretrained(mini_folder / mini.base.path)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


@pytest.fixture
def wearing(still: Any, mini: Pack, mini_folder: Path) -> Iterator[Any]:
    """Put LoRAs of the pack on the stock pipeline, by name and weight."""

    def wear(pipeline: Any, loras: dict[str, float]) -> Any:
        rows = {**mini.loras, **mini.motion_loras}
        for name in loras:
            path = mini_folder / rows[name].path
            pipeline.load_lora_weights(path.parent, weight_name=path.name, adapter_name=name)
        pipeline.set_adapters(list(loras), list(loras.values()))
        return pipeline

    yield wear
    still.unload_lora_weights()


def draw(pipeline: Any, sampler: Any, steps: int, guidance: float, **more: Any) -> np.ndarray:
    own = pipeline.scheduler
    pipeline.scheduler = sampler(own.config)
    found = pipeline(
        PROMPT,
        negative_prompt=NEGATIVE,
        num_inference_steps=steps,
        guidance_scale=guidance,
        generator=torch.Generator().manual_seed(3),
        width=SIZE,
        height=SIZE,
        output_type="np",
        **more,
    )
    pipeline.scheduler = own
    pictures = found.images if hasattr(found, "images") else found.frames[0]
    assert np.isfinite(pictures).all()
    return np.asarray(pictures)


def karras(config: Any) -> Any:
    return DPMSolverMultistepScheduler.from_config(config, use_karras_sigmas=True)


lcm = LCMScheduler.from_config


def differ(one: np.ndarray, two: np.ndarray) -> bool:
    return float(np.abs(one - two).mean()) > 1e-4


def test_the_scheduler_of_the_pack_says_what_the_unet_predicts(still: Any) -> None:
    assert still.scheduler.config.prediction_type == "v_prediction"
    assert still.vae.config.latent_channels == still.unet.config.in_channels == 8


def test_stock_sdxl_draws_with_the_samplers_of_both_qualities(still: Any, wearing: Any) -> None:
    high = draw(still, karras, 2, 5.0)
    assert high.shape == (1, SIZE, SIZE, 3)
    plain = draw(still, lcm, 2, 1.0)
    fast = draw(wearing(still, {"lcm": 1.0}), lcm, 2, 1.0)
    assert differ(high, plain)
    assert differ(fast, plain)


def test_the_few_step_lora_a_style_and_a_character_act_together(still: Any, wearing: Any) -> None:
    fast = draw(wearing(still, {"lcm": 1.0}), lcm, 2, 1.0)
    style = draw(wearing(still, {"pastel-anime-xl": 0.8}), lcm, 2, 1.0)
    still.set_adapters(["lcm", "pastel-anime-xl"], [1.0, 0.8])
    both = draw(still, lcm, 2, 1.0)
    wearing(still, {"mina": 0.7})
    still.set_adapters(["lcm", "pastel-anime-xl", "mina"], [1.0, 0.8, 0.7])
    three = draw(still, lcm, 2, 1.0)
    assert all(differ(one, two) for one, two in [(fast, both), (style, both), (both, three)])


def test_every_lora_finds_a_place_for_every_matrix(
    still: Any, mini: Pack, mini_folder: Path, wearing: Any
) -> None:
    for name, lora in mini.loras.items():
        wearing(still, {name: 1.0})
        assert placed(still.unet, name) == matrices(mini_folder / lora.path)
        still.unload_lora_weights()


def matrices(path: Path) -> int:
    return sum(not key.endswith(".alpha") for key in load_file(path))


def placed(model: torch.nn.Module, name: str) -> int:
    ends = (f".lora_A.{name}", f".lora_B.{name}")
    return sum(module.endswith(ends) for module, _ in model.named_modules())


@pytest.mark.parametrize("word", ["openpose", "canny"])
def test_stock_controlnet_pipeline_follows_a_map(
    still: Any, mini: Pack, mini_folder: Path, wearing: Any, word: str
) -> None:
    control = ControlNetModel.from_pretrained(mini_folder / mini.controls[word].path)
    pipeline = StableDiffusionXLControlNetPipeline(**still.components, controlnet=control)
    pipeline.set_progress_bar_config(disable=True)
    wearing(pipeline, {"lcm": 1.0})
    lines = np.zeros((SIZE, SIZE, 3), np.uint8)
    lines[16:48, 30:34] = 255
    pictures = [
        draw(
            pipeline, lcm, 2, 1.0,
            image=Image.fromarray(lines), controlnet_conditioning_scale=scale,
        )
        for scale in (0.0, 1.0)
    ]  # fmt: skip
    assert differ(*pictures)


@pytest.fixture
def moving(still: Any, mini: Pack, mini_folder: Path) -> Any:
    """The stock pipeline, mended: it leaves `add_embedding`, SDXL's second condition, random."""
    torch.manual_seed(0)
    adapter = MotionAdapter.from_pretrained(mini_folder / mini.motion.path)
    parts = still.components | {"motion_adapter": adapter}
    pipeline = AnimateDiffSDXLPipeline(**parts)
    pipeline.unet.add_embedding.load_state_dict(still.unet.add_embedding.state_dict())
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def test_stock_animatediff_moves_with_the_loras_and_a_motion_lora(
    moving: Any, wearing: Any
) -> None:
    wearing(moving, {"lcm": 1.0, "pan-left": 1.0})
    pan = draw(moving, lcm, 2, 1.0, num_frames=4)
    assert pan.shape == (4, SIZE, SIZE, 3)
    moving.set_adapters(["lcm", "pan-left"], [1.0, 0.0])
    assert differ(pan, draw(moving, lcm, 2, 1.0, num_frames=4))


def test_every_motion_lora_finds_a_place_for_every_matrix(
    moving: Any, mini: Pack, mini_folder: Path, wearing: Any
) -> None:
    for word, lora in mini.motion_loras.items():
        wearing(moving, {word: 1.0})
        assert placed(moving.unet, word) == matrices(mini_folder / lora.path)


@torch.no_grad()
def test_still_motion_modules_leave_the_unet_as_it_is(
    still: Any, mini: Pack, mini_folder: Path
) -> None:
    """Where `from_unet2d` is trusted, the motion UNet is another model, even without motion."""
    adapter = MotionAdapter.from_pretrained(mini_folder / mini.motion.path)
    for name, parameter in adapter.named_parameters():
        if ".proj_out." in name:
            parameter.zero_()
    torch.manual_seed(0)
    moving = UNetMotionModel.from_unet2d(still.unet, adapter).eval()
    random = gap(still.unet, moving)
    moving.add_embedding.load_state_dict(still.unet.add_embedding.state_dict())
    mended = gap(still.unet, moving)
    assert mended < 1e-4
    assert random > 20 * mended


def gap(unet: Any, moving: Any) -> float:
    generator = torch.Generator().manual_seed(1)
    width = unet.config.cross_attention_dim
    z = torch.randn(1, 8, 2, 8, 8, generator=generator)
    context = torch.randn(2, 77, width, generator=generator)
    told = {
        "text_embeds": torch.randn(1, width // 2, generator=generator),
        "time_ids": torch.tensor([[SIZE, SIZE, 0, 0, SIZE, SIZE]]).float(),
    }
    t = torch.tensor(500)
    frames = [
        unet(z[:, :, i], t, context[i : i + 1], added_cond_kwargs=told).sample for i in range(2)
    ]
    moved = moving(z, t, context, added_cond_kwargs=told).sample
    return float((torch.stack(frames, 2) - moved).abs().max())


class TestTokenizer:
    @pytest.fixture(params=["tokenizer", "tokenizer_2"])
    def tokenizer(self, mini: Pack, mini_folder: Path, request: Any) -> Any:
        return CLIPTokenizer.from_pretrained(mini_folder / mini.base.path / request.param)

    def test_a_word_of_the_captions_is_one_token(self, tokenizer: Any) -> None:
        words = re.findall(r"[a-z]+", "twin tails school uniform rooftop fireflies hana mina")
        assert len(tokenizer(" ".join(words)).input_ids) == len(words) + 2

    @pytest.mark.parametrize("word", ["zeppelin", "xyzzy", "Straße", "猫", "🎈", "cat_ears"])
    def test_an_unknown_word_is_spelt_in_pieces(self, tokenizer: Any, word: str) -> None:
        ids = tokenizer(word).input_ids[1:-1]
        assert len(ids) > 1
        assert not set(ids) & set(tokenizer.all_special_ids)
        assert tokenizer.decode(ids).replace(" ", "") == word.lower()

    def test_what_stands_beside_it_is_read_as_ever(self, tokenizer: Any) -> None:
        known, more = (tokenizer(text).input_ids for text in ("red hair", "zeppelin, red hair"))
        assert more[-len(known) + 1 :] == known[1:]

    def test_a_long_text_is_cut(self, tokenizer: Any) -> None:
        ids = tokenizer("red hair " * 80, truncation=True, max_length=77).input_ids
        assert len(ids) == 77
        assert ids[-1] == tokenizer.eos_token_id


@torch.no_grad()
@pytest.mark.parametrize(("width", "height"), [(96, 64), (72, 56), (136, 8)])
def test_any_multiple_of_eight_comes_out_as_asked(
    still: Any, mini: Pack, width: int, height: int
) -> None:
    assert width % mini.frame.multiple == height % mini.frame.multiple == 0
    pictures = still(
        PROMPT, num_inference_steps=1, guidance_scale=1.0, width=width, height=height,
        output_type="np",
    ).images  # fmt: skip
    assert pictures.shape == (1, height, width, 3)


@torch.no_grad()
@pytest.mark.parametrize(
    ("word", "make", "answer"),
    [
        ("openpose", VitPoseForPoseEstimation, "heatmaps"),
        ("depth", DepthAnythingForDepthEstimation, "predicted_depth"),
    ],
)
def test_stock_transformers_load_the_detectors(
    mini: Pack, mini_folder: Path, word: str, make: Any, answer: str
) -> None:
    folder = mini_folder / mini.detectors[word].path
    model = make.from_pretrained(folder, dtype=torch.float32)
    size = json.loads((folder / "preprocessor_config.json").read_text(encoding="utf-8"))["size"]
    picture = torch.rand(1, 3, size["height"], size["width"])
    assert torch.isfinite(getattr(model(picture), answer)).all()
