"""The judge and the embedder: their data, their parts, and the stage end to end, tiny."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from transformers import CLIPImageProcessor, CLIPVisionModelWithProjection

from training import base, checkpoint, embedder, judge, judge_stage, scenery, scenes, text, vae
from training.job import Job
from training.labels import HIDDEN, QUESTIONS, answers, labels
from training.recipe import TINY
from training.sights import Sights, pair
from training.slices import Slice

if TYPE_CHECKING:
    from pathlib import Path


def test_only_what_a_picture_shows_is_asked_for() -> None:
    for seed in range(300):
        scene = scenes.sample(seed)
        said = set(scenes.tags(scene))
        found = answers(scene)
        if "eye colour" in found:
            assert f"{found['eye colour']} eyes" in said
        if scene.people and scene.framing == "close-up":
            assert "outfit" not in found
        if len(scene.people) != 1:
            assert "hair colour" not in found


def test_labels_are_the_answers_numbers() -> None:
    scene = scenes.sample(3)
    found = answers(scene)
    for number, (question, words) in zip(labels(scene), QUESTIONS.items(), strict=True):
        if number == HIDDEN:
            assert question not in found
        else:
            assert words[number] == found[question]


def test_a_pair_is_one_character_in_two_scenes() -> None:
    differing = 0
    for seed in range(60):
        first, second = pair(seed)
        if not first.people:
            assert first.time != second.time
            assert first.setting == second.setting
            continue
        (one,), (other,) = first.people, second.people
        for trait in ("hair_colour", "hair_style", "eye_colour", "outfit", "colour", "accessory"):
            assert getattr(one, trait) == getattr(other, trait)
        differing += first.setting != second.setting
    assert differing > 40


def test_the_judge_fits_in_a_megabyte_and_comes_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "judge.safetensors"
    one = judge.Judge()
    judge.save(one, path, {"drawn": {"time": 0.5}})
    assert path.stat().st_size < 1_000_000
    back, accuracy = judge.load(path)
    assert accuracy == {"drawn": {"time": 0.5}}
    pictures = torch.rand((2, 3, 64, 64))
    with torch.no_grad():
        assert torch.allclose(back(pictures), one(pictures), atol=1e-2)


def test_the_judge_refuses_other_words(tmp_path: Path) -> None:
    path = tmp_path / "judge.safetensors"
    judge.save(judge.Judge(), path, {})
    card = json.loads(path.with_suffix(".json").read_text())
    card["questions"]["time"] = ["noon"]
    path.with_suffix(".json").write_text(json.dumps(card))
    with pytest.raises(ValueError, match="other words"):
        judge.load(path)


def test_the_judge_chooses_only_words_that_exist() -> None:
    with torch.no_grad():
        chosen = judge.Judge()(torch.rand((8, 3, 64, 64))).argmax(-1)
    most = torch.tensor([len(words) for words in QUESTIONS.values()])
    assert bool((chosen < most).all())


def test_hidden_answers_teach_nothing() -> None:
    scores = torch.zeros((2, len(QUESTIONS), judge.MOST), requires_grad=True)
    truth = torch.full((2, len(QUESTIONS)), HIDDEN)
    truth[0, 0] = 1
    judge.loss(scores, truth).backward()
    taught = scores.grad.abs().sum(-1) > 0
    assert taught.nonzero().tolist() == [[0, 0]]


def test_degraded_pictures_are_still_like_themselves() -> None:
    torch.manual_seed(0)
    column = torch.linspace(-0.8, 0.8, 64)
    pictures = column.view(1, 1, 64, 1).expand(16, 3, 64, 64)
    got = judge_stage.degraded(pictures)
    assert not got.equal(pictures)
    assert float((got - pictures).abs().mean()) < 0.3


def test_the_embedders_loss_falls_when_twins_lie_together() -> None:
    torch.manual_seed(0)
    seen = torch.randn(16, 1, 32).expand(16, 2, 32)
    said = torch.randn(16, 2, 32)
    scales = embedder.Scales()
    apart = torch.stack([seen[:, 0], seen[:, 1].roll(1, 0)], 1)
    assert embedder.loss(seen, said, scales) < embedder.loss(apart, said, scales)
    assert embedder.top_one(seen, 16) == 1.0
    assert embedder.top_one(apart, 16) == 0.0


def test_the_full_embedder_is_small_enough_for_the_pack() -> None:
    sizes = judge_stage.FULL
    tower = embedder.build(side=128, width=sizes.width, layers=sizes.layers, dimensions=128)
    assert 2 * sum(p.numel() for p in tower.parameters()) < 1_100_000


class Ticks:
    """A clock that goes on by a twentieth of a second whenever it is read."""

    now = 0.0

    def __call__(self) -> float:
        self.now += 0.05
        return self.now


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Job:
    """A slice of the stage with an autoencoder and a base that know nothing."""
    torch.set_num_threads(1)
    words = scenery.words()
    work = tmp_path_factory.mktemp("work")
    state = checkpoint.State(step=1, progress=1.0, words=words.digest)
    checkpoint.write(work, "vae", {"vae": vae.build(TINY).state_dict()}, state)
    first, second = text.build(TINY, words).modules
    modules = {
        "unet": base.build_unet(TINY),
        "text_encoder": first,
        "text_encoder_2": second,
    }
    checkpoint.write(work, "base", {n: m.state_dict() for n, m in modules.items()}, state)
    clock = Ticks()
    return Job(
        recipe=TINY,
        words=words,
        folders=(work,),
        slice=Slice(before=0.0, share=1.0, started=clock(), seconds=1.0, clock=clock),
        device=torch.device("cpu"),
        compiled=False,
    )


@pytest.fixture(scope="module")
def trained(job: Job) -> Job:
    feeds = judge_stage.feeds(job.recipe, job.words, 1, scenery.FIRST_SEED)
    for feed in feeds.values():
        feed.start()
    try:
        state = judge_stage.run(job, feeds)
    finally:
        for feed in feeds.values():
            feed.stop()
    assert state.finished
    assert state.step > 2
    return job


@pytest.mark.slow
def test_the_stage_writes_the_judge_with_its_accuracy(trained: Job, tmp_path: Path) -> None:
    judge_stage.export(trained, tmp_path)
    _, accuracy = judge.load(trained.work / judge_stage.JUDGE)
    assert set(accuracy) == {"drawn", "decoded"}
    assert set(accuracy["drawn"]) == {*QUESTIONS, "identity"}
    assert not any(path.name.startswith("judge") for path in tmp_path.iterdir())


@pytest.mark.slow
def test_the_stage_writes_an_embedder_that_transformers_loads(trained: Job, tmp_path: Path) -> None:
    judge_stage.export(trained, tmp_path)
    tower = CLIPVisionModelWithProjection.from_pretrained(tmp_path / "embedder")
    processor = CLIPImageProcessor.from_pretrained(tmp_path / "embedder")
    picture = np.zeros((64, 48, 3), np.uint8)
    with torch.no_grad():
        got = tower(**processor(images=[picture], return_tensors="pt")).image_embeds
    assert got.shape == (1, TINY.text_width)
    assert got.dtype == torch.float32
    raw = (tmp_path / "embedder" / "model.safetensors").read_bytes()
    assert b'"F16"' in raw
    assert b'"F32"' not in raw


def test_a_record_holds_both_pictures() -> None:
    record = Sights(words=scenery.words(), shape=(64, 64))(5)
    assert record["rgb"].shape == (2, 64, 64, 3)
    assert record["labels"].shape == (2, len(QUESTIONS))
    assert record["ids"].shape == (2, 77)
