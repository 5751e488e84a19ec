"""The pack is written whole or not at all, with its cards and its digests."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from unittest import mock

import pytest
import torch
from safetensors.torch import save_file

from animegen.digest import file_digest
from animegen.packs.fingerprint import Fingerprints
from benchmarks.mini import table
from benchmarks.mini.table import Results
from training import base, cards, checkpoint, pack, text, vae
from training.cli import main
from training.job import Job
from training.pack import PackError
from training.recipe import TINY
from training.slices import Slice
from training.tokenizer import Words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STAGES = {"vae": "vae_stage", "base": "base_stage", "lcm": "lcm_stage"}
WORDS = Words(["1girl, red hair, smile"])


def state(progress: float) -> checkpoint.State:
    return checkpoint.State(step=1200, progress=progress, words=WORDS.digest)


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """A job whose folder holds untrained vae and base."""
    job = Job(
        recipe=TINY,
        words=WORDS,
        folders=(tmp_path / "work",),
        slice=Slice(before=0, share=1, started=0, seconds=1),
        device=torch.device("cpu"),
        compiled=False,
    )
    first, second = text.build(TINY, WORDS).modules
    models = {"unet": base.build_unet(TINY), "text_encoder": first, "text_encoder_2": second}
    weights = {name: module.state_dict() for name, module in models.items()}
    checkpoint.write(job.work, "vae", {"vae": vae.build(TINY).state_dict()}, state(1.0))
    checkpoint.write(job.work, "base", weights, state(0.5))
    return job


class FakeStage:
    """Stands for a stage that writes one LoRA."""

    def __init__(self, tensor: torch.Tensor, name: str = "loras/lcm.safetensors") -> None:
        self.tensor, self.name = tensor, name

    def export(self, job: Job, folder: Path) -> None:
        path = folder / self.name
        path.parent.mkdir(parents=True, exist_ok=True)
        save_file({"a": self.tensor}, path)


@pytest.fixture
def lcm(job: Job, monkeypatch: pytest.MonkeyPatch) -> Callable[[FakeStage], None]:
    """Put a fake third stage in its place, with a checkpoint."""
    monkeypatch.setattr(pack, "STAGES", STAGES)
    real = pack.stage

    def put(fake: FakeStage) -> None:
        checkpoint.write(job.work, "lcm", {"lcm": {"a": fake.tensor}}, state(1.0))
        monkeypatch.setattr(pack, "stage", lambda word: fake if word == "lcm" else real(word))

    return put


def test_the_whole_pack_has_cards_and_true_digests(
    job: Job, lcm: Callable[[FakeStage], None], tmp_path: Path
) -> None:
    lcm(FakeStage(torch.ones(4, 2).half()))
    results = Results(path=tmp_path / "results.json", about={}, parts={})
    results.add("vae", [table.at_least("PSNR", 31.5, 30), table.absent("speed", "motion")])
    results.add("motion", [table.at_least("pan-left", 1, 1)])
    folder = tmp_path / "packs" / "mini"
    pack.export(job, folder, results=results.path)
    assert {path.name for path in folder.iterdir()} == {
        "base", "loras", "README.md", "digests.json",
    }  # fmt: skip
    ledger = json.loads((folder / "digests.json").read_text())
    assert set(ledger) == {path.relative_to(folder).as_posix() for path in pack.files(folder)}
    for name, entry in ledger.items():
        assert entry == {
            "sha256": file_digest(folder / name),
            "bytes": (folder / name).stat().st_size,
        }
    readme = (folder / "README.md").read_text()
    assert "`vae` 1,200 steps, `base` 1,200 steps (50% of the schedule)" in readme
    assert re.findall(r"^- Measured: (.*)$", readme, re.MULTILINE) == [
        "PSNR: 31.50 (goal >= 30.00)"
    ]
    assert f"- `lcm.safetensors`: `{file_digest(folder / 'loras/lcm.safetensors')}`" in readme
    assert "8 parameters" in readme
    assert "## motion" not in readme


def test_a_folders_digest_is_the_one_of_the_renderers_keys(
    job: Job, lcm: Callable[[FakeStage], None], tmp_path: Path
) -> None:
    lcm(FakeStage(torch.ones(1).half()))
    pack.export(job, tmp_path / "mini")
    found = Fingerprints(tmp_path / "memory.json").of(tmp_path / "mini" / "base")
    assert cards.digest(tmp_path / "mini" / "base") == found
    assert found in (tmp_path / "mini" / "README.md").read_text()


def test_an_old_pack_gives_way_to_a_new_one_only_when_it_is_whole(
    job: Job, lcm: Callable[[FakeStage], None], tmp_path: Path
) -> None:
    old = tmp_path / "mini" / "old.txt"
    old.parent.mkdir()
    old.touch()
    lcm(FakeStage(torch.ones(1)))
    with pytest.raises(PackError, match=r"lcm\.safetensors is not in half precision"):
        pack.export(job, old.parent)
    assert old.exists()
    lcm(FakeStage(torch.ones(1).half()))
    pack.export(job, old.parent)
    assert not old.exists()


@pytest.mark.parametrize(
    ("name", "most", "message"),
    [
        ("loras/lcm.safetensors", 1000, r"the pack has \d+ bytes, \d+ too many"),
        ("spare/lcm.safetensors", pack.MOST, "nobody knows what spare are for"),
    ],
)
def test_what_a_pack_may_not_be(
    job: Job,
    lcm: Callable[[FakeStage], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    most: int,
    message: str,
) -> None:
    monkeypatch.setattr(pack, "MOST", most)
    lcm(FakeStage(torch.ones(1).half(), name))
    with pytest.raises(PackError, match=message):
        pack.export(job, tmp_path / "mini")


def test_a_pack_without_a_stage_is_refused_or_says_so(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(pack, "STAGES", STAGES)
    arguments = ["--stage", "pack", "--work", str(job.work), "--tiny"]
    arguments += ["--pack", str(tmp_path / "mini")]
    with mock.patch("training.cli.logging.basicConfig"):
        assert main(arguments, words=lambda: WORDS) == 1
        assert "no checkpoint of lcm (--partial leaves them out)" in caplog.text
        caplog.set_level("INFO")
        assert main([*arguments, "--partial"], words=lambda: WORDS) == 0
    assert "the pack lacks lcm" in caplog.text
    assert (tmp_path / "mini" / "base" / "model_index.json").exists()
