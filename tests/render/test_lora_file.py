"""A LoRA's file is read as diffusers and peft read it, layer by layer, in every format."""

from __future__ import annotations

import copy
from types import SimpleNamespace

import pytest
import torch
from diffusers import StableDiffusionXLPipeline
from peft.tuners.lora import LoraLayer
from safetensors.torch import save_file
from still_life import lora

from animegen.errors import WeightsUnusable
from animegen.render import loras
from animegen.render.lora_file import layer_name

pytestmark = pytest.mark.slow

RANK = 4
STRENGTH = 0.7
ADDED = {"add_embedding.linear_1": "label_emb.0.0", "add_embedding.linear_2": "label_emb.0.2"}
"""Of kohya's names, diffusers knows only the original ones here."""
TEXTS = ("q_proj", "k_proj", "v_proj", "out_proj", "fc1", "fc2")


@pytest.fixture
def models(checkpoint):
    """Copies that may be changed for good: peft's adapters never come off the same."""
    return {
        name: copy.deepcopy(model) for name, model in checkpoint.wearers(checkpoint.unet).items()
    }


@pytest.fixture
def matrices(models):
    """Random (down, up) for every linear layer and convolution, by the name PEFT gives it."""
    generator = torch.Generator().manual_seed(0)
    found = {}
    for prefix, model in models.items():
        for name, weight in loras._layers(model).items():
            if prefix == "unet" or name.endswith(TEXTS):
                outer, inner, *kernel = weight.shape
                down = torch.randn(RANK, inner, *kernel, generator=generator)
                up = torch.randn(outer, RANK, *[1] * len(kernel), generator=generator)
                text = "" if prefix == "unet" else "text_model."
                found[f"{prefix}.{text}{name}"] = (down, up)
    return found


def peft(matrices):
    return {
        f"{name}.lora_{side}.weight": matrix
        for name, pair in matrices.items()
        for side, matrix in zip("AB", pair, strict=True)
    }


def kohya(matrices, alpha=3.0):
    tensors = {}
    prefixes = {"unet": "lora_unet", "text_encoder": "lora_te1", "text_encoder_2": "lora_te2"}
    for name, (down, up) in matrices.items():
        prefix, _, layer = name.partition(".")
        for old, new in ADDED.items():
            layer = layer.replace(old, new)
        stem = f"{prefixes[prefix]}_{layer.replace('.', '_')}"
        tensors |= {f"{stem}.lora_down.weight": down, f"{stem}.lora_up.weight": up}
        tensors[f"{stem}.alpha"] = torch.tensor(alpha)
    return tensors


def diffusers(matrices):
    tensors = {}
    for name, (down, up) in matrices.items():
        stem = f"{name}.lora" if name.startswith("unet.") else f"{name}.lora_linear_layer"
        tensors |= {f"{stem}.down.weight": down, f"{stem}.up.weight": up}
    return tensors


def _theirs(models, path):
    """Return what peft would add to each layer, as diffusers loads the file."""
    state, alphas, told = StableDiffusionXLPipeline.lora_state_dict(
        path, unet_config=models["unet"].config, return_lora_metadata=True
    )
    deltas = {}
    for prefix, model in models.items():
        told = told or None
        if prefix == "unet":
            model.load_lora_adapter(
                state, prefix=prefix, network_alphas=alphas, adapter_name="x", metadata=told
            )
        else:
            StableDiffusionXLPipeline.load_lora_into_text_encoder(
                state, alphas, model, prefix=prefix, adapter_name="x", metadata=told
            )
        for name, module in model.named_modules():
            if isinstance(module, LoraLayer):
                deltas[prefix, layer_name(name)] = module.get_delta_weight("x") * STRENGTH
    return deltas


def _ours(models, path):
    """Return what we add to each layer."""
    bench = SimpleNamespace(device="cpu", weights=lambda _: path)
    layers = {
        (prefix, name): weight
        for prefix, model in models.items()
        for name, weight in loras._layers(model).items()
    }
    for weight in layers.values():
        weight.data.zero_()
    loras.dress(models, [lora("x", STRENGTH)], bench)
    deltas = {key: weight.clone() for key, weight in layers.items() if weight.any()}
    loras.dress(models, [], bench)
    assert not any(weight.any() for weight in layers.values())
    return deltas


