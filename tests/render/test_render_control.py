"""Control maps are drawn of each picture; what is not found falls back, and that is said."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from animegen.errors import RenderFailed, StoreFailed
from animegen.render import detect
from animegen.render.control import draw_maps, read_maps
from animegen.steps.control import Control, Drawing
from animegen.video.encode import write_lossless_rgb

pytestmark = pytest.mark.slow

CANNY = Control(drawings=(Drawing(word="canny"),))
POSE = Control(
    drawings=(Drawing(word="openpose", detector="detectors/pose"), Drawing(word="lineart")),
    frames=4,
)


def _house(shift=0):
    picture = np.full((64, 64, 3), 30, np.uint8)
    picture[20:50, 10 + shift : 40 + shift] = (220, 80, 60)
    return picture


@pytest.fixture
def keyframe(tmp_path):
    path = tmp_path / "blob"
    Image.fromarray(_house()).save(path, format="png")
    return path


@pytest.fixture
def segments(tmp_path):
    """Two files with three frames each, every frame shifted by one more pixel."""
    paths = [tmp_path / "one", tmp_path / "two"]
    for index, path in enumerate(paths):
        write_lossless_rgb(path, [_house(3 * index + frame) for frame in range(3)], Fraction(8))
    return paths


@pytest.fixture
def see(monkeypatch):
    """Let the pose detector see somebody in the pictures with these shifts only."""

    def limit(*shifts):
        def fake(kind, picture, weights=None, device="cpu"):
            assert (weights is None) == (kind in ("canny", "lineart"))
            shift = next(s for s in range(8) if (picture == _house(s)).all())
            if kind == "openpose" and shift not in shifts:
                raise detect.NothingFound("nobody")
            return np.full_like(picture, 100 + shift if kind == "openpose" else shift)

        monkeypatch.setattr("animegen.render.detect.detect", fake)

    return limit


def _drawn(bench):
    return json.loads((bench.folder / "drawn.json").read_text(encoding="utf-8"))


def _levels(bench, count):
    maps = [np.asarray(Image.open(bench.folder / f"map-{i:03d}.png")) for i in range(count)]
    return [int(found.max()) for found in maps]


def test_edges_of_a_keyframe_stand_where_its_edges_are(bench, keyframe):
    work = bench()
    draw_maps(CANNY, work, keyframe=keyframe)
    edges = np.asarray(Image.open(work.folder / "map-000.png"))
    assert edges.shape == (64, 64, 3)
    rows, columns = np.nonzero(edges[..., 0])
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == pytest.approx(
        (20, 50, 10, 40), abs=1
    )
    assert (_drawn(work), work.notes) == (["canny"], [])


def test_the_pictures_of_a_draft_are_drawn_one_by_one(bench, segments, see):
    see(*range(6))
    work = bench()
    draw_maps(replace(POSE, skip=2), work, segments=segments)
    assert _levels(work, 4) == [102, 103, 104, 105]
    assert _drawn(work) == ["openpose"] * 4
    assert work.reports[-1] == (4, 4, "map")


def test_a_picture_without_anybody_falls_back_with_a_note(bench, segments, see):
    see(0, 3)
    work = bench()
    draw_maps(POSE, work, segments=segments)
    assert _drawn(work) == ["openpose", "lineart", "lineart", "openpose"]
    assert _levels(work, 4) == [100, 1, 2, 103]
    assert work.notes == [
        "openpose found nobody in 2 of 4 pictures: lineart guides the shot there instead"
    ]


def test_without_a_fallback_the_map_is_black_and_the_note_says_so(bench, keyframe, see):
    see()
    work = bench()
    draw_maps(replace(POSE, drawings=POSE.drawings[:1], frames=1), work, keyframe=keyframe)
    assert (_drawn(work), _levels(work, 1)) == ([None], [0])
    assert work.notes == ["openpose found nobody: nothing guides the shot there instead"]


def test_the_smoke_packs_detectors_are_asked(bench, keyframe):
    pose, depth = bench("pose"), bench("depth")
    draw_maps(replace(POSE, frames=1), pose, keyframe=keyframe)
    draw_maps(
        Control(drawings=(Drawing(word="depth", detector="detectors/depth"),)),
        depth,
        keyframe=keyframe,
    )
    assert (_drawn(pose), _drawn(depth)) == (["lineart"], ["depth"])


def test_too_few_pictures_fail(bench, segments):
    with pytest.raises(RenderFailed, match="there are 2 pictures to draw maps of, not 4"):
        draw_maps(replace(CANNY, skip=4, frames=4), bench(), segments=segments)


def test_maps_are_found_again(bench, segments, see):
    see(0)
    work = bench()
    draw_maps(POSE, work, segments=segments)
    maps = read_maps(lambda name: work.folder / name)
    assert maps.words == ("openpose", "lineart", "lineart", "lineart")
    assert [path.name for path in maps.paths] == [f"map-{i:03d}.png" for i in range(4)]
    (work.folder / "drawn.json").write_text("[")
    with pytest.raises(StoreFailed, match="does not say what was drawn"):
        read_maps(lambda name: work.folder / name)
