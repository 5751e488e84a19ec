"""A checkpoint in one file, with the original names, is the checkpoint of its diffusers folder."""

from __future__ import annotations

import shutil
from dataclasses import replace

import original
import pytest
import torch
from safetensors.torch import load_file, save_file
from still_life import MODEL, STILL, FakeBench

from animegen.errors import WeightsUnusable
from animegen.render import bases
from animegen.render.bases import SD2, SDXL
from animegen.render.keyframe import render_keyframe
from animegen.render.models import load_checkpoint
from animegen.render.session import session
from animegen.render.vocabulary import load_tokenizer

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(request, pack):
    """The tiny model's diffusers folder, by the name of its family."""
    return lambda base: (pack if base == "sdxl" else request.getfixturevalue("sd2")) / "base"


@pytest.fixture
def tiny(folder, tmp_path, monkeypatch, fresh):
    """Write a family's tiny model as one file, and let its size be the family's."""

    def write(base, **header):
        path = tmp_path / "tiny.safetensors"
        original.save_original(folder(base), path, base=base, **header)
        layouts = tmp_path / "layouts"
        shutil.copytree(
            folder(base), layouts / base, ignore=lambda *_: {"model_index.json"} | _weights(_[1])
        )
        monkeypatch.setitem(bases.BASES, base, replace(bases.BASES[base], layouts=layouts))
        return path

    yield write
    fresh()


def _weights(names):
    return {name for name in names if name.endswith(".safetensors")}


@pytest.fixture
def load(tmp_path):
    def run(place, base="sdxl", notes=None, **changes):
        work = FakeBench(pack=tmp_path, folder=tmp_path, found={"it": place})
        if notes is not None:
            work.notes = notes
        with session("cpu") as device:
            return load_checkpoint(replace(MODEL, base=base, weights="it", **changes), work, device)

    return run


def _state(checkpoint):
    models = {"unet": checkpoint.unet, "vae": checkpoint.vae}
    models |= dict(enumerate(checkpoint.encoders))
    return {
        (name, key): value
        for name, model in models.items()
        for key, value in model.state_dict().items()
    }


@pytest.mark.parametrize("base", ["sdxl", "sd2"])
def test_every_tensor_is_the_folders(tiny, folder, load, fresh, base):
    one = load(tiny(base, modelspec__prediction_type="epsilon"), base)
    state = _state(one)
    fresh()
    whole = load(folder(base), base)
    assert state.keys() == _state(whole).keys()
    assert all(torch.equal(state[key], value) for key, value in _state(whole).items())
    assert (one.zero_empty, one.vae.config.scaling_factor) == (
        whole.zero_empty, whole.vae.config.scaling_factor,
    )  # fmt: skip


@pytest.mark.parametrize("base", ["sdxl", "sd2"])
def test_it_draws_what_the_folder_draws(tiny, folder, tmp_path, fresh, base):
    spoken = "epsilon" if base == "sdxl" else "v"
    pictures = []
    for name, place in (
        ("folder", folder(base)),
        ("file", tiny(base, modelspec__prediction_type=spoken)),
    ):
        fresh()
        work = FakeBench(pack=tmp_path, folder=tmp_path / name, found={"it": place})
        work.folder.mkdir()
        render_keyframe(replace(STILL, model=replace(MODEL, base=base, weights="it")), work)
        pictures.append((work.folder / "keyframe.png").read_bytes())
        assert work.notes == []
    # The smoke pack's UNet predicts the clean latent, which no published file does.
    assert (pictures[0] == pictures[1]) == (base == "sd2")


@pytest.mark.parametrize(
    ("base", "header", "prediction"),
    [
        ("sdxl", {}, "epsilon"),
        ("sdxl", {"modelspec__prediction_type": "v"}, "v_prediction"),
        ("sd2", {}, "v_prediction"),
        ("sd2", {"modelspec__prediction_type": "epsilon"}, "epsilon"),
    ],
)
def test_what_it_predicts_is_in_the_header_or_supposed_aloud(tiny, load, base, header, prediction):
    notes: list[str] = []
    loaded = load(tiny(base, **header), base, notes)
    assert loaded.scheduler_config()["prediction_type"] == prediction
    supposed = [f"tiny.safetensors does not say what it predicts: taken as {prediction}"]
    assert notes == ([] if header else supposed)


