"""The smoke weights are a real SDXL folder, small, and the same every time."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from animegen.digest import file_digest
from animegen.packs.catalog import load_pack
from animegen.render import smoke
from animegen.render.session import session
from animegen.render.smoke_text import save_tokenizer

pytestmark = pytest.mark.slow


def _digests(folder):
    return {
        path.relative_to(folder).as_posix(): file_digest(path)
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_built_again_it_is_the_same_bytes(pack, tmp_path):
    state = torch.random.get_rng_state()
    with session("cpu"):
        smoke.build(tmp_path)
    assert _digests(tmp_path) == _digests(pack)
    assert torch.equal(torch.random.get_rng_state(), state)
    assert sum(path.stat().st_size for path in tmp_path.rglob("*")) < 12_000_000


def test_everything_the_pack_names_is_there(pack, tmp_path):
    listed = load_pack("smoke", tmp_path)
    for row in (listed.base, listed.motion, *listed.loras.values()):
        assert (pack / row.path).exists()
    assert {row.path for row in listed.loras.values()} == {
        path.relative_to(pack).as_posix() for path in (pack / "loras").iterdir()
    }
    assert not [path for path in pack.rglob("*") if path.suffix in (".bin", ".pt", ".ckpt")]


def test_the_stock_pipeline_draws_with_it(pack):
    from diffusers import StableDiffusionXLPipeline

    pipe = StableDiffusionXLPipeline.from_pretrained(pack / "base", use_safetensors=True)
    pipe.set_progress_bar_config(disable=True)
    pictures = [
        pipe(
            prompt,
            width=128,
            height=128,
            num_inference_steps=4,
            generator=torch.Generator().manual_seed(0),
            output_type="np",
        ).images[0]
        for prompt in ("girl, rain, city street", "blue sky over the sea")
    ]
    for picture in pictures:
        assert np.isfinite(picture).all()
        assert picture.std() > 0.1  # colours, not grey
    assert np.abs(pictures[0] - pictures[1]).mean() > 0.02  # the prompt matters


def test_any_text_has_tokens(tmp_path):
    tokenizer = save_tokenizer(tmp_path / "tokenizer")
    assert tokenizer.tokenize("Girl in rain") == ["girl</w>", "i", "n</w>", "rain</w>"]
    for text in ("雨の街", "ünïcödé", "🌧", "1girl, (x:1.2)"):
        ids = tokenizer(text).input_ids
        assert tokenizer.unk_token_id not in ids[1:-1]
        assert tokenizer.decode(ids, skip_special_tokens=True).replace(" ", "") == text.replace(
            " ", ""
        )
