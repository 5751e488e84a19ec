"""A motion LoRA is worn by the motion modules, in whichever of the field's forms it comes."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file, save_file
from still_life import FIRST, STILL, lora

from animegen.errors import WeightsUnusable
from animegen.render.keyframe import render_keyframe
from animegen.render.segment import render_segment

pytestmark = pytest.mark.slow


@pytest.fixture
def file(pack):
    return pack / "motion-loras" / "pan-left.safetensors"


@pytest.fixture
def move(bench, keyframe, file):
    """Render a segment with a motion LoRA and return its clean latents."""
    count = iter(range(100))

    def render(weight=None, path=file, **changes):
        work = bench(f"move-{next(count)}")
        work.found[str(path)] = path  # digests tell files apart, so each has its own
        motion = None if weight is None else lora(str(path), weight)
        job = replace(FIRST, motion=motion, keep=6, **changes)
        render_segment(job, work, keyframe=keyframe, tail=None, maps={})
        return load_file(work.folder / "tail.safetensors")["latents"]

    return render


def test_weight_zero_equals_none(move):
    assert torch.equal(move(0.0), move())


def test_its_weight_counts_and_nothing_stays_behind(move):
    plain, moved = move(), move(1.0)
    assert not torch.equal(plain, moved)
    assert not torch.equal(move(0.5), moved)
    assert torch.equal(move(), plain)


def test_it_is_worn_beside_other_loras(move):
    both = move(1.0, loras=(lora("mina"),))
    assert not torch.equal(both, move(loras=(lora("mina"),)))
    assert not torch.equal(both, move(1.0))


def _bare(key):
    return key.removeprefix("unet.")


def _diffusers(key):
    return key.replace(".lora_A.", ".lora.down.").replace(".lora_B.", ".lora.up.")


def _processors(key):
    """Rename as diffusers' script for AnimateDiff's own motion LoRAs does."""
    stem, side, _ = _diffusers(key).rsplit(".", 2)
    module, _, _ = stem.rpartition(".")
    attention, _, target = module.removesuffix(".0").rpartition(".")
    return f"{attention}.processor.{target}_lora.{side}.weight"


@pytest.mark.parametrize("rename", [_bare, _diffusers, _processors], ids=lambda form: form.__name__)
def test_every_form_is_the_same_lora(move, file, tmp_path, rename):
    path = tmp_path / "renamed.safetensors"
    save_file({rename(key): value for key, value in load_file(file).items()}, path)
    assert torch.equal(move(0.8, path), move(0.8))


def test_a_matrix_that_found_no_place_is_counted(move, file, tmp_path):
    path = tmp_path / "more.safetensors"
    tensors = load_file(file)
    extra = "unet.down_blocks.9.motion_modules.0.transformer_blocks.0.attn1.to_q.lora_A.weight"
    save_file(tensors | {extra: torch.ones(2, 32)}, path)
    with pytest.raises(WeightsUnusable, match=f"holds {len(tensors) + 1} matrices"):
        move(0.8, path)


def test_a_still_cannot_wear_it(bench, file):
    work = bench()
    work.found["motion"] = file
    with pytest.raises(WeightsUnusable, match=r"pan-left\.safetensors"):
        render_keyframe(replace(STILL, loras=(lora("motion"),)), work)
