"""The detectors: what they are asked, how it is read back, and their stage, tiny, on the CPU."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
import torch
from transformers import (
    AutoImageProcessor,
    DepthAnythingForDepthEstimation,
    VitPoseForPoseEstimation,
)

from animegen.render.detect import NothingFound, detect
from animegen.render.detectors import Detector, find_nearness, find_people, load_detector
from animegen.render.maps import from_coco
from tests.training.tiny import job_in, ticking, unfinished
from training import checkpoint, detector_stage, detectors, scenery
from training.cli import main
from training.detector_sheet import Finding, figures, joints_found
from training.detector_stage import Truths, build, numbers
from training.detectors import Size, View
from training.recipe import MINI, TINY

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("pose", "depth")
SIZES = (
    Size(side=256, width=16, layers=2, heads=2),
    Size(side=128, width=16, layers=2, heads=2, cell=2),
)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny autoencoder, base and detectors, and the detectors' part of a pack."""
    torch.set_num_threads(1)
    work = unfinished(tmp_path_factory.mktemp("detectors"))
    assert main([
        "--stage", "detectors", "--work", str(work), "--tiny", "--workers", "1",
        "--minutes", "0.03",
    ], clock=ticking()) == 0  # fmt: skip
    detector_stage.export(job_in(work), work / "pack")
    return work


def dots(count: int, side: int = 64) -> View:
    """Black pictures of two white dots: a left wrist and a right one, each by its own colour."""
    rng = np.random.default_rng(0)
    pictures = np.zeros((count, side, side, 3), np.float32)
    joints = np.zeros((count, 1, 17, 3), np.float32)
    for index in range(count):
        for joint, channel in ((9, 0), (10, 1)):
            x, y = rng.uniform(22, 42, 2)
            row, column = np.mgrid[:side, :side]
            pictures[index, ..., channel] = np.exp(-((column - x) ** 2 + (row - y) ** 2) / 6)
            joints[index, 0, joint] = (x, y, 1)
    rgb = torch.from_numpy(pictures).permute(0, 3, 1, 2)
    return View(
        pictures=rgb,
        joints=torch.from_numpy(joints),
        near=rgb[:, 0],
        inside=torch.ones_like(rgb[:, 0]),
    )


def _brightest(plane: torch.Tensor) -> np.ndarray:
    where = divmod(int(plane.argmax()), plane.shape[1])
    return np.array(where[::-1], float)


def test_joints_move_with_the_picture_and_mirrors_exchange_sides() -> None:
    torch.manual_seed(3)
    before = dots(40)
    after = detectors.moved(before)
    mirrored = 0
    for index in range(40):
        wrists = after.joints[index, 0, [9, 10]].numpy()
        spots = [_brightest(after.pictures[index, channel]) for channel in (0, 1)]
        same, crossed = (
            max(np.hypot(*(wrists[i, :2] - spots[j])) for i, j in pairs)
            for pairs in (((0, 0), (1, 1)), ((0, 1), (1, 0)))
        )
        assert min(same, crossed) < 1.6
        mirrored += crossed < same
        assert np.hypot(*(_brightest(after.near[index]) - spots[0])) == 0
    assert 10 < mirrored < 30


def test_what_leaves_the_picture_is_not_asked_for() -> None:
    torch.manual_seed(1)
    view = dots(30)
    view.joints[:, 0, 0] = torch.tensor([1.0, 1.0, 1.0])
    after = detectors.moved(view).joints[:, 0, 0]
    outside = (after[:, :2] < -0.5).any(1) | (after[:, :2] > 63.5).any(1)
    assert outside.any()
    assert not outside.all()
    assert torch.equal(after[:, 2] == 0, outside)


def test_outside_of_a_shrunk_picture_depth_does_not_count() -> None:
    torch.manual_seed(2)
    view = detectors.moved(dots(12))
    assert (view.inside < 0.5).any()
    wrong = view.near + (view.inside < 0.5) * 5
    assert detectors.depth_loss(wrong, view.near, view.inside) < 1e-6
    assert detectors.depth_loss(view.near + 0.1, view.near, view.inside) > 0.05