def _assert_same(ours, theirs):
    assert ours.keys() == theirs.keys()
    for key, delta in ours.items():
        torch.testing.assert_close(delta, theirs[key], atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("form", [peft, kohya, diffusers])
def test_each_layer_gets_what_peft_adds(models, matrices, tmp_path, form):
    path = tmp_path / "x.safetensors"
    save_file(form(matrices), path)
    ours = _ours(models, path)
    assert len(ours) == len(matrices)
    assert {tuple(delta.shape[2:]) for delta in ours.values()} == {(), (1, 1), (3, 3)}
    _assert_same(ours, _theirs(models, path))


def test_trainers_alpha_counts(models, matrices, tmp_path):
    told = {"r": RANK, "lora_alpha": 8, "alpha_pattern": {"conv1": 2, "to_q": 1}}
    unet = {name: pair for name, pair in matrices.items() if name.startswith("unet.")}
    StableDiffusionXLPipeline.save_lora_weights(
        tmp_path,
        unet_lora_layers={key.removeprefix("unet."): value for key, value in peft(unet).items()},
        unet_lora_adapter_metadata=told,
        weight_name="x.safetensors",
    )
    path = tmp_path / "x.safetensors"
    ours = _ours(models, path)
    plain = tmp_path / "plain.safetensors"
    save_file(peft(unet), plain)
    factors = {"conv1": 2 / RANK, "to_q": 1 / RANK}
    for (prefix, name), delta in _ours(models, plain).items():
        factor = factors.get(name.rpartition(".")[2], 8 / RANK)
        torch.testing.assert_close(ours[prefix, name], delta * factor)


@pytest.mark.parametrize("form", [peft, kohya])
def test_every_layer_has_an_alpha_of_its_own(models, matrices, tmp_path, form):
    """Of attention layers, diffusers takes the most frequent one."""
    plain, scaled = tmp_path / "plain.safetensors", tmp_path / "scaled.safetensors"
    save_file(peft(matrices), plain)
    tensors, alphas = form(matrices), {}
    for index, name in enumerate(matrices):
        prefix, _, layer = name.partition(".")
        alphas[prefix, layer_name(layer)] = index % 5 + 1.0
        keys = kohya({name: matrices[name]}) if form is kohya else [f"{name}.alpha"]
        (key,) = (key for key in keys if key.endswith(".alpha"))
        tensors[key] = torch.tensor(index % 5 + 1.0)
    save_file(tensors, scaled)
    ours = _ours(models, scaled)
    for key, delta in _ours(models, plain).items():
        torch.testing.assert_close(ours[key], delta * (alphas[key] / RANK))


def test_a_convolution_of_one_pixel_and_a_linear_layer_are_the_same(models, matrices, tmp_path):
    """SD models have `proj_in` as either; a LoRA for one fits the other."""
    name = next(name for name in matrices if name.endswith("proj_in"))
    down, up = matrices[name]
    path, other = tmp_path / "x.safetensors", tmp_path / "other.safetensors"
    save_file(peft({name: (down, up)}), path)
    save_file(peft({name: (down[:, :, None, None], up[:, :, None, None])}), other)
    _assert_same(_ours(models, other), _ours(models, path))


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (lambda down, up: (down[:, 1:], up), r"\[4, 31\] and \[32, 4\], the layer is \[32, 32\]"),
        (lambda down, up: (down, up[1:]), r"\[4, 32\] and \[31, 4\], the layer is \[32, 32\]"),
        (lambda down, up: (down[1:], up), r"\[3, 32\] and \[32, 4\], the layer is \[32, 32\]"),
        (lambda down, up: (down[0], up), r"\[32\] and \[32, 4\], the layer is \[32, 32\]"),
        (
            lambda down, up: (down[:, :, None].repeat(1, 1, 3), up),
            r"\[4, 32, 3\] and \[32, 4\], the layer is \[32, 32\]",
        ),
    ],
)
def test_another_shape_is_refused(models, matrices, tmp_path, changed, told):
    name = next(
        name
        for name, (down, up) in matrices.items()
        if (down.shape, up.shape) == ((4, 32), (32, 4))
    )
    path = tmp_path / "x.safetensors"
    down, up = changed(*matrices[name])
    save_file(peft({name: (down.contiguous(), up.contiguous())}), path)
    bench = SimpleNamespace(device="cpu", weights=lambda _: path)
    with pytest.raises(WeightsUnusable, match=rf"its matrices for .* are {told}"):
        loras.dress(models, [lora("x")], bench)


def test_peft_doras_and_biases_are_refused(models, matrices, tmp_path):
    name, pair = next(iter(matrices.items()))
    bench = SimpleNamespace(device="cpu", weights=lambda _: tmp_path / "x.safetensors")
    for extra in ("lora_magnitude_vector", "lora_B.bias"):
        tensors = peft({name: pair}) | {f"{name}.{extra}": torch.ones(4)}
        save_file(tensors, tmp_path / "x.safetensors")
        with pytest.raises(WeightsUnusable, match="holds 3 matrices, where the model took 2"):
            loras.dress(models, [lora("x")], bench)
