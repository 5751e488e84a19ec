"""`storyboard render` with control maps and motion words: the whole way, with random weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av
import pytest

from animegen.store.store import Store

if TYPE_CHECKING:
    from tests.conftest import Project

pytestmark = pytest.mark.slow

FILM = """
    version: 1
    title: Guided
    pack: smoke
    frame: {width: 64, height: 64}
    quality: draft
    shots:
      - id: pose
        duration: 1500ms
        prompt: "girl, rain"
        motion: pan-left
        control: [{use: openpose, weight: 0.9}]
      - id: dance
        duration: 2s
        prompt: "girl, sea"
        motion: pan-right
        control: {from: draft, maps: [canny, depth]}
    """


def rendered(err: str) -> list[str]:
    return [line.split(":")[0] for line in err.splitlines() if ": rendered in" in line]


def test_maps_and_motions_become_a_film(project: Project) -> None:
    project.write(FILM)
    first = project.storyboard("render")
    assert first.code == 0, first.err
    assert rendered(first.err) == [
        "pose/keyframe", "pose/openpose", "pose/segment-000", "pose/clip",
        "dance/keyframe", "dance/draft-000", "dance/canny-000", "dance/depth-000",
        "dance/segment-000", "dance/clip", "film",
    ]  # fmt: skip
    told = "openpose found nobody: lineart guides the shot there instead"
    assert f"pose/openpose: note: {told}" in first.err
    entries = Store(project.folder / ".storyboard").entries()
    maps = [artifact for artifact in entries if artifact.record.kind == "control"]
    (pose,) = [found for found in maps if found.path("drawn.json").read_text() == '["lineart"]']
    assert pose.made["notes"] == [told]
    shown = project.folder / "out/guided/maps"
    assert (shown / "pose/openpose/map-000.png").read_bytes() == pose.path(
        "map-000.png"
    ).read_bytes()
    assert len(list((shown / "dance/canny-000").iterdir())) == 16
    with av.open(str(project.folder / first.out.strip())) as film:
        frames = [frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)]
    assert len(frames) == 28
    assert (frames[12] != frames[-1]).any()

    assert "nothing to render" in project.storyboard("render").err
    project.edit("weight: 0.9", "weight: 0.4")
    plan = project.storyboard("plan", "film.yaml").out
    assert "pose/segment-000: control.openpose.weight: 0.9 -> 0.4" in plan
    assert rendered(project.storyboard("render").err) == ["pose/segment-000", "pose/clip", "film"]

    project.edit("motion: pan-right", "motion: {use: pan-right, strength: 0.5}")
    assert rendered(project.storyboard("render").err) == ["dance/clip", "film"]


def test_a_word_that_the_pack_cannot_follow_is_refused_before_any_work(project: Project) -> None:
    from animegen.packs.catalog import SHIPPED

    text = (SHIPPED / "smoke.toml").read_text(encoding="utf-8")
    project.write(text.partition("[controls.depth]")[0], "own.toml")
    project.write(FILM)
    project.edit("pack: smoke", "pack: own.toml")
    for verb in ("plan", "render"):
        result = project.storyboard(verb, "film.yaml")
        assert (result.code, result.out) == (3, "")
        assert "error[SB309]: pack `smoke` has no ControlNet for `canny`" in result.err
    assert not (project.folder / ".storyboard").exists()
