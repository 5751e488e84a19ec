"""On a CPU models are arranged for speed, and compute what they computed before."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch

from animegen.render import quicken
from animegen.render.models import build_motion_unet, load_motion_unet
from animegen.render.quicken import ShortAttention, quicken_motion, quicken_vae
from animegen.render.session import session

pytestmark = pytest.mark.slow


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
        quick = _call(quicken_motion(motion), halves)
    torch.testing.assert_close(quick, plain, atol=1e-5, rtol=0)


def test_its_motion_still_counts(motion):
    quicken_motion(motion)
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
        _call(quicken_motion(motion))
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
    quicken_vae(vae)
    torch.testing.assert_close(quick, plain, atol=1e-5, rtol=0)


@pytest.mark.parametrize("arrange", [quicken_vae, quicken_motion])
def test_other_devices_keep_their_models_as_they_are(arrange):
    # It would fail at the first thing that is done to it.
    model = SimpleNamespace(device=torch.device("cuda"))
    assert arrange(model) is model
