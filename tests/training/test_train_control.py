"""Control maps of scenes, and the ControlNet's stage end to end, tiny and on the CPU."""

from __future__ import annotations

import random
import time
import warnings
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
import torch
from diffusers import ControlNetModel, StableDiffusionXLControlNetPipeline

from animegen.render.maps import COLOURS, draw_edges
from tests.training.tiny import job_in, ticking, unfinished
from training import checkpoint, control_stage, finished, maps, pipeline, scenery, scenes
from training.cli import main
from training.control import Guided
from training.control_stage import Guides, build, numbers
from training.maps import KINDS, control_map
from training.recipe import MINI, TINY

if TYPE_CHECKING:
    from pathlib import Path

    from training.scenes import Picture

WORDS = scenery.words()


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an autoencoder and a base, neither of which can draw."""
    torch.set_num_threads(1)
    return unfinished(tmp_path_factory.mktemp("control"))


@pytest.fixture(scope="module")
def trained(work: Path) -> Path:
    """The same after the control stage."""
    assert main([
        "--stage", "control", "--work", str(work), "--tiny", "--workers", "1", "--minutes", "0.03",
    ], clock=ticking()) == 0  # fmt: skip
    return work


def picture(seed: int, size: tuple[int, int] = (256, 256)) -> Picture:
    return scenes.draw(scenery.scene(seed, clean=True), 0.3, size)


def guides(side: int = 256) -> Guides:
    return Guides(words=WORDS, shape=(side, side), captions=2)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [(96, 96), (100, 60)])
def test_maps_fit_their_pictures_and_repeat(kind: str, size: tuple[int, int]) -> None:
    drawn = picture(3, size)
    first, again = (control_map(kind, drawn, random.Random(1)) for _ in range(2))
    assert first.shape == drawn.rgb.shape
    assert first.dtype == np.uint8
    assert np.array_equal(first, again)
    assert first.any()


def test_a_skeleton_lies_on_its_person() -> None:
    """Of nearly every joint that is seen, the map has the colour near its place."""
    found, asked = 0, 0
    for seed in range(40):
        drawn = picture(seed)
        skeleton = control_map("openpose", drawn, random.Random(seed))
        for person in drawn.keypoints:
            for joint in (0, 4, 7, 9, 12):
                x, y, seen = person[joint].astype(int)
                if seen:
                    near = skeleton[max(y - 5, 0) : y + 6, max(x - 5, 0) : x + 6].reshape(-1, 3)
                    asked += 1
                    found += bool((near == COLOURS[joint]).all(axis=1).any())
    assert asked > 60
    assert found > 0.8 * asked


def test_depth_keeps_the_order_of_near_and_far() -> None:
    drawn = picture(8)
    rough = control_map("depth", drawn, random.Random(2))[..., 0]
    near, far = drawn.depth >= np.quantile(drawn.depth, 0.9), drawn.depth <= drawn.depth.min()
    assert rough[near].mean() > rough[far].mean() + 100


def test_edges_of_a_sharp_picture_are_those_of_run_time() -> None:
    class Never(random.Random):
        """Softens nothing."""

        def uniform(self, a: float, b: float) -> float:
            return a

    drawn = picture(5)
    assert np.array_equal(control_map("canny", drawn, Never()), draw_edges(drawn.rgb))


@pytest.mark.parametrize("size", [(256, 256), (320, 192), (90, 70)])
def test_line_art_is_what_the_package_draws(size: tuple[int, int]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from controlnet_aux.lineart_standard import LineartStandardDetector

    drawn = picture(13, size).rgb
    theirs = LineartStandardDetector()(drawn, detect_resolution=512, output_type="np")
    assert np.abs(maps.lineart(drawn).astype(int) - theirs).max() <= 1


def test_line_art_of_nothing_is_black() -> None:
    assert not maps.lineart(np.full((64, 64, 3), 200, np.uint8)).any()


def test_records_say_where_people_are_and_pose_needs_some() -> None:
    landscape = next(s for s in range(1000) if not scenery.scene(s, clean=True).people)
    record = guides(64)(landscape, "openpose")
    assert not record["people"].any()
    assert record["map"].any()
    crowd = next(s for s in range(1000) if len(scenery.scene(s, clean=True).people) == 2)
    record = guides(64)(crowd)
    assert record["people"].shape == (8, 8)
    assert record["people"].any()
    assert record["ids"].shape == (2, 77)


def test_every_kind_is_drawn_and_pose_most_often(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    blank = scenes.draw(scenery.scene(3, clean=True), 0, (64, 64))
    monkeypatch.setattr(scenes, "draw", lambda *_: blank)
    monkeypatch.setattr(
        control_stage, "control_map", lambda kind, *_: asked.append(kind) or blank.rgb
    )
    for seed in range(300):
        guides(64)(seed)
    shares = {kind: asked.count(kind) / len(asked) for kind in KINDS}
    assert 0.4 < shares["openpose"] < 0.6
    assert min(shares.values()) > 0.1


def test_the_network_has_its_share_of_the_pack() -> None:
    net = build(MINI)
    assert 2 * sum(p.numel() for p in net.parameters()) < 17_400_000


def test_it_begins_as_nothing_and_hears_the_map_from_the_first_step(work: Path) -> None:
    job = job_in(work)
    guided = Guided(job, numbers(TINY).map_channels)
    z, t = torch.randn(2, TINY.latent_channels, 8, 8), torch.tensor([100, 900])
    context, pooled = guided.text.embed(torch.tensor([WORDS.encode("smile")] * 2))
    drawn = torch.randint(0, 255, (2, 64, 64, 3), dtype=torch.uint8)
    free = finished.base(job).unet(
        z, t, context, return_dict=False,
        added_cond_kwargs={
            "text_embeds": pooled, "time_ids": torch.tensor([[64.0, 64, 0, 0, 64, 64]] * 2),
        },
    )[0]  # fmt: skip
    assert torch.allclose(guided.predict(z, t, context, pooled, drawn), free, atol=1e-5)
    batch = {
        "z": z, "map": drawn, "ids": torch.tensor([WORDS.encode("smile")] * 2),
        "people": torch.zeros((2, 8, 8), dtype=torch.uint8),
    }  # fmt: skip
    learner = torch.optim.AdamW(guided.net.parameters(), lr=1e-3)
    guided.loss(batch).backward()
    learner.step()
    one, other = (guided.predict(z, t, context, pooled, m) for m in (drawn, 255 - drawn))
    assert (one - other).abs().max() > 1e-5


@pytest.mark.slow
def test_the_stage_trains_and_shows(trained: Path) -> None:
    models, state = checkpoint.read(trained, "control")
    assert state.finished
    assert state.step > 2
    zero = models["controlnet"]["controlnet_down_blocks.0.weight"]
    assert zero.any()
    sheet = cv2.imread(str(trained / "control.png"))
    assert sheet.shape == (4 * 64, 9 * 64, 3)


@pytest.mark.slow
def test_stock_pipeline_draws_under_the_exported_network(trained: Path, tmp_path: Path) -> None:
    job = job_in(trained)
    pipeline.export_base(job, tmp_path / "base")
    control_stage.export(job, tmp_path)
    stock = StableDiffusionXLControlNetPipeline.from_pretrained(
        tmp_path / "base", controlnet=ControlNetModel.from_pretrained(tmp_path / "controlnet")
    )
    stock.set_progress_bar_config(disable=True)

    def draw(guide: np.ndarray) -> np.ndarray:
        return stock(
            "1girl, red hair", image=torch.from_numpy(guide).permute(2, 0, 1)[None] / 255,
            num_inference_steps=2, width=64, height=64, output_type="np",
            generator=torch.Generator().manual_seed(1),
        ).images[0]  # fmt: skip

    free, guided = (
        draw(guide) for guide in (np.zeros((64, 64, 3), np.uint8), picture(3, (64, 64)).rgb)
    )
    assert free.shape == (64, 64, 3)
    assert np.isfinite(guided).all()
    assert np.abs(free - guided).max() > 0


@pytest.mark.slow
def test_every_shape_is_drawn_and_trained_on(work: Path) -> None:
    job = job_in(work)
    feeds = control_stage.feeds(TINY, WORDS, 1, scenery.FIRST_SEED)
    try:
        for feed in feeds.values():
            feed.start()
        records = control_stage._Records(job, finished.autoencoder(job), feeds)
        records.fill_up()
        guided, seen = Guided(job, numbers(TINY).map_channels), set()
        deadline = time.monotonic() + 60  # the painters are processes of their own
        while seen != set(TINY.shapes) and time.monotonic() < deadline:
            records.fill()
            batch = records.batch()
            height, width = batch["map"].shape[1:3]
            if (width, height) not in seen:
                assert torch.isfinite(guided.loss(batch))
            seen.add((width, height))
    finally:
        for feed in feeds.values():
            feed.stop()
    assert seen == set(TINY.shapes)
