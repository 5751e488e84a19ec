"""A pack turned back into checkpoints is the same pack again, and can be trained further."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import torch

from tests.training.tiny import animated, job_in, lively, train
from training import checkpoint, control_stage, detector_stage, lcm_stage, lora_stage, pack
from training.adapters import Adapters
from training.base import build_unet
from training.cli import main
from training.lora_data import NAMES
from training.recipe import TINY

if TYPE_CHECKING:
    from pathlib import Path

_UNKNOWN = ("sharpen", "judge")


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with checkpoints of every stage that a pack holds, most of them untrained."""
    folder = animated(tmp_path_factory.mktemp("unpack"))
    moving, state = checkpoint.read(folder, "motion")
    unet = build_unet(TINY)
    lcm = {"lcm": Adapters(unet, lcm_stage.numbers(TINY).reach)}
    loras = {name: Adapters(unet, lora_stage.numbers(TINY).reach(name)) for name in NAMES}
    made = {
        "lcm": lcm,
        "lcm_motion": lcm,
        "loras": loras,
        "detectors": detector_stage.build(TINY),
        "control": {"controlnet": control_stage.build(TINY)},
    }
    for stage, models in made.items():
        weights = {name: lively(model).state_dict() for name, model in models.items()}
        checkpoint.write(folder, stage, weights, state)
    checkpoint.write(folder, "camera", {"cameras": moving["cameras"]}, state)
    return folder


@pytest.fixture(scope="module")
def packed(work: Path) -> Path:
    """The pack of those checkpoints."""
    folder = work.parent / "mini"
    pack.export(job_in(work), folder, partial=True)
    return folder


def unpacked(packed: Path, work: Path) -> Path:
    """Unpack into `work` by the command line; return it."""
    arguments = ["--stage", "unpack", "--pack", str(packed), "--work", str(work), "--tiny"]
    assert main(arguments) == 0
    return work


def test_an_unpacked_pack_is_written_again_byte_by_byte(packed: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    pack.export(job_in(unpacked(packed, tmp_path / "work")), again, partial=True)
    first, second = (json.loads((f / "digests.json").read_text()) for f in (packed, again))
    assert second == first


def test_every_stage_stands_where_the_card_says(work: Path, packed: Path, tmp_path: Path) -> None:
    found = unpacked(packed, tmp_path)
    stages = [stage for stage in pack.STAGES if stage not in _UNKNOWN]
    for stage in stages:
        before, after = checkpoint.state(work, stage), checkpoint.state(found, stage)
        assert after.step == before.step
        assert after.progress == pytest.approx(before.progress, abs=0.005)


def test_a_checkpoint_that_is_there_is_kept(packed: Path, tmp_path: Path) -> None:
    models, state = {"vae": {"a": torch.ones(1)}}, checkpoint.State(step=7, progress=0.5, words="")
    checkpoint.write(tmp_path, "vae", models, state)
    unpacked(packed, tmp_path)
    assert checkpoint.state(tmp_path, "vae") == state


def test_a_finished_stage_is_trained_further_only_when_asked(packed: Path, tmp_path: Path) -> None:
    found = unpacked(packed, tmp_path)
    before = checkpoint.state(found, "camera")
    train(found, "camera")
    assert checkpoint.state(found, "camera") == before
    train(found, "camera", "--more", "--total-minutes", "0.02")
    after = checkpoint.state(found, "camera")
    assert after.step > before.step
    assert after.finished
