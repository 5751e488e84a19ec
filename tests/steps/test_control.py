"""The control step finds its pictures and hands itself to the render room."""

from __future__ import annotations

from unittest import mock

import pytest

from animegen.steps.control import Control, Drawing

STEP = Control(drawings=(Drawing(word="depth", detector="d" * 64),), frames=16)


@pytest.fixture
def stored(artifact, tmp_path):
    def build(folder, name):
        path = tmp_path / folder / name
        path.parent.mkdir()
        path.write_bytes(b"picture")
        return artifact(path)

    return build


def test_a_keyframe_is_one_picture(work, stored, tmp_path):
    with mock.patch("animegen.render.control.draw_maps") as draw:
        STEP.render({"keyframe": stored("k", "keyframe.png")}, work)
    draw.assert_called_once_with(STEP, work, keyframe=tmp_path / "k" / "keyframe.png")


def test_a_draft_is_laid_end_to_end(work, stored, tmp_path):
    inputs = {
        "frames-00001": stored("two", "frames.mkv"),
        "frames-00000": stored("one", "frames.mkv"),
    }
    with mock.patch("animegen.render.control.draw_maps") as draw:
        STEP.render(inputs, work)
    paths = [tmp_path / name / "frames.mkv" for name in ("one", "two")]
    draw.assert_called_once_with(STEP, work, segments=paths)
