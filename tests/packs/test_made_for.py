"""What a LoRA was made for is read from its header, before any model is loaded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from weight_files import diffusers, kohya, peft, safetensors

from animegen.packs.catalog import SHIPPED, load_pack
from animegen.packs.damage import WeightsDamaged
from animegen.packs.made_for import check_made_for, read_lora, text_width
from animegen.packs.weights import Weights

if TYPE_CHECKING:
    from pathlib import Path

BARE = {"unet.down_blocks.0.resnets.0.conv1.lora_A.weight": (4, 320, 3, 3)}
MOTION = {"down_blocks.0.motion_modules.0.transformer_blocks.0.attn2.to_k.lora_A.weight": (4, 768)}


@pytest.fixture
def lora(tmp_path: Path):
    def write(tensors, metadata=None) -> Path:
        path = tmp_path / "loras" / "mine.safetensors"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(safetensors(tensors, metadata))
        return path

    return write


@pytest.mark.parametrize("naming", [kohya, peft, diffusers])
@pytest.mark.parametrize("width", [768, 1024, 2048])
def test_the_width_is_read_in_every_naming(lora, naming, width: int) -> None:
    assert read_lora(lora(naming(width))).width == width


def test_motion_modules_read_no_text(lora) -> None:
    assert read_lora(lora(MOTION)).width is None
    assert read_lora(SHIPPED / "mini/motion-loras/pan-left.safetensors").width is None


@pytest.mark.parametrize(
    ("metadata", "base"),
    [
        ({"modelspec.architecture": "stable-diffusion-xl-v1-base/lora"}, "sdxl"),
        ({"modelspec.architecture": "stable-diffusion-v1/lora"}, "sd1"),
        ({"modelspec.architecture": "stable-diffusion-v2-768-v/lora"}, "sd2"),
        ({"modelspec.architecture": "flux-1-dev/lora"}, "flux-1-dev/lora"),
        ({"ss_base_model_version": "sdxl_base_v1-0"}, "sdxl"),
        ({"ss_base_model_version": "sd_v1"}, "sd1"),
        ({"ss_base_model_version": "sd_v2_768_v"}, "sd2"),
        ({"ss_base_model_version": "None"}, None),
        ({"ss_base_model_version": "my merge"}, None),
        ({}, None),
    ],
)
def test_the_metadata_is_believed_where_nothing_is_wide(lora, metadata, base) -> None:
    assert read_lora(lora(BARE, metadata)).base == base


def test_the_words_of_a_trigger_phrase(lora) -> None:
    facts = read_lora(lora(BARE, {"modelspec.trigger_phrase": "mina, red scarf,"}))
    assert facts.triggers == ("mina", "red scarf")


@pytest.mark.parametrize(
    ("tensors", "metadata", "base_model", "width", "message"),
    [
        (
            kohya(768),
            {"ss_base_model_version": "sdxl_base_v1-0"},  # shapes do not lie
            "sdxl",
            None,
            "SD 1.5, whose text is 768 wide, where the pack's model takes 2048",
        ),
        (
            peft(2048),
            {},
            "sd2",
            None,
            "SDXL, whose text is 2048 wide, where the pack's model takes 1024",
        ),
        (
            peft(2048),
            {},
            "sdxl",
            256,
            "SDXL, whose text is 2048 wide, where the pack's model takes 256",
        ),
        (
            peft(640),
            {},
            "sdxl",
            2048,
            "whose text is 640 wide, where the pack's model takes 2048",
        ),
        (
            BARE,
            {"modelspec.architecture": "flux-1-dev/lora"},
            "sdxl",
            None,
            "flux-1-dev/lora, by its own metadata, not for SDXL",
        ),
        (
            BARE,
            {"ss_base_model_version": "sd_v1"},
            "sd2",
            None,
            "SD 1.5, by its own metadata, not for SD 2",
        ),
    ],
)
def test_a_misfit_is_named(lora, tensors, metadata, base_model, width, message) -> None:
    path = lora(tensors, metadata)
    with pytest.raises(WeightsDamaged) as caught:
        check_made_for(path, read_lora(path), base_model=base_model, width=width)
    intro = "the LoRA mine.safetensors was made for another base model: "
    assert caught.value.message == intro + message
    assert caught.value.cause == "base-model"
    assert caught.value.remedy == "use a LoRA that was made for the pack's base model"


@pytest.mark.parametrize(
    ("tensors", "metadata", "base_model", "width"),
    [
        (kohya(2048), {"ss_base_model_version": "sd_v1"}, "sdxl", None),
        (peft(1024), {}, "sd2", None),
        (peft(256), {}, "sdxl", 256),
        (peft(256), {}, "sdxl", None),  # a tiny model of SDXL's layout, whose width is not known
        (BARE, {}, "sdxl", 2048),
    ],
)
def test_what_fits_passes(lora, tensors, metadata, base_model, width) -> None:
    path = lora(tensors, metadata)
    check_made_for(path, read_lora(path), base_model=base_model, width=width)


def test_the_width_of_a_base_model(tmp_path: Path) -> None:
    assert text_width(SHIPPED / "mini" / "base") == 256
    config = tmp_path / "unet" / "config.json"
    config.parent.mkdir()
    assert text_width(tmp_path) is None
    for value, width in ((2048, 2048), ([1024, 1024], 1024), ([1, 2], None)):
        config.write_text(json.dumps({"cross_attention_dim": value}), encoding="utf-8")
        assert text_width(tmp_path) == width


def test_a_lora_of_another_model_stops_a_plan(tmp_path: Path, lora) -> None:
    weights = Weights.of(
        load_pack("mini", tmp_path), tmp_path, cache=tmp_path / "memory.json", folder=SHIPPED
    )
    lora(kohya(2048))
    with pytest.raises(WeightsDamaged) as caught:
        weights.lora("loras/mine.safetensors")
    assert caught.value.cause == "base-model"
    lora(kohya(256))
    assert weights.lora("loras/mine.safetensors")
    assert weights.lora("mina")
