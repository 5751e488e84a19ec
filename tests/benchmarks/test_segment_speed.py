"""What is timed: both ways draw as many frames, of the size that was asked for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from animegen.packs.catalog import load_pack, pack_folder
from benchmarks import segment_speed

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("way", segment_speed.WAYS)
def test_a_way_draws_a_whole_segment(way, tmp_path, monkeypatch):
    monkeypatch.setattr(segment_speed, "_SIZE", 64)
    folder = pack_folder("mini", Path()) / load_pack("mini", Path()).weights
    frames = np.squeeze(np.asarray(segment_speed.WAYS[way](folder, tmp_path)()))
    assert frames.shape == (16, 64, 64, 3)
    assert np.ptp(frames) > 0
