"""The motion UNet is the 2D UNet plus motion, and nothing else; one checkpoint stays resident."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest
import torch
from still_life import MODEL, MOVING, STILL, difference, lora

from animegen.errors import RenderFailed, WeightsUnusable
from animegen.packs.fingerprint import contents
from animegen.render.keyframe import render_keyframe
from animegen.render.models import build_motion_unet, load_checkpoint, load_motion_unet
from animegen.render.session import session

pytestmark = pytest.mark.slow


def _still_adapter(pack):
    """A motion adapter that moves nothing."""
    from diffusers import MotionAdapter

    adapter = MotionAdapter.from_pretrained(pack / "motion")
    for name, parameter in adapter.named_parameters():
        if ".proj_out." in name:
            parameter.data.zero_()
    return adapter


def test_without_motion_it_is_the_2d_unet(checkpoint, pack):
    unet = checkpoint.unet
    assert difference(unet, build_motion_unet(unet, _still_adapter(pack))) < 1e-5


def test_diffusers_alone_forgets_the_pooled_text(checkpoint, pack):
    """If this fails, diffusers copies `add_embedding` now, and our repair may go."""
    from diffusers import UNetMotionModel

    with torch.random.fork_rng():
        torch.manual_seed(0)
        motion = UNetMotionModel.from_unet2d(checkpoint.unet, _still_adapter(pack)).eval()
    assert difference(checkpoint.unet, motion) > 1e-3


def test_both_unets_share_their_weights(checkpoint, bench):
    motion = load_motion_unet(MOVING, checkpoint, bench())
    assert motion.conv_in.weight.data_ptr() == checkpoint.unet.conv_in.weight.data_ptr()


def test_no_second_unet_is_filled_on_the_way(checkpoint, pack, monkeypatch):
    from diffusers import UNetMotionModel

    filled, load = [], UNetMotionModel.load_state_dict

    def watch(model, *args, **kwargs):
        filled.extend(name for name, tensor in model.state_dict().items() if not tensor.is_meta)
        return load(model, *args, **kwargs)

    monkeypatch.setattr(UNetMotionModel, "load_state_dict", watch)
    motion = build_motion_unet(checkpoint.unet, _still_adapter(pack))
    assert filled == []
    assert not any(tensor.is_meta for tensor in (*motion.parameters(), *motion.buffers()))


def test_a_dressed_unet_can_still_be_built_upon(checkpoint, bench):
    render_keyframe(replace(STILL, loras=(lora("mina"),)), bench())
    checkpoint.motion.clear()
    assert load_motion_unet(MOVING, checkpoint, bench("2")) is checkpoint.motion["motion"]


def test_the_same_model_is_loaded_once(checkpoint, bench):
    with session("cpu") as device:
        assert load_checkpoint(MODEL, bench(), device) is checkpoint
        assert load_checkpoint(MOVING, bench("2"), device) is checkpoint


def test_a_folder_that_is_no_model_is_named(bench, tmp_path, fresh):
    work = bench()
    work.found["odd"] = tmp_path
    with session("cpu") as device, pytest.raises(WeightsUnusable, match=str(tmp_path)):
        load_checkpoint(replace(MODEL, weights="odd"), work, device)


def test_what_a_digest_covers_is_what_is_loaded(pack, bench, tmp_path, fresh):
    for kind in ("base", "motion"):
        for file in contents(pack / kind):
            copy = tmp_path / file.relative_to(pack)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, copy)
    fresh()
    work = bench()
    work.found |= {"base": tmp_path / "base", "motion": tmp_path / "motion"}
    with session("cpu") as device:
        checkpoint = load_checkpoint(MODEL, work, device)
        assert checkpoint.scheduler_config()
        assert load_motion_unet(MOVING, checkpoint, work)
    fresh()


@pytest.fixture
def variants(pack, tmp_path):
    """The base and the adapter with all weights under the names of fp16 variants."""
    for kind in ("base", "motion"):
        shutil.copytree(pack / kind, tmp_path / kind)
    for weights in tmp_path.glob("*/**/*.safetensors"):
        weights.rename(weights.with_suffix(".fp16.safetensors"))
    return tmp_path


def _load(bench, folder):
    work = bench("variants")
    work.found |= {"base": folder / "base", "motion": folder / "motion"}
    with session("cpu") as device:
        checkpoint = load_checkpoint(MODEL, work, device)
        return checkpoint, load_motion_unet(MOVING, checkpoint, work)


def test_variants_are_loaded_where_plain_names_are_absent(variants, bench, checkpoint, fresh):
    kept = checkpoint.unet.conv_in.weight
    fresh()
    loaded, motion = _load(bench, variants)
    assert torch.equal(loaded.unet.conv_in.weight, kept)
    assert torch.equal(motion.conv_in.weight, kept)
    read = {path.name for path in contents(variants / "base") if path.suffix == ".safetensors"}
    assert read == {"diffusion_pytorch_model.fp16.safetensors", "model.fp16.safetensors"}
    fresh()


@pytest.mark.parametrize("name", ["unet", "text_encoder"])  # diffusers', transformers' loader
def test_plain_names_win(variants, pack, bench, fresh, name):
    (weights,) = (pack / "base" / name).glob("*.safetensors")
    (variant,) = (variants / "base" / name).glob("*.safetensors")
    variant.write_bytes(b"nothing of use")
    shutil.copy(weights, variant.parent)
    fresh()
    assert _load(bench, variants)
    read = [path.name for path in contents(variants / "base") if path.parent.name == name]
    assert sorted(read) == ["config.json", weights.name]
    fresh()


def test_an_adapter_that_does_not_fit_is_named(checkpoint, bench):
    work = bench()
    with pytest.raises(WeightsUnusable, match="base"):
        load_motion_unet(replace(MOVING, motion="base"), checkpoint, work)


@pytest.mark.parametrize("loader", ["diffusers.UNet2DConditionModel", "diffusers.MotionAdapter"])
def test_a_full_device_is_not_the_weights_fault(bench, fresh, monkeypatch, loader):
    def fill(*_, **__):
        raise torch.OutOfMemoryError("tried to allocate 20 GiB")

    fresh()
    monkeypatch.setattr(f"{loader}.from_pretrained", fill)
    with pytest.raises(RenderFailed, match="ran out of memory"), session("cpu") as device:
        load_motion_unet(MOVING, load_checkpoint(MODEL, bench(), device), bench("2"))


def test_an_unknown_base_model_is_refused(bench):
    with session("cpu") as device, pytest.raises(WeightsUnusable, match="'sd9'"):
        load_checkpoint(replace(MODEL, base="sd9"), bench(), device)


def test_another_familys_folder_is_refused(bench, sd2, fresh):
    fresh()
    for base, lent in (("sd2", bench("sdxl")), ("sdxl", bench("sd2", pack=sd2))):
        with session("cpu") as device, pytest.raises(WeightsUnusable, match="base cannot be used"):
            load_checkpoint(replace(MODEL, base=base), lent, device)
    fresh()


def test_half_precision_loads(bench, fresh):
    work = bench()
    render_keyframe(replace(STILL, model=replace(MODEL, dtype="bfloat16")), work)
    assert (work.folder / "keyframe.png").exists()
    fresh()
