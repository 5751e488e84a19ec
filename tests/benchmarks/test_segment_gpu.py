"""The benchmark of full-size models times tiny ones on a CPU."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from benchmarks.segment_gpu import main

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow


def test_every_figure_of_a_segment_is_found(tmp_path: Path) -> None:
    out = tmp_path / "found.json"
    where = ["--sizes", "64", "--out", str(out), "--scratch", str(tmp_path)]
    main(["--tiny", "--parts", "ours,control,long,float8", *where])
    found = json.loads(out.read_text(encoding="utf-8"))
    for name in ("UNet call, ms", "4 steps, s", "decode 16 frames, ms", "segment, s"):
        assert found[f"ours 64: {name}"] > 0
    assert "ours 64: a ControlNet, in UNet calls" in found