@pytest.mark.parametrize(
    ("base", "header", "told", "prediction"),
    [
        ("sdxl", {}, "v", "v_prediction"),
        ("sdxl", {"modelspec__prediction_type": "epsilon"}, "v", "v_prediction"),
        ("sd2", {}, "epsilon", "epsilon"),
    ],
)
def test_the_pack_may_say_what_it_predicts(tiny, load, base, header, told, prediction):
    notes: list[str] = []
    path = tiny(base, **header)
    loaded = load(path, base, notes, prediction=told)
    assert loaded.scheduler_config()["prediction_type"] == prediction
    assert notes == []
    loaded = load(path, base, prediction=None)  # the resident one is not taken
    assert loaded.scheduler_config()["prediction_type"] != prediction


def test_the_pack_knows_better_than_a_folder(folder, load, fresh):
    loaded = load(folder("sd2"), "sd2", prediction="epsilon")
    assert loaded.scheduler_config()["prediction_type"] == "epsilon"
    fresh()


def test_empty_tensors_tell_of_v_prediction_and_zero_snr(tiny, load):
    path = tiny("sdxl")
    marks = {"v_pred": torch.zeros(0), "ztsnr": torch.zeros(0)}
    save_file(load_file(path) | marks, path)
    notes: list[str] = []
    config = load(path, notes=notes).scheduler_config()
    assert (config["prediction_type"], config["rescale_betas_zero_snr"]) == ("v_prediction", True)
    assert notes == []


@pytest.mark.parametrize(
    "name",
    [
        "model.diffusion_model.input_blocks.3.1.proj_in.weight",
        "first_stage_model.decoder.conv_in.weight",
        "conditioner.embedders.1.model.ln_final.weight",
    ],
)
def test_a_file_that_lacks_a_tensor_is_refused(tiny, load, name):
    path = tiny("sdxl")
    tensors = load_file(path)
    del tensors[name]
    save_file(tensors, path)
    with pytest.raises(WeightsUnusable, match=r"tiny\.safetensors cannot be used"):
        load(path)


def test_another_families_file_is_refused(tiny, load):
    with pytest.raises(WeightsUnusable, match=r"tiny\.safetensors cannot be used") as refused:
        load(tiny("sdxl"), "sd2")
    assert "must be a Stable Diffusion 2 model" in refused.value.remedy


def test_a_cut_file_is_refused(tiny, load):
    path = tiny("sdxl")
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(WeightsUnusable, match=r"tiny\.safetensors cannot be used"):
        load(path)


@pytest.mark.parametrize(
    ("base", "sizes"),
    [
        (SDXL, {"unet": 2_567_463_684, "vae": 83_653_863, "text_encoder": 123_060_480,
                "text_encoder_2": 694_659_840}),
        (SD2, {"unet": 865_910_724, "vae": 83_653_863, "text_encoder": 340_387_840}),
    ],
    ids=["sdxl", "sd2"],
)  # fmt: skip
def test_the_shipped_layouts_are_the_published_models_sizes(base, sizes):
    from diffusers import AutoencoderKL, UNet2DConditionModel
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

    with torch.device("meta"):
        models = {
            "unet": UNet2DConditionModel.from_config(
                UNet2DConditionModel.load_config(base.configs / "unet")
            ),
            "vae": AutoencoderKL.from_config(AutoencoderKL.load_config(base.configs / "vae")),
        }
        for reader in base.readers:
            kind = CLIPTextModelWithProjection if reader.pooled else CLIPTextModel
            config = CLIPTextConfig.from_pretrained(base.configs / reader.encoder)
            models[reader.encoder] = kind(config)
    counted = {
        name: sum(parameter.numel() for parameter in model.parameters())
        for name, model in models.items()
    }
    assert counted == sizes


def test_the_vocabulary_is_clips():
    first, second = (load_tokenizer(reader, SDXL) for reader in SDXL.readers)
    ids = first("a photo of a cat", padding="max_length").input_ids
    assert ids[:8] == [49406, 320, 1125, 539, 320, 2368, 49407, 49407]
    assert len(ids) == 77
    assert len(first) == 49408
    assert second("cat", padding="max_length").input_ids[:5] == [49406, 2368, 49407, 0, 0]
    (only,) = (load_tokenizer(reader, SD2) for reader in SD2.readers)
    assert only("雨 dog", padding="max_length").input_ids[-1] == 0
