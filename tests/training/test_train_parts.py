"""The trainer's parts: checkpoints, averages, noise, losses, latents, feed, sheets."""

from __future__ import annotations

import random
import re
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from diffusers import DDPMScheduler
from PIL import Image

from training import checkpoint, figures, losses, scenery, scenes, sheet, vae
from training.average import Average
from training.checkpoint import CheckpointError, State
from training.feed import Feed, FeedError
from training.held_out import held_out
from training.noise import SCHEDULE, Noise
from training.pool import Pool
from training.recipe import MINI, TINY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STATE = State(step=7, progress=0.5, words="abc")
CPU = torch.device("cpu")


def noise(*shape: int) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(0))


class TestCheckpoint:
    @pytest.fixture
    def folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setattr(checkpoint, "PIECE", 1000)
        models = {"a": {"w": noise(40, 40)}, "b": {"n": torch.tensor(3)}}
        checkpoint.write(tmp_path, "base", models, STATE)
        return tmp_path

    def test_reads_what_it_wrote_from_small_pieces(self, folder: Path) -> None:
        models, state = checkpoint.read(folder, "base")
        assert state == STATE
        assert len(list(folder.glob("base.[0-9]*"))) == 4
        assert torch.equal(models["a"]["w"], noise(40, 40).half().float())
        assert models["b"]["n"] == 3
        assert checkpoint.steps(folder, "base") == 7

    def test_names_a_missing_piece(self, folder: Path) -> None:
        (folder / "base.02").unlink()
        with pytest.raises(CheckpointError, match=r"lacks base\.02"):
            checkpoint.read(folder, "base")

    def test_refuses_a_damaged_piece(self, folder: Path) -> None:
        path = folder / "base.01"
        path.write_bytes(path.read_bytes()[:-1] + b"?")
        with pytest.raises(CheckpointError, match="not those that were written"):
            checkpoint.read(folder, "base")

    def test_says_when_there_is_none(self, tmp_path: Path) -> None:
        assert checkpoint.steps(tmp_path, "vae") == 0
        with pytest.raises(CheckpointError, match="no checkpoint of stage vae"):
            checkpoint.read(tmp_path, "vae")


def test_average_follows_and_gives_back() -> None:
    weight = torch.nn.Parameter(torch.zeros(2))
    average = Average([weight], decay=0.9)
    with torch.no_grad():
        weight += 1
    average.update()
    with average.applied():
        assert 0 < float(weight[0]) < 1
    assert float(weight[0]) == 1
    average.commit()
    assert 0 < float(weight[0]) < 1


def test_noise_is_that_of_the_stock_scheduler() -> None:
    ours, stock = Noise(CPU), DDPMScheduler(**SCHEDULE)
    z, e, t = noise(3, 8, 4, 4), noise(3, 8, 4, 4).flip(0), torch.tensor([0, 500, 999])
    torch.testing.assert_close(ours.noisy(z, e, t), stock.add_noise(z, e, t))
    torch.testing.assert_close(ours.velocity(z, e, t), stock.get_velocity(z, e, t))


