"""One command trains everything, in slices, and goes on where it was left."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from training import checkpoint, everything
from training.everything import LONGEST, MINUTES, ORDER, main, next_slice
from training.stages import STAGES


class Trainer:
    """Runs slices as the real one counts them: progress grows by minutes / total minutes."""

    def __init__(self, work: Path) -> None:
        self.work = work
        self.ran: list[tuple[str, float]] = []
        self.broken: dict[str, int] = {}

    def __call__(self, command: list[str]) -> int:
        said = dict(zip(command[3::2], command[4::2], strict=False))
        word = said["--stage"]
        minutes = float(said.get("--minutes", 0))
        self.ran.append((word, minutes))
        if self.broken.get(word, 0):
            self.broken[word] -= 1
            return 1
        if word != "pack":
            before = (
                checkpoint.state(self.work, word).progress
                if checkpoint.exists(self.work, word)
                else 0.0
            )
            self.leave(word, before + minutes / float(said["--total-minutes"]))
        return 0

    def leave(self, word: str, progress: float) -> None:
        state = checkpoint.State(step=1, progress=min(progress, 1.0), words="w")
        checkpoint.write(self.work, word, {}, state)

    @property
    def words(self) -> list[str]:
        return [word for word, _ in self.ran]


@pytest.fixture
def trainer(tmp_path: Path) -> Trainer:
    return Trainer(tmp_path)


def run(trainer: Trainer, *more: str) -> int:
    return main(["--work", str(trainer.work), *more], run=trainer)


def test_every_stage_is_trained_to_its_end_in_order_and_packed(trainer: Trainer) -> None:
    assert run(trainer) == 0
    assert list(dict.fromkeys(trainer.words)) == [*MINUTES, "pack"]
    for word, minutes in MINUTES.items():
        assert checkpoint.state(trainer.work, word).finished
        spent = [slice_ for one, slice_ in trainer.ran if one == word]
        assert sum(spent) == pytest.approx(minutes)
        assert max(spent) <= LONGEST + 1e-6


def test_all_stages_have_their_minutes() -> None:
    assert set(MINUTES) == set(STAGES)
    assert ORDER[-1] == "pack"


def test_it_goes_on_where_it_was_left(trainer: Trainer) -> None:
    for word in MINUTES:
        trainer.leave(word, 1.0)
    trainer.leave("base", 0.75)
    assert run(trainer) == 0
    assert set(trainer.words) == {"base", "pack"}
    spent = sum(minutes for word, minutes in trainer.ran if word == "base")
    assert spent == pytest.approx(MINUTES["base"] / 4)


def test_single_stages(trainer: Trainer) -> None:
    assert run(trainer, "--stage", "vae", "--stage", "pack", "--speed", "4.5") == 0
    assert trainer.ran == [("vae", MINUTES["vae"] / 4.5), ("pack", 0)]


def test_a_slice_that_fails_is_tried_once_more(trainer: Trainer) -> None:
    trainer.broken = {"vae": 1}
    assert run(trainer, "--stage", "vae") == 0
    assert len(trainer.ran) == 2
    trainer.broken = {"motion": 2}
    assert run(trainer, "--stage", "motion", "--stage", "pack") == 1
    assert "pack" not in trainer.words


def test_tiny_models_take_seconds(trainer: Trainer) -> None:
    assert run(trainer, "--tiny", "--stage", "vae") == 0
    assert trainer.ran == [("vae", pytest.approx(1))]


@pytest.mark.parametrize("progress", [0.0, 0.3, 0.9, 0.999])
def test_the_last_slice_ends_the_schedule(progress: float) -> None:
    for _ in range(10):
        minutes, total = next_slice(20.0, progress)
        assert everything.SHORTEST <= minutes <= LONGEST
        progress += minutes / total
        if progress > 1 - 1e-6:
            break
    assert progress == pytest.approx(1)


def test_the_page_tells_the_minutes() -> None:
    page = (Path(__file__).parents[2] / "docs" / "training.md").read_text(encoding="utf-8")
    told: dict[str, float] = {}
    for words, minutes in re.findall(r"^\| (`[\w`, ]+) \| ([\d, ]+) \| ", page, re.MULTILINE):
        told |= zip(re.findall(r"\w+", words), map(float, minutes.split(", ")), strict=True)
    assert told == MINUTES
