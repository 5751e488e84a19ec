"""Products in float8: close to the true ones, and after the weights that LoRAs leave behind."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from diffusers.models.attention import BasicTransformerBlock
from safetensors.torch import load_file
from still_life import FIRST, lora

from animegen.render import float8
from animegen.render.float8 import Float8Linear, round_weights, use_float8
from animegen.render.segment import render_segment

pytestmark = pytest.mark.slow
CPU = torch.device("cpu")


class _Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        block = BasicTransformerBlock(64, 2, 32, cross_attention_dim=48, activation_fn="geglu")
        self.transformer_blocks = torch.nn.ModuleList([block])
        self.bfloat16().requires_grad_(False)

    def forward(self, rows, text):
        return self.transformer_blocks[0](rows, encoder_hidden_states=text)


def _inputs():
    generator = torch.Generator().manual_seed(1)
    return (
        torch.randn(2, 16, 64, generator=generator).bfloat16(),
        torch.randn(2, 16, 48, generator=generator).bfloat16(),
    )


def _error(found, true):
    return float((found.float() - true.float()).norm() / true.float().norm())


def test_a_block_in_float8_is_near_the_same_block_in_bfloat16():
    model, inputs = _Model(), _inputs()
    true = model(*inputs)
    use_float8(model, CPU)
    round_weights(model, ())
    assert 1e-4 < _error(model(*inputs), true) < 0.05


def test_what_reads_the_text_stays_as_it_is():
    model = _Model()
    use_float8(model, CPU)
    plain = [name for name, one in model.named_modules() if type(one) is torch.nn.Linear]
    assert [name.split("blocks.0.")[1] for name in plain] == ["attn2.to_k", "attn2.to_v"]


def test_changed_weights_are_rounded_anew_into_the_same_memory():
    model, inputs = _Model(), _inputs()
    use_float8(model, CPU)
    round_weights(model, ("none",))
    layer = next(one for one in model.modules() if isinstance(one, Float8Linear))
    place, before = layer.rounded.data_ptr(), model(*inputs)
    layer.weight.data.mul_(3)
    round_weights(model, ("none",))
    assert model(*inputs).equal(before)
    round_weights(model, ("one",))
    assert not model(*inputs).equal(before)
    assert layer.rounded.data_ptr() == place


def test_the_middle_is_gated_as_diffusers_gates_it():
    rows = torch.randn(5, 64, generator=torch.Generator().manual_seed(2)).bfloat16()
    value, door = rows.chunk(2, dim=-1)
    rounded, scale = float8.gate(rows)
    true = value * torch.nn.functional.gelu(door)
    assert _error(rounded.float() * scale, true) < 0.04


def test_state_dicts_do_not_hold_rounded_weights():
    model = _Model()
    names = set(model.state_dict())
    use_float8(model, CPU)
    round_weights(model, ())
    assert set(model.state_dict()) == names


@pytest.mark.parametrize("loras", [(), ("mina",)], ids=["bare", "dressed"])
def test_a_segment_in_float8_is_near_the_same_segment_in_bfloat16(bench, keyframe, fresh, loras):
    tails = {}
    for dtype in ("bfloat16", "float8"):
        fresh()
        work = bench(dtype)
        job = replace(
            FIRST,
            model=replace(FIRST.model, dtype=dtype),
            loras=tuple(lora(name, 3.0) for name in loras),
        )
        render_segment(job, work, keyframe=keyframe, tail=None, maps={})
        tails[dtype] = load_file(work.folder / "tail.safetensors")["latents"]
    fresh()
    assert 1e-4 < _error(tails["float8"], tails["bfloat16"]) < 0.3
