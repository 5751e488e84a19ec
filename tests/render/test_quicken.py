"""On a CPU models are arranged for speed, and compute what they computed before."""

from __future__ import annotations

import os
import subprocess
import sys
from types import SimpleNamespace

import pytest
import torch

from animegen.render import models, quicken
from animegen.render.models import build_motion_unet, load_motion_unet
from animegen.render.quicken import ShortAttention, quicken_motion, quicken_vae
from animegen.render.session import session

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True, scope="module")
def _forgotten():
    """Let no later test have the resident model: it is arranged otherwise after these."""
    yield
    models._SHELF.label = models._SHELF.checkpoint = None


CPU = torch.device("cpu")


@pytest.fixture
def motion(checkpoint, pack):
    from diffusers import MotionAdapter

    return build_motion_unet(checkpoint.unet, MotionAdapter.from_pretrained(pack / "motion"))


def _call(unet, halves=1, frames=5, size=(8, 12)):
    generator = torch.Generator().manual_seed(0)
    width = unet.config.cross_attention_dim
    pooled = torch.randn(halves, 48, generator=generator)
    sizes = torch.tensor([[64.0, 96, 0, 0, 64, 96]]).repeat(halves, 1)
    return unet(
        torch.randn(halves, 4, frames, *size, generator=generator),
        torch.tensor(500),
        torch.randn(halves * frames, 77, width, generator=generator),
        added_cond_kwargs={"text_embeds": pooled, "time_ids": sizes},
        return_dict=False,
    )[0]


# The last tile of 96 places is shorter; 1 row is fewer than the frames of one place.
@pytest.mark.parametrize("rows", [1, 65, 10_000], ids=["one", "some", "all"])
@pytest.mark.parametrize("halves", [1, 2])
def test_a_quick_motion_unet_predicts_the_same(motion, monkeypatch, rows, halves):
    monkeypatch.setattr(quicken, "_ROWS", rows)
    with session("cpu"):
        plain = _call(motion, halves)
        quick = _call(quicken_motion(motion, CPU), halves)
    torch.testing.assert_close(quick, plain, atol=1e-5, rtol=0)


def test_its_motion_still_counts(motion):
    quicken_motion(motion, CPU)
    with session("cpu"):
        whole, alone = _call(motion), _call(motion, frames=1)
    assert (whole[:, :, :1] - alone).abs().max() > 1e-3


def test_few_places_go_through_at_once(motion, monkeypatch):
    seen, attend = [], ShortAttention.__call__

    def watch(self, attn, hidden_states, *args, **kwargs):
        seen.append(tuple(hidden_states.shape[:2]))
        return attend(self, attn, hidden_states, *args, **kwargs)

    monkeypatch.setattr(quicken, "_ROWS", 200)
    monkeypatch.setattr(ShortAttention, "__call__", watch)
    with session("cpu"):
        _call(quicken_motion(motion, CPU))
    # Two attentions for each of 40, 40 and 16 places of 5 frames.
    assert seen[:6] == [(40, 5)] * 4 + [(16, 5)] * 2


def test_segments_are_rendered_with_it(checkpoint, bench):
    from still_life import MOVING

    unet = load_motion_unet(MOVING, checkpoint, bench("quick"))
    quick = {
        name
        for name, processor in unet.attn_processors.items()
        if isinstance(processor, ShortAttention)
    }
    assert quick == {name for name in unet.attn_processors if ".motion_modules." in name}


def test_a_quick_vae_decodes_the_same(checkpoint):
    vae = checkpoint.vae
    assert vae.decoder.conv_out.weight.is_contiguous(memory_format=torch.channels_last)
    z = torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(0))
    with session("cpu"):
        quick = vae.decode(z, return_dict=False)[0]
        assert quick.is_contiguous(memory_format=torch.channels_last)
        plain = vae.to(memory_format=torch.contiguous_format).decode(z, return_dict=False)[0]
    quicken_vae(vae, CPU)
    torch.testing.assert_close(quick, plain, atol=1e-5, rtol=0)


@pytest.mark.parametrize("arrange", [quicken_vae, quicken_motion])
def test_other_devices_keep_their_models_as_they_are(arrange):
    # It would fail at the first thing that is done to it.
    model = SimpleNamespace()
    assert arrange(model, torch.device("mps")) is model


def test_a_gpu_gets_a_kernel_for_the_motion_modules_alone(motion):
    kernel = pytest.importorskip("animegen.render.short_attention")
    spatial = [p for name, p in motion.attn_processors.items() if ".motion_modules." not in name]
    quicken_motion(motion, torch.device("cuda"))
    processors = motion.attn_processors
    assert all(
        isinstance(processor, kernel.KernelAttention) == (".motion_modules." in name)
        for name, processor in processors.items()
    )
    assert spatial == [p for name, p in processors.items() if ".motion_modules." not in name]


_KERNEL = """
import torch
from torch.nn.functional import scaled_dot_product_attention
from animegen.render.short_attention import short_attention

for frames, width, heads in ((16, 40, 8), (10, 16, 2), (24, 80, 1)):
    q, k, v = (torch.randn(3, frames, heads * width) for _ in range(3))
    split = lambda x: x.view(3, frames, heads, width).transpose(1, 2)
    want = scaled_dot_product_attention(split(q), split(k), split(v)).transpose(1, 2)
    torch.testing.assert_close(short_attention(q, k, v, heads), want.reshape(q.shape))
"""


def test_the_kernel_attends_as_torch_does():
    pytest.importorskip("triton")
    # Triton reads this when it is imported: the kernel's program runs step by step on the CPU.
    environment = os.environ | {"TRITON_INTERPRET": "1"}
    subprocess.run([sys.executable, "-c", _KERNEL], check=True, env=environment)


@pytest.mark.parametrize("halves", [1, 2])
def test_channels_side_by_side_change_no_prediction(motion, halves):
    from animegen.render.channels_last import (
        ClipTransformer,
        PictureTransformer,
        keep_channels_last,
    )

    with session("cpu"):
        plain = _call(motion, halves)
        keep_channels_last(motion.to(memory_format=torch.channels_last))
        kept = _call(motion, halves)
    kinds = {type(module) for module in motion.modules()}
    assert {ClipTransformer, PictureTransformer} <= kinds
    torch.testing.assert_close(kept, plain, atol=1e-5, rtol=0)


def test_what_they_return_lies_as_it_came(motion):
    from animegen.render.channels_last import (
        ClipTransformer,
        PictureTransformer,
        keep_channels_last,
    )

    keep_channels_last(motion)
    found = {}
    for module in motion.modules():
        if isinstance(module, ClipTransformer | PictureTransformer):
            channels = module.proj_out.out_features
            picture = torch.randn(4, channels, 6, 6).to(memory_format=torch.channels_last)
            text = torch.randn(4, 77, motion.config.cross_attention_dim)
            out = module(picture, text, num_frames=4, return_dict=False)
            out = out[0] if isinstance(out, tuple) else out
            found[type(module)] = out.is_contiguous(memory_format=torch.channels_last)
    assert found == {ClipTransformer: True, PictureTransformer: True}
