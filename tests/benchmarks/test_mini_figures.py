"""The figures of the benchmark: they are right where the right answer is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from benchmarks.mini import page, prompts, table
from benchmarks.mini.control import edge_f1, pck, rank_correlation
from benchmarks.mini.judging import frechet, mean, tally
from training import scenes
from training.held_out import held_out
from training.scenery import FIRST_SEED

if TYPE_CHECKING:
    from pathlib import Path


def test_frechet_distance_is_that_of_two_normal_distributions() -> None:
    rng = np.random.default_rng(0)
    one = rng.normal(0, 1, (4_000, 3))
    other = rng.normal((2, 0, 0), (1, 3, 1), (4_000, 3))
    assert frechet(one, one) == pytest.approx(0, abs=1e-6)
    assert frechet(one, other) == pytest.approx(2**2 + (3 - 1) ** 2, rel=0.06)


def test_only_what_was_wanted_is_counted() -> None:
    got = [{"time": "day", "setting": "room"}, {"time": "night", "setting": "room"}]
    want = [{"time": "day"}, {"time": "day", "setting": "room"}]
    counts = tally(got, want)
    assert counts == {"time": (1, 2), "setting": (1, 1)}
    assert mean(counts, ("time", "setting", "weather")) == 0.75


def test_joints_count_when_they_are_near_and_of_one_person() -> None:
    given = np.zeros((18, 3), np.float32)
    given[:4] = [[10, 10, 1], [10, 110, 1], [60, 60, 1], [0, 0, 0]]
    right = given.copy()
    right[:, 0] += 9
    half = given.copy()
    half[0] = (40, 40, 1)
    lost = given.copy()
    lost[:, 2] = 0
    assert pck(right[None], given) == 1.0
    assert pck(np.stack([lost, half]), given) == pytest.approx(2 / 3)
    assert pck(np.zeros((0, 18, 3), np.float32), given) == 0.0


def test_ranks_know_nothing_of_scale() -> None:
    near = np.random.default_rng(0).random((64, 64)).astype(np.float32)
    assert rank_correlation(near, np.exp(5 * near)) == pytest.approx(1)
    assert rank_correlation(near, -near) == pytest.approx(-1)
    assert rank_correlation(near, np.ones_like(near)) == 0.0


def test_equal_values_share_their_rank() -> None:
    steps = np.repeat(np.arange(4, dtype=np.float32), 16).reshape(8, 8)
    small = cv2.resize(steps, (64, 64), interpolation=cv2.INTER_NEAREST)
    assert rank_correlation(small, small * 3) == pytest.approx(1)


def test_edges_may_be_two_pixels_off_and_no_more() -> None:
    want = np.zeros((40, 40), np.uint8)
    want[:, 20] = 255
    near, far, twice = np.zeros_like(want), np.zeros_like(want), want.copy()
    near[:, 22], far[:, 25], twice[:, 5] = 255, 255, 255
    assert edge_f1(near, want) == 1.0
    assert edge_f1(far, want) == 0.0
    assert edge_f1(twice, want) == pytest.approx(2 / 3)
    assert edge_f1(np.zeros_like(want), want) == 0.0


def test_tasks_are_held_out_and_half_of_them_join_unseen_words() -> None:
    tasks = prompts.tasks(12)
    assert [task.unseen for task in tasks] == [False, True] * 6
    assert all(held_out(task.scene) == task.unseen for task in tasks)
    assert all(task.scene.seed < FIRST_SEED for task in tasks)
    assert len({task.scene.seed for task in tasks}) == 12


def test_a_prompt_says_all_that_is_wanted() -> None:
    for task in prompts.tasks(24):
        said = task.prompt.split(", ")
        for question, word in prompts.wanted(task.scene).items():
            if question == "weather" and word in ("petals", "stars"):
                continue  # "falling petals", "starry sky"
            if question in ("hair colour", "eye colour", "outfit", "outfit colour"):
                assert any(word in tag for tag in said)
            elif not (question == "time" and task.scene.setting == "simple background"):
                assert word in said


def test_a_prompt_leaves_out_what_it_is_told_to() -> None:
    scene = prompts.people(1)[0]
    pose = scene.people[0].pose
    assert pose in prompts.prompt_of(scene).split(", ")
    assert pose not in prompts.prompt_of(scene, without=(pose,)).split(", ")


def test_calm_scenes_hold_still() -> None:
    for scene in [*prompts.people(5, calm=True), *prompts.landscapes(5)]:
        assert scene.weather == "clear"
        assert scene.time != "night"
        assert scene == scenes.sample(scene.seed, style="anime", clean=True)


def test_rows_say_whether_their_goal_is_met() -> None:
    assert table.at_least("a", 0.5, 0.4).met is True
    assert table.at_least("a", 0.3, 0.4).met is False
    assert table.at_most("a", 0.3, 0.4).met is True
    assert table.at_most("a", 0.5, None).met is None
    row = table.at_least("accuracy", 0.912, 0.9, form=table.percent)
    assert (row.reached, row.goal) == ("91.2 %", ">= 90.0 %")


def test_results_are_kept_part_by_part(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    about = {"run": "quick", "torch": "2.9", "cores": "2", "device": "cpu"}
    results = table.Results(path=path, about=about, parts={})
    results.add("vae", [table.at_least("PSNR", 31.0, 30.0)])
    assert list(table.read(path).parts) == ["vae"]
    results.add("lcm", [table.absent("LCM", "lcm")])
    back = table.read(path)
    assert back.parts == results.parts
    assert back.about == about


def test_parts_measured_side_by_side_are_all_kept(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    one, other = (table.Results(path=path, about={}, parts={}) for _ in range(2))
    one.add("vae", [table.at_least("PSNR", 29.0, 30.0)])
    other.add("lcm", [])
    other.add("vae", [table.at_least("PSNR", 31.0, 30.0)])
    one.add("still", [])
    found = table.read(path).parts
    assert set(found) == {"vae", "lcm", "still"}
    assert found["vae"][0].reached == "31.00"


def test_the_page_shows_what_was_measured_and_nothing_else(tmp_path: Path) -> None:
    results = table.Results(
        path=tmp_path / "results.json",
        about={"run": "quick", "torch": "2.9", "cores": "2", "device": "cpu"},
        parts={"vae": [table.at_least("PSNR", 31.0, 30.0)]},
    )
    text = page.page(results, ["vae"])
    assert "| PSNR | **31.00** | >= 30.00 |  |" in text
    assert "(pictures/mini-vae.jpg)" in text
    assert "## Prompts" not in text
    assert text.count("\n## ") == 1