def test_timesteps_cover_the_schedule_evenly() -> None:
    t = Noise(CPU).timesteps(10)
    assert [int(x) // 100 for x in t] == list(range(10))


def test_weight_counts_noisy_steps_fully() -> None:
    weight = Noise(CPU).weight(torch.tensor([0, 300, 999]))
    assert weight[0] < weight[1] <= weight[2] == 1


class TestLosses:
    def test_a_perfect_reconstruction_costs_nothing(self) -> None:
        x = noise(2, 3, 64, 64).clamp(-1, 1)
        assert float(losses.reconstruction(x, x, torch.ones(2, 1, 64, 64))) < 1e-5
        assert figures.psnr(x, x) > 90
        assert figures.feature_distance(x, x) == 0

    def test_a_blur_costs_more_than_its_colours_alone(self) -> None:
        x = noise(1, 3, 64, 64).clamp(-1, 1)
        blurred = torch.nn.functional.avg_pool2d(x, 3, 1, 1)
        one = torch.ones(1, 1, 64, 64)
        assert losses.reconstruction(blurred, x, one) > (blurred - x).abs().mean()
        assert losses.similarity(blurred, x) < losses.similarity(x, x)

    def test_faces_weigh_more_the_smaller_they_are_and_the_mean_is_one(self) -> None:
        faces = torch.tensor([[8.0, 8.0, 4.0], [8.0, 8.0, 1.5], [0, 0, 0]])
        weight = losses.face_weight(faces, 32, 32)
        large, small, none = (weight[i, 0, 8, 8] / weight[i, 0, 30, 30] for i in range(3))
        assert weight.mean() == pytest.approx(1)
        assert float(large) == pytest.approx(5)
        assert small > large
        assert none == 1


@torch.no_grad()
def test_normalised_latents_decode_to_the_same_picture() -> None:
    torch.manual_seed(0)
    model = vae.build(TINY).eval()
    x = noise(2, 3, 64, 64)
    before = model.encode(x).latent_dist
    picture = model.decode(before.mode()).sample
    mean, deviation = before.mode().mean((0, 2, 3)), before.mode().std((0, 2, 3))
    vae.normalise(model, mean, deviation)
    after = model.encode(x).latent_dist
    torch.testing.assert_close(after.mode().mean((0, 2, 3)), torch.zeros(8), atol=1e-4, rtol=0)
    torch.testing.assert_close(after.mode().std((0, 2, 3)), torch.ones(8), atol=1e-4, rtol=0)
    ratio = after.std / before.std * deviation.view(1, -1, 1, 1)
    torch.testing.assert_close(ratio, torch.ones_like(ratio), atol=1e-3, rtol=0)
    torch.testing.assert_close(model.decode(after.mode()).sample, picture, atol=1e-4, rtol=0)


def test_pool_replaces_its_oldest_rows() -> None:
    pool = Pool(4, CPU)
    for first in (0, 3):
        rows = torch.arange(first, first + 3).float()
        pool.add({"data": rows[:, None], "same": rows})
    batch = pool.sample(200)
    assert (len(pool), pool.added) == (4, 6)
    assert batch["data"].unique().tolist() == [2, 3, 4, 5]
    assert torch.equal(batch["same"], batch["data"][:, 0])


def paint(seed: int) -> dict[str, np.ndarray]:
    if seed % 5 == 0:
        raise ValueError("a scene that cannot be drawn")
    return {"rgb": np.full((8, 6, 3), seed % 251, np.uint8), "seed": np.array([seed])}


class TestFeed:
    @pytest.fixture
    def feed(self) -> Iterator[Feed]:
        feed = Feed(paint, slots=16, workers=2, first=100)
        feed.start()
        yield feed
        feed.stop()

    def test_draws_every_seed_once_but_the_undrawable(self, feed: Feed) -> None:
        seen: list[int] = []
        until = time.monotonic() + 30
        while len(seen) < 150 and time.monotonic() < until:
            got = feed.take(8)
            assert got["rgb"].shape[1:] == (8, 6, 3)
            assert (got["rgb"][:, 0, 0, 0] == got["seed"][:, 0] % 251).all()
            seen += got["seed"][:, 0].tolist()
        assert len(seen) == len(set(seen)) >= 150
        assert not any(seed % 5 == 0 for seed in seen)
        assert set(range(101, 120)) - {105, 110, 115} <= set(seen)

    def test_says_that_it_has_stopped(self, feed: Feed) -> None:
        feed.stop()
        with pytest.raises(FeedError):
            feed.take(1)

    def test_gives_up_when_nothing_can_be_drawn(self) -> None:
        def never(seed: int) -> dict[str, np.ndarray]:
            raise ValueError(seed)

        with pytest.raises(FeedError, match="none of the seeds from 7"):
            Feed(never, slots=2, workers=1, first=7)


def test_a_sheet_stays_small(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    pictures = [rng.integers(0, 256, (256, 256, 3), np.uint8) for _ in range(16)]
    sheet.write(tmp_path / "sheet.png", pictures, columns=8)
    assert (tmp_path / "sheet.png").stat().st_size < sheet.MOST_BYTES
    with Image.open(tmp_path / "sheet.png") as image:
        assert image.width / image.height == pytest.approx(4, rel=0.02)


class TestScenery:
    def test_a_seed_decides_the_picture_and_its_captions(self) -> None:
        words = scenery.words()
        one, two = (scenery.still(words, (320, 192), 4)(3) for _ in range(2))
        assert one["rgb"].shape == (192, 320, 3)
        assert one["ids"].shape == (4, 77)
        assert all((one[name] == two[name]).all() for name in one)

    def test_no_stage_sees_a_held_out_combination(self) -> None:
        seeds = range(scenery.FIRST_SEED, scenery.FIRST_SEED + 400)
        assert any(held_out(scenes.sample(seed)) for seed in seeds)
        assert not any(held_out(scenery.scene(seed)) for seed in seeds)

    def test_every_word_of_a_caption_is_one_token(self) -> None:
        words = scenery.words()
        rng = random.Random(0)
        for _ in range(20):
            text = scenes.caption(scenery.scene(rng.randrange(10**6)), rng)
            plain = re.findall(r"[a-z]+|\d|[^\sa-z\d]+", text.lower())
            assert words.encode(text).index(words.end) == min(len(plain) + 1, 76)

    def test_the_face_is_the_largest_head_that_is_seen(self) -> None:
        points = np.zeros((2, 18, 3), np.float32)
        points[0, 0], points[0, 1] = (50, 40, 1), (50, 60, 1)
        points[1, 0], points[1, 1] = (90, 40, 1), (90, 50, 1)
        assert scenery.face(points) == (50.0, 40.0, 20.0)
        assert scenery.face(points[:0]) == (0.0, 0.0, 0.0)


def test_recipe_shares_add_up() -> None:
    assert sum(MINI.share(shape) for shape in MINI.shapes) == pytest.approx(1)
