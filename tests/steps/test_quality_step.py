"""The quality step leaves figures of what it is given, by the pack's embedder if it has one."""

from __future__ import annotations

import json
from contextlib import contextmanager
from fractions import Fraction
from unittest import mock

import numpy as np
import pytest
from PIL import Image

from animegen.steps.quality import Quality
from animegen.video.encode import write_lossless_rgb


@pytest.fixture
def inputs(artifact, tmp_path):
    picture = np.random.default_rng(0).integers(0, 256, (32, 32, 3), np.uint8)
    keyframe = tmp_path / "keyframe.png"
    Image.fromarray(picture).save(keyframe)
    found = {"keyframe": artifact(keyframe)}
    for index, count in enumerate((3, 2)):
        path = tmp_path / str(index) / "frames.mkv"
        path.parent.mkdir()
        write_lossless_rgb(path, iter([picture] * count), Fraction(8))
        found[f"frames-{index:05d}"] = artifact(path)
    return found


def left(work):
    assert [path.name for path in work.folder.iterdir()] == ["quality.json"]
    return json.loads((work.folder / "quality.json").read_text(encoding="utf-8"))


def test_without_an_embedder_no_weights_are_asked_for(inputs, work):
    Quality(embedder=None).render(inputs, work)
    found = left(work)
    assert found["borders"] == [3]
    assert found["series"]["change"] == [0] * 5
    assert found["series"]["likeness"] == [1] * 5
    assert work.reports == [(5, 5, "frame")]


def test_the_embedder_is_lent_for_the_step(inputs, work, tmp_path):
    lent = []

    @contextmanager
    def embedder(folder, device):
        lent.append((folder, device))
        yield lambda pictures: np.array([[1, 0]] * len(pictures), np.float32)

    with (
        mock.patch("animegen.render.likeness.embedder", embedder),
        mock.patch.object(type(work), "weights", lambda self, digest: tmp_path / digest),
    ):
        Quality(embedder="abc").render(inputs, work)
    assert lent == [(tmp_path / "abc", "cpu")]
    assert left(work)["keyframe_vector"] == [1, 0]
