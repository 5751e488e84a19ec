"""A VAE of one's own decodes in place of the checkpoint's, in the numerics that it was made for."""

from __future__ import annotations

import json
from dataclasses import replace

import original
import pytest
import torch
from safetensors.torch import load_file, save_file
from still_life import MODEL, STILL

from animegen.errors import WeightsUnusable
from animegen.render import bases
from animegen.render.keyframe import render_keyframe
from animegen.render.models import load_checkpoint
from animegen.render.session import session

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _forget(fresh):
    fresh()
    yield
    fresh()


@pytest.fixture
def folder(pack, tmp_path):
    """Another VAE: the pack's, half as bright."""
    place = tmp_path / "vae-folder"
    place.mkdir()
    tensors = load_file(pack / "base" / "vae" / "diffusion_pytorch_model.safetensors")
    tensors["decoder.conv_out.weight"] *= 0.5
    save_file(tensors, place / "diffusion_pytorch_model.safetensors")
    (place / "config.json").write_bytes((pack / "base" / "vae" / "config.json").read_bytes())
    return place


@pytest.fixture(params=["folder", "original", "diffusers"])
def place(request, folder, pack, tmp_path, monkeypatch):
    """The same VAE as a folder, as a file with the original names, and with diffusers' names."""
    if request.param == "folder":
        return folder
    file = tmp_path / "vae.safetensors"
    named = original.vae_tensors if request.param == "original" else original._tensors
    save_file({name: value.contiguous() for name, value in named(folder).items()}, file)
    layouts = tmp_path / "layouts"
    (layouts / "sdxl").mkdir(parents=True)
    (layouts / "sdxl" / "vae").symlink_to(pack / "base" / "vae")
    monkeypatch.setitem(bases.BASES, "sdxl", replace(bases.SDXL, layouts=layouts))
    return file


def _render(work, **changes):
    render_keyframe(replace(STILL, model=replace(MODEL, **changes)), work)
    return [(work.folder / name).read_bytes() for name in ("keyframe.safetensors", "keyframe.png")]


def test_it_decodes_the_same_latent_into_another_picture(bench, place, folder):
    own = _render(bench("own"))
    with_vae = bench("with-vae")
    with_vae.found["other"] = place
    latent, picture = _render(with_vae, vae="other")
    assert latent == own[0]
    assert picture != own[1]
    reference = bench("reference")
    reference.found["other"] = folder
    assert _render(reference, vae="other")[1] == picture
    assert _render(bench("again")) == own


@pytest.mark.parametrize(
    ("base", "upcast", "asked", "dtype"),
    [
        ("sdxl", True, "float16", torch.float32),  # SDXL's own overflows
        ("sdxl", True, "bfloat16", torch.bfloat16),  # which has float32's range
        ("sdxl", False, "float16", torch.float16),  # sdxl-vae-fp16-fix does not
        ("sd2", True, "float16", torch.float16),  # what diffusers writes for any VAE
    ],
)
def test_half_precision_is_the_vaes_own_word(bench, request, folder, base, upcast, asked, dtype):
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"force_upcast": upcast}))
    pack = {"pack": request.getfixturevalue("sd2")} if base == "sd2" else {}
    work = bench(**pack)
    work.found["other"] = folder
    model = replace(MODEL, base=base, vae="other", dtype=asked)
    with session("cpu") as device:
        checkpoint = load_checkpoint(model, work, device)
    assert checkpoint.vae.dtype == dtype
    assert checkpoint.unet.dtype == getattr(torch, asked)


def test_what_is_no_vae_is_named(bench, pack):
    work = bench()
    work.found["other"] = pack / "loras" / "mina.safetensors"
    with session("cpu") as device, pytest.raises(WeightsUnusable, match=r"mina\.safetensors") as it:
        load_checkpoint(replace(MODEL, vae="other"), work, device)
    assert "a VAE of an SDXL model" in it.value.remedy