def test_worn_pictures_stay_pictures() -> None:
    torch.manual_seed(2)
    pictures = torch.rand(8, 3, 32, 32)
    got = detectors.worn(pictures)
    assert got.shape == pictures.shape
    assert 0 <= got.min() < got.max() <= 1
    assert (got - pictures).abs().mean() > 0.01


def answering(heatmaps: torch.Tensor, size: Size) -> Detector:
    """A pose detector that gives these heatmaps to every picture."""

    def answer(pixels: torch.Tensor) -> SimpleNamespace:
        assert pixels.shape == (1, 3, size.side, size.side)
        return SimpleNamespace(heatmaps=heatmaps)

    answer.device = torch.device("cpu")
    return Detector(answer, size.side, size.side, detectors.PATCH, [0.5] * 3, [0.5] * 3)


@pytest.mark.parametrize("size", SIZES, ids=["as drawn", "at half the side"])
def test_what_is_asked_can_be_read_back(size: Size) -> None:
    """The heatmaps of true joints give back everybody, joint by joint, where they were."""
    hits, wrong, away = [], 0, []
    draw = Truths(side=256)
    for seed in range(60):
        drawn = draw(seed)
        rgb = torch.from_numpy(drawn["rgb"])[None].permute(0, 3, 1, 2).float()
        _, joints = detectors.seen_by_pose(rgb, torch.from_numpy(drawn["joints"])[None], size)
        asked = detectors.heatmaps(joints, size)
        people = find_people(drawn["rgb"], answering(asked, size))
        posed = (drawn["joints"][:, 5:, 2] > 0).sum(1) > 1  # others count as nobody
        truth = from_coco(drawn["joints"][posed])
        hits.append(joints_found(people, truth, reach=3))
        wrong += len(people) != len(truth)
        if len(people) == len(truth) == 1:
            both = (people[0, :, 2] > 0) & (truth[0, :, 2] > 0)
            away.append((people[0] - truth[0])[both, :2])
    assert np.concatenate(hits).mean() > 0.97
    assert wrong <= 2
    assert np.abs(np.concatenate(away).mean(axis=0)).max() < 0.1


def test_shrunk_pictures_take_their_joints_along() -> None:
    view = dots(10)
    small, joints = detectors.seen_by_pose(view.pictures, view.joints, numbers(TINY).pose)
    assert small.shape == (10, 3, 32, 32)
    for picture, wrists in zip(small, joints[:, 0, [9, 10]].numpy(), strict=True):
        for channel, wrist in enumerate(wrists):
            assert np.hypot(*(_brightest(picture[channel]) - wrist[:2])) < 0.8
    product = cv2.resize(
        view.pictures[0].permute(1, 2, 0).numpy(), (32, 32), interpolation=cv2.INTER_AREA
    )
    assert np.allclose(product, small[0].permute(1, 2, 0).numpy(), atol=1e-6)


def test_one_learns_and_the_other_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = unfinished(tmp_path)
    alone = replace(detector_stage.TINY, trained=("pose",), rounds=("drawn", "decoded"))
    monkeypatch.setattr(detector_stage, "TINY", alone)
    before = {name: model.state_dict() for name, model in build(TINY).items()}
    words = job_in(work).words.digest
    checkpoint.write(work, "detectors", before, checkpoint.State(step=0, progress=0, words=words))
    assert main([
        "--stage", "detectors", "--work", str(work), "--tiny", "--workers", "1",
        "--minutes", "0.03",
    ], clock=ticking()) == 0  # fmt: skip
    after, state = checkpoint.read(work, "detectors")
    assert state.step > 2
    same = {
        name: all(torch.equal(after[name][key], held[key].half().float()) for key in held)
        for name, held in before.items()
    }
    assert same == {"pose": False, "depth": True}


def test_figures_count_joints_people_and_depth() -> None:
    def found(*hits: bool, people: int, alike: float) -> Finding:
        rough = np.ones(len(hits), bool)
        return Finding(
            hits=np.array(hits, bool), rough=rough, people=people, alike=alike, pictures=()
        )

    both = [found(True, False, people=0, alike=1.0), found(True, True, people=-1, alike=0.5)]
    assert figures(both) == {
        "joints": 0.75, "joints roughly": 1.0, "people": 0.5, "depth": 0.75,
    }  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_each_has_its_share_of_the_pack(name: str) -> None:
    assert 2 * sum(p.numel() for p in build(MINI)[name].parameters()) < 1_790_000


