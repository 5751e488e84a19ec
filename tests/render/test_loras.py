"""A LoRA acts at its weight, all of it or not at all, and comes off without a trace."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from peft.tuners.lora import Linear, LoraLayer
from safetensors.torch import load_file, save_file
from still_life import STILL, lora

from animegen.errors import RenderFailed, WeightsUnusable
from animegen.render import loras, models
from animegen.render.keyframe import render_keyframe

pytestmark = pytest.mark.slow


@pytest.fixture
def draw(bench):
    """Render the still with LoRAs and return its latent; files can be lent by name."""
    count = iter(range(100))

    def render(*loras, **files):
        work = bench(f"draw-{next(count)}")
        work.found.update(files)
        render_keyframe(replace(STILL, loras=loras), work)
        return load_file(work.folder / "keyframe.safetensors")["latents"]

    return render


def test_weight_zero_is_off(draw):
    assert torch.equal(draw(lora("mina", 0.0)), draw())
    assert torch.equal(draw(lora("nowhere", 0.0)), draw())


def test_weights_matter_and_add_up(draw):
    weak, strong = draw(lora("mina", 0.4)), draw(lora("mina", 0.8))
    assert not torch.equal(weak, strong)
    assert torch.equal(draw(lora("mina", 0.4), lora("mina", 0.4)), strong)


def test_nothing_stays_behind(draw):
    plain = draw()
    dressed = draw(lora("mina"), lora("lcm", 1.0))
    assert not torch.equal(plain, dressed)
    assert torch.equal(draw(), plain)
    assert torch.equal(draw(lora("mina"), lora("lcm", 1.0)), dressed)


def test_both_text_encoders_wear_it(draw, pack, tmp_path):
    tensors = load_file(pack / "loras" / "mina.safetensors")
    for prefix in ("text_encoder.", "text_encoder_2."):
        path = tmp_path / f"{prefix}safetensors"
        save_file({key: value for key, value in tensors.items() if key.startswith(prefix)}, path)
        assert not torch.equal(draw(lora("only"), only=path), draw())


def _kohya(tensors, alpha):
    """Rewrite a LoRA as kohya's trainer names it."""
    renamed = {}
    prefixes = {"unet": "lora_unet", "text_encoder": "lora_te1", "text_encoder_2": "lora_te2"}
    for key, value in tensors.items():
        prefix, _, rest = key.partition(".")
        module, _, side = rest.removesuffix(".weight").rpartition(".")
        name = f"{prefixes[prefix]}_{module.replace('.', '_')}"
        renamed[f"{name}.{'lora_down' if side == 'lora_A' else 'lora_up'}.weight"] = value
        renamed[f"{name}.alpha"] = torch.tensor(alpha)
    return renamed


def test_kohya_format_is_the_same_lora(draw, pack, tmp_path):
    path = tmp_path / "kohya.safetensors"
    tensors = load_file(pack / "loras" / "mina.safetensors")
    save_file(_kohya(tensors, alpha=4.0), path)  # alpha = rank: no scaling
    torch.testing.assert_close(draw(lora("kohya"), kohya=path), draw(lora("mina")))


def test_a_truncated_file_fails_by_name(draw, pack, tmp_path):
    path = tmp_path / "cut.safetensors"
    tensors = load_file(pack / "loras" / "mina.safetensors")
    tensors.popitem()
    save_file(tensors, path)
    plain = draw()
    with pytest.raises(WeightsUnusable, match=r"cut\.safetensors"):
        draw(lora("cut"), cut=path)
    assert torch.equal(draw(), plain)


def test_a_file_without_a_single_matrix_fails_by_name(draw, tmp_path):
    path = tmp_path / "none.safetensors"
    save_file({}, path)
    with pytest.raises(WeightsUnusable, match=r"none\.safetensors"):
        draw(lora("none"), none=path)


def test_mixed_formats_fail_by_name(draw, pack, tmp_path):
    path = tmp_path / "mixed.safetensors"
    tensors = load_file(pack / "loras" / "mina.safetensors")
    half = {key: value for key, value in tensors.items() if key.startswith("unet.down")}
    rest = {key: value for key, value in tensors.items() if key not in half}
    save_file(half | _kohya(rest, alpha=4.0), path)
    with pytest.raises(WeightsUnusable, match=r"mixed\.safetensors"):
        draw(lora("mixed"), mixed=path)


