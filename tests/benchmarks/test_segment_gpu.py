"""The benchmark of full-size models runs with tiny ones on a CPU: evidence and the stopwatch."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from benchmarks.gpu import ours
from benchmarks.segment_gpu import main

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow


def test_a_whole_shot_and_the_stopwatch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = replace(ours.LCM, steps=2)
    monkeypatch.setattr(ours, "LCM", quick)
    monkeypatch.setattr(ours, "DPM", quick)  # 25 steps are for a GPU
    out = tmp_path / "found.json"
    where = ["--sizes", "64", "--out", str(out), "--scratch", str(tmp_path)]
    main(["--tiny", "--parts", "evidence,ours", *where])
    found = json.loads(out.read_text(encoding="utf-8"))
    assert found["ours 64, LCM: equal bits twice"] is True
    assert found["ours 64: segment, s"] > 0
