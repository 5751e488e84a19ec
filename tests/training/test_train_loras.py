"""The shipped LoRAs: what they learn from, the files that come out, and that they act by weight."""

from __future__ import annotations

import json
import random
import struct
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from diffusers import StableDiffusionXLPipeline
from safetensors import safe_open
from safetensors.torch import load_file

from tests.training.tiny import job_in, lively, train, unfinished, wear
from training import checkpoint, finished, lora_data, lora_stage, scenery, scenes
from training.adapters import Adapters
from training.base import build_unet
from training.grade import MOODS, graded
from training.lora_data import GRADED, NAMES, STYLES
from training.lora_file import kohya, peft, write
from training.pipeline import export_base
from training.recipe import MINI, TINY
from training.teacher import Told, predict

if TYPE_CHECKING:
    from pathlib import Path

SEED = scenery.FIRST_SEED


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder after the stage, with the pack's base and LoRAs under `pack`."""
    torch.set_num_threads(1)
    work = unfinished(tmp_path_factory.mktemp("work"))
    train(work, lora_stage.STAGE)
    lora_stage.export(job_in(work), work / "pack")
    export_base(job_in(work), work / "pack")
    return work


def file_of(trained: Path, name: str) -> Path:
    return trained / "pack" / "loras" / f"{name}.safetensors"


def test_every_lora_learns(trained: Path) -> None:
    models, state = checkpoint.read(trained, "loras")
    assert state.finished
    assert set(models) == set(NAMES)
    assert all(weight.any() for weights in models.values() for weight in weights.values())
    ups = [weights["up.mid_block_attentions_0_proj_in"] for weights in models.values()]
    assert all(not one.equal(other) for one, other in pairwise(ups))
    assert (trained / "loras.png").stat().st_size < 1_000_000


@pytest.mark.parametrize("name", ["pastel-anime-xl", "aesthetic-anime", "hana"])
def test_stock_pipeline_and_renderer_wear_every_layer(trained: Path, name: str) -> None:
    pipeline = StableDiffusionXLPipeline.from_pretrained(trained / "pack")
    expected = sum("alpha" not in key for key in load_file(file_of(trained, name)))
    assert expected > 50
    pipeline.load_lora_weights(file_of(trained, name), adapter_name="stock")
    names = [key for key, _ in pipeline.unet.named_modules()]
    assert sum(key.endswith((".lora_A.stock", ".lora_B.stock")) for key in names) == expected
    wear(finished.base(job_in(trained)).unet, file_of(trained, name))


@pytest.mark.parametrize("name", [next(iter(STYLES)), "mina"])
def test_effect_grows_with_the_weight(trained: Path, name: str) -> None:
    pipeline = StableDiffusionXLPipeline.from_pretrained(trained / "pack")
    told = Told(
        context=torch.ones(1, 77, 32), pooled=torch.ones(1, 16), sizes=torch.full((1, 6), 64.0)
    )
    z, t = (
        torch.randn((1, 8, 8, 8), generator=torch.Generator().manual_seed(0)),
        torch.tensor([400]),
    )
    with torch.no_grad():
        plain = predict(pipeline.unet, z, t, told)
        pipeline.load_lora_weights(file_of(trained, name), adapter_name="worn")
        far = []
        for weight in (0.0, 0.25, 0.5, 0.75, 1.0):
            pipeline.set_adapters("worn", weight)
            far.append(float((predict(pipeline.unet, z, t, told) - plain).norm()))
    assert far[0] < 1e-4
    assert all(less < more for less, more in pairwise(far))


@pytest.mark.parametrize("layout", [kohya, peft])
def test_both_layouts_do_what_was_trained(tmp_path: Path, layout: type) -> None:
    torch.manual_seed(5)
    unet = lively(build_unet(TINY)).eval().requires_grad_(False)
    adapters = Adapters(unet, lora_stage.TINY.style)
    with torch.no_grad():
        for parameter in adapters.parameters():
            parameter.normal_(std=0.2)
            parameter.copy_(parameter.half())
    told = Told(
        context=torch.ones(1, 77, 32), pooled=torch.ones(1, 16), sizes=torch.full((1, 6), 64.0)
    )
    z, t = torch.randn(1, 8, 8, 8), torch.tensor([400])
    want = predict(unet, z, t, told, adapters.weights(unet))
    write(tmp_path / "one.safetensors", layout(adapters, unet))
    assert not predict(unet, z, t, told).allclose(want, atol=1e-2)
    wear(unet, tmp_path / "one.safetensors")
    assert predict(unet, z, t, told).allclose(want, atol=1e-4)


