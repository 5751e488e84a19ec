"""The autoencoder and the base end to end with tiny models."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from diffusers import StableDiffusionXLPipeline

from training import checkpoint, losses
from training.cli import main

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow


class Ticks:
    """A clock that goes on by a twentieth of a second whenever it is read."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.05
        return self.now


def train(work: Path, stage: str, *more: str) -> int:
    arguments = ["--stage", stage, "--work", str(work), "--tiny", "--workers", "1"]
    arguments += ["--minutes", "0.05", *more]
    return main(arguments, clock=Ticks())


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The autoencoder in two slices, half a base, and a pack of no more."""
    work = tmp_path_factory.mktemp("work")
    torch.set_num_threads(1)
    for _ in range(2):
        assert train(work, "vae", "--total-minutes", "0.1") == 0
    assert train(work, "base", "--total-minutes", "0.1") == 0
    assert train(work, "pack", "--pack", str(work / "pack"), "--partial") == 0
    return work


def test_slices_add_up_to_the_schedule(trained: Path) -> None:
    _, vae = checkpoint.read(trained, "vae")
    _, base = checkpoint.read(trained, "base")
    assert vae.finished
    assert base.progress == pytest.approx(0.5)
    assert vae.step > 2


def test_the_second_part_trains_the_decoder_alone_against_the_critic(
    trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged = []
    loss = losses.Critic.loss

    def spied(self: losses.Critic, fake: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
        judged.append(fake.shape)
        return loss(self, fake, real)

    monkeypatch.setattr(losses.Critic, "loss", spied)
    before, _ = checkpoint.read(trained, "vae")
    _, done = checkpoint.read(trained, "vae")
    state = checkpoint.State(step=1, progress=0.8, words=done.words)
    checkpoint.write(tmp_path, "vae", before, state)
    assert train(tmp_path, "vae", "--total-minutes", "1") == 0
    after, _ = checkpoint.read(tmp_path, "vae")
    changed = {key for key, weight in after["vae"].items() if not weight.equal(before["vae"][key])}
    assert len(judged) == checkpoint.steps(tmp_path, "vae") - 1
    assert {key.split(".")[0] for key in changed} == {"decoder", "post_quant_conv"}


def test_every_piece_is_small_and_every_sheet_is_written(trained: Path) -> None:
    pieces = [path for path in trained.iterdir() if path.suffix[1:].isdigit()]
    assert {path.stem for path in pieces} == {"vae", "base"}
    assert all(path.stat().st_size <= checkpoint.PIECE for path in pieces)
    assert (trained / "vae.png").stat().st_size < 1_000_000
    assert (trained / "base.png").stat().st_size < 1_000_000


def test_stock_pipeline_draws_from_the_pack(trained: Path) -> None:
    pipeline = StableDiffusionXLPipeline.from_pretrained(trained / "pack" / "base")
    pipeline.set_progress_bar_config(disable=True)
    got = pipeline(
        "1girl, red hair", negative_prompt="qwerty", num_inference_steps=2,
        width=64, height=48, output_type="np",
    ).images  # fmt: skip
    assert got.shape == (1, 48, 64, 3)
    assert np.isfinite(got).all()
    assert pipeline.scheduler.config.prediction_type == "v_prediction"


def test_pack_is_half_precision_in_the_sdxl_layout(trained: Path) -> None:
    pack = trained / "pack" / "base"
    index = json.loads((pack / "model_index.json").read_text())
    parts = {name for name in index if (pack / name).is_dir()}
    assert parts == {
        "unet", "vae", "text_encoder", "text_encoder_2", "tokenizer", "tokenizer_2", "scheduler",
    }  # fmt: skip
    weights = (pack / "unet" / "diffusion_pytorch_model.safetensors").read_bytes()
    assert b'"F16"' in weights[:100_000]
    assert b'"F32"' not in weights[:100_000]
    assert (pack / "tokenizer" / "merges.txt").exists()


def test_base_waits_for_a_finished_autoencoder(tmp_path: Path) -> None:
    assert train(tmp_path, "base") == 1
    train(tmp_path, "vae", "--total-minutes", "1")
    assert train(tmp_path, "base") == 1


def test_another_folder_can_be_resumed_from(trained: Path, tmp_path: Path) -> None:
    assert train(tmp_path, "base", "--resume", str(trained), "--total-minutes", "0.1") == 0
    _, state = checkpoint.read(tmp_path, "base")
    assert state.finished
