"""The pack's embedder gives vectors of length 1; a folder that is none says so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from animegen.errors import WeightsUnusable
from animegen.packs.catalog import load_pack, pack_folder
from animegen.render.likeness import embedder

pytestmark = pytest.mark.slow


def test_the_shipped_embedder_tells_pictures_apart() -> None:
    pack = load_pack("mini", Path())
    folder = pack_folder("mini", Path()) / pack.weights / pack.embedder.path
    rng = np.random.default_rng(0)
    noise, grey = rng.integers(0, 256, (96, 160, 3), np.uint8), np.full((96, 160, 3), 99, np.uint8)
    with embedder(folder, "cpu") as embed:
        vectors = embed([noise, grey, noise])
        (alone,) = embed([grey])
    assert vectors.shape == (3, 128)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert vectors[0] @ vectors[2] == pytest.approx(1, abs=1e-5)
    assert vectors[0] @ vectors[1] < 0.9
    assert alone == pytest.approx(vectors[1], abs=1e-4)


def test_what_is_no_embedder_is_said(tmp_path: Path) -> None:
    with (
        pytest.raises(WeightsUnusable, match="cannot be used"),
        embedder(tmp_path, "cpu"),
    ):
        pass