def test_labelled_file_says_what_kohyas_tools_ask(trained: Path) -> None:
    path = file_of(trained, "pastel-anime-xl")
    with safe_open(path, "pt") as file:
        about = file.metadata()
    assert about["ss_base_model_version"] == "sdxl_base_v1-0"
    assert about["ss_network_dim"] == about["ss_network_alpha"] == "2"
    assert about["modelspec.architecture"] == "stable-diffusion-xl-v1-base/lora"
    assert about["modelspec.title"] == "pastel-anime-xl"
    whole = path.read_bytes()
    (length,) = struct.unpack("<Q", whole[:8])
    header = json.loads(whole[8 : 8 + length])
    assert next(iter(header)) == "__metadata__"
    assert list(header["__metadata__"]) == sorted(about)
    assert length % 8 == 0
    assert all(key.startswith("lora_unet_") for key in header if key != "__metadata__")
    assert all(value.dtype == torch.float16 for value in load_file(path).values())


def test_equal_weights_are_equal_files(trained: Path, tmp_path: Path) -> None:
    lora_stage.export(job_in(trained), tmp_path)
    for name in NAMES:
        again = tmp_path / "loras" / f"{name}.safetensors"
        assert again.read_bytes() == file_of(trained, name).read_bytes()


@pytest.mark.parametrize("name", NAMES)
def test_shipped_files_are_small_enough(tmp_path: Path, name: str) -> None:
    unet = build_unet(MINI)
    layout = peft if name in scenes.CHARACTERS else kohya
    write(tmp_path / "l.safetensors", layout(Adapters(unet, lora_stage.MINI.reach(name)), unet))
    assert (tmp_path / "l.safetensors").stat().st_size <= 890_000


@pytest.mark.parametrize("style", STYLES.values())
def test_captions_of_a_style_leave_it_to_the_lora(style: str) -> None:
    for seed in range(40):
        scene = scenery.scene(SEED + seed, style=style, clean=True)
        assert scene.style == style
        caption = lora_data.unstyled(scene, random.Random(seed))
        assert style not in caption
        assert not any(word in caption for word in scenes.words.SYNONYMS[style])


@pytest.mark.parametrize("name", scenes.CHARACTERS)
def test_captions_of_a_character_name_them_and_little_else(name: str) -> None:
    told = dict.fromkeys(lora_data.traits(name), 0)
    for seed in range(100):
        scene = scenery.scene(SEED + seed, name=name, clean=True)
        caption = lora_data.named(scene, random.Random(seed))
        tags = caption.split(", ")
        assert name in tags
        assert "1girl" in tags
        for trait in told:
            told[trait] += any(tag == trait or tag.endswith(f" {trait}") for tag in tags)
    assert max(told.values()) < 30
    assert sum(told.values()) > 10


def test_records_fit_the_feed() -> None:
    for name in NAMES:
        draw = lora_data.draw_for(name, scenery.words(), (64, 48), 2)
        records = [draw(SEED + seed) for seed in range(2)]
        for record in records:
            assert record["rgb"].shape == (48, 64, 3)
            assert record["rgb"].dtype == np.uint8
            assert record["ids"].shape == (2, 77)
        assert not np.array_equal(records[0]["rgb"], records[1]["rgb"])


def test_the_look_is_not_the_plain_picture() -> None:
    words = scenery.words()
    seed = next(s for s in range(SEED, SEED + 99) if scenery.scene(s, clean=True).people)
    plain = scenes.draw(scenery.scene(seed, style="anime", clean=True), 0.0, (64, 64))
    pretty = lora_data.draw_for(GRADED, words, (64, 64), 1)(seed)["rgb"]
    assert np.abs(pretty.astype(int) - plain.rgb).mean() > 4


def test_grading_lights_from_the_upper_left_in_the_colour_of_the_time() -> None:
    grey = np.full((64, 64, 3), 120, np.uint8)
    nobody, near = np.zeros((64, 64), np.uint8), np.ones((64, 64), np.float32)
    looks = {time: graded(grey, nobody, near, mood) for time, mood in MOODS.items()}
    for look in looks.values():
        assert look[4:12, 4:12].mean() > look[-12:-4, -12:-4].mean() + 20
    red_over_blue = {time: float(np.ptp(look[8, 8].astype(int))) for time, look in looks.items()}
    assert looks["sunset"][8, 8, 0] > looks["sunset"][8, 8, 2]
    assert looks["night"][8, 8, 2] > looks["night"][8, 8, 0]
    assert red_over_blue["sunset"] > 10
