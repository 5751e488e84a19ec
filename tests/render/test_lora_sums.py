"""What LoRAs add to the weights is the sum of their matrices at their weights, in every format."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from still_life import MOVING, FakeBench

from animegen.errors import WeightsUnusable
from animegen.render.loras import dress
from animegen.render.models import load_checkpoint, load_motion_unet
from animegen.render.session import session
from animegen.steps.diffusion import Lora

pytestmark = pytest.mark.slow

STYLES = {
    "sdxl": ("pastel-anime-xl", "mina", "anime-flat-color-xl"),
    "sd2": ("pastel", "mina", "flat"),
}
FEW_STEP = {"sdxl": "lcm", "sd2": "tcd"}


@pytest.fixture(params=["sdxl", "sd2"])
def base(request):
    return request.param


@pytest.fixture
def folder(base, pack, request):
    return pack if base == "sdxl" else request.getfixturevalue("sd2")


@pytest.fixture
def wear(base, folder, tmp_path):
    """Dress the motion UNet and the encoders; return by how much each layer's weight changed."""
    work = FakeBench(pack=folder, folder=tmp_path)
    work.found["pan"] = folder / "motion-loras" / "pan-left.safetensors"
    model = replace(MOVING, base=base)
    with session("cpu") as device:
        checkpoint = load_checkpoint(model, work, device)
        wearers = checkpoint.wearers(load_motion_unet(model, checkpoint, work))

        def dressed(*worn: tuple[str, float], **files: Any) -> dict[str, torch.Tensor]:
            work.found.update(files)
            dress(wearers, (), work)
            before = _weights(wearers)
            dress(wearers, [Lora(weights=name, weight=weight) for name, weight in worn], work)
            after = _weights(wearers)
            changed = {name: after[name] - weight for name, weight in before.items()}
            return {name: change for name, change in changed.items() if change.any()}

        yield dressed
        dress(wearers, (), work)


def _weights(wearers):
    """Return each layer's weight, by the name that a file has for it."""
    return {
        _key(prefix, name): module.weight.clone()
        for prefix, model in wearers.items()
        for name, module in model.named_modules()
        if isinstance(module, torch.nn.Linear | torch.nn.Conv2d)
    }


def _key(prefix, name):
    # Of transformers' two text models, one keeps its encoder under `text_model.`.
    return f"{prefix}.{name.removeprefix('text_model.')}"


def _products(folder, *worn):
    """Return what the files say: the sum of up @ down, by layer."""
    sums: dict[str, torch.Tensor] = {}
    for name, weight in worn:
        place = folder / "loras" / f"{name}.safetensors"
        if name == "pan":
            place = folder / "motion-loras" / "pan-left.safetensors"
        tensors = load_file(place)
        for key in tensors:
            stem, found, _ = key.partition(".lora_A")
            if found:
                product = tensors[f"{stem}.lora_B.weight"] @ tensors[key] * weight
                layer = stem.replace(".text_model.", ".")
                sums[layer] = sums.get(layer, 0) + product
    return sums


def _assert_same(one, two):
    assert one.keys() == two.keys()
    for name, change in one.items():
        torch.testing.assert_close(change, two[name], atol=1e-5, rtol=1e-4)


def test_five_at_once_each_at_its_weight(wear, base, folder):
    styles = zip(STYLES[base], (0.8, 0.65, 0.25), strict=True)
    worn = [*styles, (FEW_STEP[base], 1.0), ("pan", 0.7)]
    _assert_same(wear(*worn), _products(folder, *worn))


def test_they_are_linear(wear, base):
    name = STYLES[base][0]
    assert wear((name, 0.0)) == {}
    whole = wear((name, 1.0))
    _assert_same(wear((name, 0.5), (name, 0.5)), whole)
    _assert_same({layer: change * 2 for layer, change in wear((name, 0.5)).items()}, whole)
    _assert_same({layer: change * -1 for layer, change in wear((name, -1.0)).items()}, whole)


def _kohya(tensors, base):
    renamed = {}
    first = "lora_te1" if base == "sdxl" else "lora_te"
    for key, value in tensors.items():
        prefix, _, rest = key.partition(".")
        module, _, side = rest.removesuffix(".weight").rpartition(".")
        stem = {"unet": "lora_unet", "text_encoder": first, "text_encoder_2": "lora_te2"}[prefix]
        name = f"{stem}_{module.replace('.', '_')}"
        renamed[f"{name}.{'lora_down' if side == 'lora_A' else 'lora_up'}.weight"] = value
        renamed[f"{name}.alpha"] = torch.tensor(float(min(value.shape)))
    return renamed


def _diffusers(tensors, _base):
    """Rename as diffusers' trainers did before they used PEFT."""
    renamed = {}
    for key, value in tensors.items():
        stem, _, side = key.removesuffix(".weight").rpartition(".")
        side = {"lora_A": "down", "lora_B": "up"}[side]
        if stem.startswith("unet."):
            module, _, layer = stem.rpartition(".")
            renamed[f"{module}.processor.{layer}_lora.{side}.weight"] = value
        else:
            renamed[f"{stem}.lora_linear_layer.{side}.weight"] = value
    return renamed


def _newer_diffusers(tensors, _base):
    """Rename as diffusers' trainers do since: the UNet's layers alone have new names."""
    renamed = {}
    for key, value in tensors.items():
        layer = "lora" if key.startswith("unet.") else "lora_linear_layer"
        key = key.replace("lora_A", f"{layer}.down").replace("lora_B", f"{layer}.up")
        renamed[key] = value
    return renamed


FORMATS = pytest.mark.parametrize("form", [_kohya, _diffusers, _newer_diffusers])


@FORMATS
def test_every_format_is_the_same_lora(wear, base, folder, tmp_path, form):
    name = STYLES[base][0]
    tensors = load_file(folder / "loras" / f"{name}.safetensors")
    path = tmp_path / "other.safetensors"
    save_file(form(tensors, base), path)
    _assert_same(wear(("other", 0.8), other=path), _products(folder, (name, 0.8)))


@FORMATS
def test_a_matrix_too_few_is_counted_in_every_format(wear, base, folder, tmp_path, form):
    tensors = form(load_file(folder / "loras" / f"{STYLES[base][0]}.safetensors"), base)
    path = tmp_path / "other.safetensors"
    one = next(key for key in tensors if "unet" in key and ("up" in key.split(".")[-2:][0]))
    save_file({key: value for key, value in tensors.items() if key != one}, path)
    with pytest.raises(WeightsUnusable, match=r"other\.safetensors"):
        wear(("other", 0.8), other=path)


def test_another_bases_lora_is_refused(wear, base, pack, sd2):
    other = sd2 / "loras/mina.safetensors" if base == "sdxl" else pack / "loras/mina.safetensors"
    with pytest.raises(WeightsUnusable, match=r"mina\.safetensors"):
        wear(("other", 0.8), other=other)