def test_both_learn() -> None:
    torch.manual_seed(0)
    draw = Truths(side=64)
    records = [draw(scenery.FIRST_SEED + seed) for seed in range(4)]
    batch = {
        name: torch.from_numpy(np.stack([one[name] for one in records])) for name in records[0]
    }
    models = build(TINY)
    pictures, size = batch["rgb"].permute(0, 3, 1, 2) / 255, numbers(TINY).pose
    small, joints = detectors.seen_by_pose(pictures, batch["joints"], size)
    pixels, want = detectors.signal(pictures), detectors.heatmaps(joints, size)
    near = batch["near"] / 255
    learner = torch.optim.AdamW([p for m in models.values() for p in m.parameters()], lr=3e-3)
    losses = []
    for _ in range(40):
        pose = detectors.pose_loss(models["pose"](detectors.signal(small)).heatmaps, want)
        depth = detectors.depth_loss(
            models["depth"](pixels).predicted_depth, near, torch.ones_like(near)
        )
        losses.append((pose.item(), depth.item()))
        (pose + depth).backward()
        learner.step()
        learner.zero_grad()
    assert all(last < 0.75 * first for first, last in zip(losses[0], losses[-1], strict=True))


@pytest.mark.slow
def test_the_stage_trains_and_shows(trained: Path) -> None:
    models, state = checkpoint.read(trained, "detectors")
    assert state.finished
    assert state.step > 2
    assert set(models) == set(NAMES)
    sheet = cv2.imread(str(trained / "detectors.png"))
    assert sheet.shape == (2 * 64, 10 * 64, 3)


@pytest.mark.slow
def test_both_load_with_the_stock_library_and_its_processors(trained: Path) -> None:
    picture = Truths(side=64)(5)["rgb"]
    place = trained / "pack" / "detectors"
    pose = VitPoseForPoseEstimation.from_pretrained(place / "pose")
    processor = AutoImageProcessor.from_pretrained(place / "pose")
    boxes = [[[0, 0, 64, 64]]]
    with torch.no_grad():
        seen = pose(**processor(picture, boxes=boxes, return_tensors="pt"))
    (people,) = processor.post_process_pose_estimation(seen, boxes=boxes)
    assert people[0]["keypoints"].shape[1] == 2
    assert pose.config.id2label[10] == "right wrist"
    depth = DepthAnythingForDepthEstimation.from_pretrained(place / "depth")
    processor = AutoImageProcessor.from_pretrained(place / "depth")
    with torch.no_grad():
        seen = depth(**processor(np.tile(picture, (1, 2, 1))[:, :80], return_tensors="pt"))
    (near,) = processor.post_process_depth_estimation(seen, target_sizes=[(64, 80)])
    assert near["predicted_depth"].shape == (64, 80)


@pytest.mark.slow
def test_the_product_reads_both_from_the_pack(trained: Path) -> None:
    place = trained / "pack" / "detectors"
    picture = np.tile(Truths(side=64)(5)["rgb"], (1, 2, 1))[:, :100]
    people = find_people(picture, load_detector("openpose", place / "pose", "cpu"))
    assert people.shape[1:] == (18, 3)
    detector = load_detector("depth", place / "depth", "cpu")
    assert load_detector("depth", place / "depth", "cpu") is detector
    assert detector.multiple == 8
    assert find_nearness(picture, detector).shape == picture.shape[:2]
    with pytest.raises(NothingFound):
        detect("openpose", np.zeros((64, 64, 3), np.uint8), place / "pose")


def test_two_people_have_room_in_a_record() -> None:
    crowd = next(s for s in range(1000) if len(scenery.scene(s, clean=True).people) == 2)
    record = Truths(side=64)(crowd)
    assert record["joints"][:, :, 2].any(axis=1).all()
    assert record["near"].shape == (64, 64)
    assert numbers(TINY).batch < numbers(MINI).batch
