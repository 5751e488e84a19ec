"""Estimates through the command line: learnt from renders, told by `plan`, kept to."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from films import THREE_SHOTS

if TYPE_CHECKING:
    from tests.conftest import Project

UNKNOWN = "estimate: not known: nothing like it was rendered into this store yet\n"


@pytest.fixture
def film(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    project.write(THREE_SHOTS)
    return project


def learn(film: Project) -> None:
    assert film.storyboard("render", "film.yaml", "--slate", "-q").code == 0
    film.edit("street", "avenue")


def ledger(film: Project) -> dict[str, list[list[float]]]:
    text = (film.folder / ".storyboard" / "history" / "times.json").read_text()
    works = json.loads(text)["works"]
    return {
        f"{work['work']['kind']} after {work['after']}": work["samples"] for work in works
    }  # fmt: skip


def test_a_render_leaves_its_times(film: Project) -> None:
    learn(film)
    found = ledger(film)
    assert {name: len(samples) for name, samples in found.items()} == {
        "slate after []": 1,
        "slate after None": 2,
        "clip after ['slate']": 1,
        "clip after None": 2,
        "film after ['clip', 'slate']": 1,
    }
    assert all(seconds > 0 for samples in found.values() for seconds, _ in samples)


def test_the_plan_tells_what_it_learnt_and_on_what_that_rests(film: Project) -> None:
    assert film.storyboard("plan", "film.yaml", "--slate").out.endswith(UNKNOWN)
    learn(film)
    out = film.storyboard("plan", "film.yaml", "--slate").out
    told = out[out.index("estimate:") :].splitlines()
    assert re.fullmatch(r"estimate: about [\d.]+s( \([\d.]+s to [\d.]+s\))?(, memory .*)?", told[0])
    assert told[1] == (
        "  from 5 nodes timed before on cpu, 1 thread: the median, and in brackets the quartiles"
    )


def test_a_finished_film_needs_no_estimate(film: Project) -> None:
    film.storyboard("render", "film.yaml", "--slate")
    out = film.storyboard("plan", "film.yaml", "--slate").out
    assert out.endswith("nothing to render: every step is in the store\n")


def test_other_threads_are_another_device(film: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    learn(film)
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    assert film.storyboard("plan", "film.yaml", "--slate").out.endswith(UNKNOWN)


def test_the_json_form_has_numbers_and_what_is_unknown(film: Project) -> None:
    learn(film)
    cards = json.loads(film.storyboard("plan", "film.yaml", "--slate", "--json").out)["estimate"]
    assert (cards["device"], cards["nodes"], cards["unknown"]) == ("cpu, 1 thread", 3, 0)
    assert 0 < cards["seconds"]["low"] <= cards["seconds"]["median"] <= cards["seconds"]["high"]
    assert [part["basis"] for part in cards["parts"]] == ["measured"] * 3
    real = json.loads(film.storyboard("plan", "film.yaml", "--json").out)["estimate"]
    unknown = {part["kind"]: part["unknown"] for part in real["parts"]}
    assert unknown == {"keyframe": 3, "segment": 3, "clip": 3, "film": 0}
    assert real["seconds"]["median"] > 0


@pytest.mark.parametrize("verb", ["plan", "render"])
def test_more_than_the_minutes_is_refused_before_any_work(film: Project, verb: str) -> None:
    learn(film)
    result = film.storyboard(verb, "film.yaml", "--slate", "--max-minutes", "0")
    assert (result.code, result.out) == (6, "")
    assert re.fullmatch(
        r"error: this would take about .*s( \(.*\))?, --max-minutes allows 0\.0s\n"
        r"  help: allow more, choose fewer shots with --only, or a lower --quality\n",
        result.err,
    )
    assert len(ledger(film)["slate after None"]) == 2


def test_enough_minutes_let_it_pass(film: Project) -> None:
    learn(film)
    assert film.storyboard("render", "film.yaml", "--slate", "--max-minutes", "5").code == 0
    assert film.storyboard("render", "film.yaml", "--slate", "--max-minutes", "0").code == 0


def test_force_costs_all_of_it(film: Project) -> None:
    film.storyboard("render", "film.yaml", "--slate")
    flags = ("film.yaml", "--slate", "--max-minutes", "0")
    assert film.storyboard("render", *flags, "--force").code == 6


def test_nothing_known_is_no_reason_to_refuse(film: Project) -> None:
    result = film.storyboard("plan", "film.yaml", "--slate", "--max-minutes", "0.001")
    assert (result.code, result.err) == (
        0,
        "--max-minutes: nothing like slate, clip, film was timed before, so it is not counted\n",
    )


def test_a_ledger_that_cannot_be_written_fails_no_render(film: Project) -> None:
    learn(film)
    place = film.folder / ".storyboard" / "history" / "times.json"
    place.unlink()
    place.mkdir()
    assert film.storyboard("render", "film.yaml", "--slate").code == 0
