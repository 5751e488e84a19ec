"""A LoRA acts at its weight, all of it or not at all, and comes off without a trace."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file, save_file
from still_life import MOVING, STILL, lora

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
        patch.setattr(loras, "_difference", fill)
        with pytest.raises(RenderFailed, match="ran out of memory"):
            draw(lora("mina"))
    assert torch.equal(draw(), plain)


def test_a_device_that_fills_half_way_keeps_its_own_weights(draw, monkeypatch):
    calls, change = iter(range(100)), loras._difference

    def fill(*what):
        if next(calls) % 3 == 2:  # in the second attempt, too
            raise torch.OutOfMemoryError("tried to allocate 20 GiB")
        return change(*what)

    plain, dressed = draw(), draw(lora("mina"))
    for worn, result in (((), plain), ((lora("mina"),), dressed)):
        draw()
        with monkeypatch.context() as patch:
            patch.setattr(loras, "_difference", fill)
            with pytest.raises(RenderFailed, match="ran out of memory"):
                draw(lora("mina"))
        assert torch.equal(draw(*worn), result)


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

    def dress(*worn, **files):
        work.found.update(files)
        wearers = checkpoint.wearers(checkpoint.unet)
        loras.dress(wearers, worn, work)
        return wearers

    yield dress
    dress()


def _tensors(wearers):
    """Return place and numbers of every tensor by its name."""
    return {
        (prefix, name): (tensor.data_ptr(), tensor.clone())
        for prefix, model in wearers.items()
        for name, tensor in model.state_dict().items()
    }


def _changed(before, after):
    return {key for key, (_, tensor) in before.items() if not torch.equal(tensor, after[key][1])}


def test_the_checkpoints_own_bits_come_back_and_nothing_moves(wear):
    before = _tensors(wear())
    dressed = _tensors(wear(lora("mina"), lora("lcm", 1.0)))
    assert _changed(before, dressed)
    after = _tensors(wear())
    assert not _changed(before, after)
    assert before.keys() == dressed.keys() == after.keys()
    places = [[place for place, _ in tensors.values()] for tensors in (before, dressed, after)]
    assert places[0] == places[1] == places[2]  # compiled code keeps reading there


def test_only_layers_that_change_are_written(wear, pack, tmp_path, monkeypatch):
    tensors = load_file(pack / "loras" / "mina.safetensors")
    path = tmp_path / "text.safetensors"
    save_file({key: value for key, value in tensors.items() if "text_encoder" in key}, path)
    written, change = [], loras._difference
    monkeypatch.setattr(loras, "_difference", lambda *what: written.append(1) or change(*what))
    layers, texts = len(tensors) // 2, len(load_file(path)) // 2
    one = _tensors(wear(lora("lcm", 1.0)))
    assert len(written) == layers
    wear(lora("lcm", 1.0))
    assert len(written) == layers
    both = _tensors(wear(lora("lcm", 1.0), lora("text"), text=path))
    assert len(written) == layers + 2 * texts
    changed = _changed(one, both)
    assert len(changed) == texts
    assert not any(prefix == "unet" for prefix, _ in changed)
    assert not _changed(one, _tensors(wear(lora("lcm", 1.0))))
    assert len(written) == layers + 3 * texts


def test_half_precision_is_rounded_once(checkpoint, wear, pack):
    checkpoint.unet.bfloat16()
    try:
        layer = "down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q"
        weight = checkpoint.unet.get_submodule(layer).weight
        own, total = weight.clone(), weight.clone().float()
        worn = ("lcm", 0.9), ("mina", 0.7)
        for name, strength in worn:
            tensors = load_file(pack / "loras" / f"{name}.safetensors")
            down, up = (tensors[f"unet.{layer}.lora_{side}.weight"].float() for side in "AB")
            total += up @ down * strength
        wear(*(lora(name, strength) for name, strength in worn))
        assert torch.equal(weight, total.bfloat16())
        assert not torch.equal(weight, own)
        wear()
        assert torch.equal(weight, own)
    finally:
        models._SHELF.label = models._SHELF.checkpoint = None


def test_stills_and_clips_share_what_they_wear(checkpoint, bench, pack, monkeypatch):
    work = bench("both")
    work.found["pan"] = pack / "motion-loras" / "pan-left.safetensors"
    still, moving = checkpoint.unet, models.load_motion_unet(MOVING, checkpoint, work)

    def weight(model):
        return model.down_blocks[1].attentions[0].transformer_blocks[0].attn1.to_q.weight

    def dress(model, *worn):
        loras.dress(checkpoint.wearers(model), worn, work)

    own = weight(still).clone()
    assert weight(still) is weight(moving)
    dress(still, lora("lcm", 1.0))
    changed = weight(still).clone()
    assert not torch.equal(changed, own)
    with monkeypatch.context() as patch:
        patch.setattr(loras, "_change", _only_motion(moving))
        dress(moving, lora("lcm", 1.0), lora("pan"))  # the same but for the motion modules
    assert torch.equal(weight(still), changed)
    dress(moving)
    assert torch.equal(weight(still), own)
    dress(still, lora("lcm", 1.0))  # although it was given just that the last time
    assert torch.equal(weight(still), changed)
    dress(moving)
    assert torch.equal(weight(still), own)


def _only_motion(model, change=loras._change):
    """Return `_change` for a motion UNet whose other layers have all they should wear."""
    theirs = {
        id(weight) for name, weight in model.named_parameters() if "motion_modules" not in name
    }

    def guarded(weight, parts, device):
        before = weight.clone()
        change(weight, parts, device)
        assert id(weight) not in theirs or torch.equal(before, weight)

    return guarded
