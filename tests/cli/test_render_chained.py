"""Long shots through the store: a segment is rendered alone, and no step holds the shot."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import av
import pytest

from animegen.store.layout import Layout

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Project

pytestmark = pytest.mark.slow

FILM = """
    version: 1
    title: A long shot
    pack: smoke
    frame: {width: 64, height: 64}
    quality: draft
    shots:
      - {id: sea, duration: 5s, prompt: "sea, sunset"}
    """
SEGMENTS = ["sea/segment-000", "sea/segment-001", "sea/segment-002"]


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Watch how many frames the UNet is shown at once."""
    from diffusers import UNetMotionModel

    seen: list[int] = []
    forward = UNetMotionModel.forward

    def watch(self: Any, sample: Any, *args: Any, **more: Any) -> Any:
        seen.append(sample.shape[2])
        return forward(self, sample, *args, **more)

    monkeypatch.setattr(UNetMotionModel, "forward", watch)
    return seen


def rendered(err: str) -> list[str]:
    return [line.split(":")[0] for line in err.splitlines() if ": rendered in" in line]


def entries(project: Project) -> dict[str, Path]:
    """Return the files of the store's entries by node."""
    nodes = json.loads(project.storyboard("plan", "film.yaml", "--json").out)["nodes"]
    layout = Layout(project.folder / ".storyboard")
    return {node["id"]: layout.entry(node["key"]) for node in nodes}


def blobs(entry: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(entry.read_text())["entry"]["blobs"]
    return found


def test_a_segment_in_the_middle_is_rendered_alone(project: Project, batches: list[int]) -> None:
    project.write(FILM)
    first = project.storyboard("render")
    assert first.code == 0, first.err
    assert [node for node in rendered(first.err) if "segment" in node] == SEGMENTS
    assert set(batches) == {16}
    found = entries(project)
    before = blobs(found[SEGMENTS[1]])
    for node in (SEGMENTS[1], "sea/clip", "film"):
        found[node].unlink()
    again = project.storyboard("render")
    assert rendered(again.err) == [SEGMENTS[1], "sea/clip", "film"]
    # Frames and tail, bit for bit: what follows needs nothing new.
    assert blobs(found[SEGMENTS[1]]) == before


def test_a_shot_through_windows_is_one_segment_of_bounded_batches(
    project: Project, batches: list[int]
) -> None:
    project.write(FILM)
    project.edit('sunset"}', 'sunset", chaining: windows}')
    result = project.storyboard("render")
    assert result.code == 0, result.err
    assert [node for node in rendered(result.err) if "segment" in node] == SEGMENTS[:1]
    assert batches == [16] * 8  # two steps of four windows over 40 frames
    with av.open(str(project.folder / result.out.strip())) as film:
        assert sum(1 for _ in film.decode(video=0)) == 40
