"""The benchmark on a tiny pack that has learnt nothing: every part runs, what lacks is said."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from animegen.render import smoke
from benchmarks import mini_quality
from benchmarks.mini import table
from benchmarks.mini.context import Context
from benchmarks.mini.effort import Effort
from benchmarks.mini.judging import Panel
from benchmarks.mini.stills import Asked
from benchmarks.mini.studio import NotInPack, Studio
from training import embedder, judge

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

LEAST = Effort(
    prompts=4, scenes=6, rebuilt=2, camera_clips=1, still_clips=2, style_prompts=1,
    character_seeds=1, poses=1, chains=1, pairs=2,
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    made = tmp_path_factory.mktemp("pack")
    smoke.build(made)
    judge.save(judge.Judge(), made / "judge.safetensors", {"drawn": {}, "decoded": {"style": 1.0}})
    return made


@pytest.fixture
def context(folder: Path, tmp_path: Path) -> Context:
    return Context(
        studio=Studio(folder=folder, size=64, scratch=tmp_path),
        panel=Panel.of(folder / "judge.safetensors"),
        effort=LEAST,
        out=tmp_path / "out",
    )


def results(context: Context) -> table.Results:
    return table.Results(path=context.out / "results.json", about={}, parts={})


def test_a_still_by_itself_is_bit_for_bit_the_products_keyframe(
    context: Context, tmp_path: Path
) -> None:
    for quality in ("fast", "high"):
        asked = [Asked(prompt="1girl, red hair", seed=7)]
        (still,) = context.studio.stills(asked, quality)
        keyframe = context.studio.keyframe("1girl, red hair", 7, tmp_path, quality=quality)
        assert np.array_equal(still, keyframe)


def test_stills_in_company_are_those_drawn_alone(context: Context) -> None:
    long = ", ".join(["1girl, red hair, school uniform, smile, city, night"] * 8)
    asked = [Asked(prompt=prompt, seed=n) for n, prompt in enumerate(("1girl", long, "1boy"))]
    together = context.studio.stills(asked, "fast")
    for one, picture in zip(asked, together, strict=True):
        (alone,) = context.studio.stills([one], "fast")
        assert np.abs(alone.astype(int) - picture).max() <= 1


@pytest.mark.parametrize(
    "part", [part for part in mini_quality.PARTS if part not in ("speed", "motion", "embedder")]
)
def test_every_part_gives_rows_and_keeps_them(context: Context, part: str) -> None:
    kept = results(context)
    mini_quality.run(context, [part], kept)
    rows = table.read(kept.path).parts[part]
    assert rows
    assert not [row.reached for row in rows if "failed" in row.reached]
    assert any(row.value is not None for row in rows)


def test_the_embedder_is_measured_when_there_is_one(context: Context, tmp_path: Path) -> None:
    kept = results(context)
    mini_quality.run(context, ["embedder"], kept)
    assert kept.parts["embedder"][0].reached == "not in this pack: embedder"
    tower = embedder.build(side=32, width=32, layers=1, dimensions=16)
    folder = tmp_path / "pack"
    shutil.copytree(context.studio.folder / "base", folder / "base")
    embedder.save(tower, folder / "embedder")
    context.studio = Studio(folder=folder, size=64, scratch=tmp_path)
    mini_quality.run(context, ["embedder"], kept)
    drawn, decoded = kept.parts["embedder"]
    assert drawn.value in (0.0, 0.5, 1.0)
    assert decoded.value in (0.0, 0.5, 1.0)


def test_a_part_that_breaks_does_not_end_the_run(
    context: Context, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(context: Context) -> list[table.Row]:
        raise ValueError("no")

    monkeypatch.setitem(mini_quality.PARTS, "vae", broken)
    kept = results(context)
    mini_quality.run(context, ["vae", "lcm"], kept)
    assert kept.parts["vae"][0].reached == "failed: ValueError: no"
    assert kept.parts["lcm"][0].value is not None
    assert "ValueError: no" in capsys.readouterr().err


def test_what_the_pack_lacks_is_said(folder: Path, context: Context, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    shutil.copytree(folder / "base", bare / "base")
    context.studio = Studio(folder=bare, size=64, scratch=tmp_path)
    kept = results(context)
    mini_quality.run(context, ["lcm", "still", "motion", "characters"], kept)
    said = {part: rows[0].reached for part, rows in kept.parts.items()}
    assert said == {
        "lcm": "not in this pack: lcm",
        "still": "not in this pack: motion",
        "motion": "not in this pack: motion",
        "characters": "not in this pack: lcm",
    }


def test_a_motion_word_that_is_missing_is_said(folder: Path, context: Context) -> None:
    with pytest.raises(NotInPack, match="tilt-down"):
        context.studio.clip("1girl", 1, more=(("tilt-down", 1.0),))


def test_only_adds_to_what_is_there(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for part in ("vae", "lcm"):
        monkeypatch.setitem(
            mini_quality.PARTS, part, lambda context, part=part: [table.at_least(part, 1.0, 0.5)]
        )
        mini_quality.main([
            "--pack", str(folder), "--judge", str(folder / "judge.safetensors"),
            "--out", str(tmp_path), "--only", part, "--quick",
        ])  # fmt: skip
    found = json.loads((tmp_path / "results.json").read_text())
    assert set(found["parts"]) == {"vae", "lcm"}
    assert found["about"]["run"] == "quick"


def test_an_unknown_part_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        mini_quality.main(["--only", "beauty"])
    assert "there is no part beauty" in capsys.readouterr().err