def test_a_matrix_that_found_no_place_is_counted(draw, pack, tmp_path):
    path = tmp_path / "more.safetensors"
    tensors = load_file(pack / "loras" / "mina.safetensors")
    whole = len(tensors)
    save_file(tensors | {"other.module.lora_A.weight": torch.ones(4, 4)}, path)
    with pytest.raises(
        WeightsUnusable, match=f"holds {whole + 1} matrices, where the model took {whole}"
    ):
        draw(lora("more"), more=path)


def test_a_dora_is_refused_not_weakened(draw, pack, tmp_path):
    path = tmp_path / "dora.safetensors"
    tensors = _kohya(load_file(pack / "loras" / "mina.safetensors"), alpha=4.0)
    stem = next(iter(tensors)).partition(".")[0]
    save_file(tensors | {f"{stem}.dora_scale": torch.ones(4, 1)}, path)
    with pytest.raises(WeightsUnusable, match=r"dora\.safetensors"):
        draw(lora("dora"), dora=path)


def test_a_full_device_is_not_the_loras_fault(draw, monkeypatch):
    def fill(*_):
        raise torch.OutOfMemoryError("tried to allocate 20 GiB")

    plain = draw()
    with monkeypatch.context() as patch:
        patch.setattr(loras, "_inject", fill)
        with pytest.raises(RenderFailed, match="ran out of memory"):
            draw(lora("mina"))
    assert torch.equal(draw(), plain)


def test_a_device_that_fills_half_way_keeps_its_own_weights(draw, monkeypatch):
    calls, change = iter(range(100)), Linear.get_delta_weight

    def fill(module, name):
        if next(calls) % 3 == 2:  # in the second attempt, too
            raise torch.OutOfMemoryError("tried to allocate 20 GiB")
        return change(module, name)

    plain, dressed = draw(), draw(lora("mina"))
    draw()
    with monkeypatch.context() as patch:
        patch.setattr(Linear, "get_delta_weight", fill)
        with pytest.raises(RenderFailed, match="ran out of memory"):
            draw(lora("mina"))
    assert torch.equal(draw(), plain)
    assert torch.equal(draw(lora("mina")), dressed)


def test_another_models_lora_fails_by_name(draw, pack, tmp_path):
    path = tmp_path / "wide.safetensors"
    tensors = load_file(pack / "loras" / "mina.safetensors")
    save_file({key: value.repeat(2, 2) for key, value in tensors.items()}, path)
    with pytest.raises(WeightsUnusable, match=r"wide\.safetensors does not fit") as caught:
        draw(lora("wide"), wide=path)
    assert len(caught.value.message) < 300


@pytest.fixture
def wear(checkpoint, bench):
    """Dress the checkpoint's models; return them by prefix."""
    work = bench("wear")

    def dress(*worn):
        wearers = checkpoint.wearers(checkpoint.unet)
        loras.dress(wearers, worn, work)
        return wearers

    yield dress
    dress()


def _adapters(model):
    return [module for module in model.modules() if isinstance(module, LoraLayer)]


def test_added_into_the_weights_it_acts_as_beside_them(draw, wear, monkeypatch):
    worn = (lora("mina"), lora("lcm", 1.0))
    plain, added = draw(), draw(*worn)
    assert not any(_adapters(model) for model in wear(*worn).values())
    wear()
    monkeypatch.setattr(loras, "_COPIED", 0)
    beside = draw(*worn)
    assert all(_adapters(model) for model in wear(*worn).values())
    torch.testing.assert_close(added, beside, atol=1e-4, rtol=0)
    assert (beside - plain).abs().max() > 1e-2


def test_the_checkpoints_own_tensors_come_back(wear):
    def tensors():
        return {
            (prefix, name): (tensor.data_ptr(), tensor.clone())
            for prefix, model in wear().items()
            for name, tensor in model.state_dict().items()
        }

    before = tensors()
    dressed = wear(lora("mina")).items()
    moved = [
        (prefix, name)
        for prefix, model in dressed
        for name, tensor in model.state_dict().items()
        if tensor.data_ptr() != before[prefix, name][0]
    ]
    assert moved
    after = tensors()
    assert all(before[key][0] == place for key, (place, _) in after.items())
    assert all(torch.equal(before[key][1], tensor) for key, (_, tensor) in after.items())


def test_half_precision_keeps_it_beside(checkpoint, wear):
    checkpoint.unet.bfloat16()
    try:
        assert _adapters(wear(lora("mina"))["unet"])
        wear()
    finally:
        models._SHELF.label = models._SHELF.checkpoint = None
