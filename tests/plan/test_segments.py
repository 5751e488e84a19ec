"""What `chaining` comes to: spans, and exactly the keys that an edit of it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from animegen.packs.pack import MotionSettings
from animegen.packs.weights import Weights
from animegen.plan.compile import compile_film
from animegen.plan.segments import Chained, split_into_segments
from animegen.storyboard.model import Storyboard
from animegen.storyboard.read import read_storyboard

if TYPE_CHECKING:
    from collections.abc import Mapping

    from animegen.plan.graph import Node
    from animegen.steps.segment import Segment
    from tests.conftest import Project

MOTION = MotionSettings(path="motion", frames=16, overlap=4)
FILM = """
    version: 1
    title: Long
    pack: smoke
    FILM
    shots:
      - id: one
        duration: LENGTH
        prompt: sea
        SHOT
    """
SEGMENTS = {"one/segment-000", "one/segment-001"}


@pytest.fixture
def nodes(project: Project) -> Any:
    """Compile the film with these words in it and in its shot; return its nodes."""

    def compiled(film: str = "", shot: str = "", length: str = "3s") -> Mapping[str, Node]:
        text = FILM.replace("FILM", film).replace("SHOT", shot).replace("LENGTH", length)
        project.write(text)
        reading = read_storyboard(project.folder / "film.yaml")
        weights = Weights.of(reading.pack, reading.project, cache=project.folder / "memory.json")
        return compile_film(reading, weights).plan.nodes

    return compiled


def segments(nodes: Mapping[str, Node]) -> dict[str, Segment]:
    return {
        name: cast("Segment", node.step)
        for name, node in nodes.items()
        if node.step.kind == "segment"
    }


def changed(before: Mapping[str, Node], after: Mapping[str, Node]) -> set[str]:
    return {node for node in after if node not in before or before[node].key != after[node].key}


@pytest.mark.parametrize(
    ("film", "shot", "windows", "overlap", "drift"),
    [
        ({}, {}, False, 4, 0.0),
        ("windows", {}, True, 4, 0.0),
        ({"overlap": 6, "drift": 0.5}, {}, False, 6, 0.5),
        ({"overlap": 6, "drift": 0.5}, {"drift": 0}, False, 6, 0.0),
        ({"overlap": 6, "drift": 0.5}, "windows", True, 4, 0.5),
        ({"mode": "windows", "drift": 0.5}, {"overlap": 2}, False, 2, 0.5),
        ("windows", "overlap", False, 4, 0.0),
    ],
)
def test_a_shots_words_go_before_the_films(
    film: Any, shot: Any, windows: bool, overlap: int, drift: float
) -> None:
    row = {"id": "one", "duration": "3s", "prompt": "sea", "chaining": shot}
    board = Storyboard.model_validate(
        {"version": 1, "title": "t", "chaining": film, "shots": [row]}
    )
    expected = Chained(windows=windows, frames=16, overlap=overlap, drift=drift)
    assert Chained.of(board.shots[0], board, MOTION) == expected


@pytest.mark.parametrize(
    ("needed", "count"), [(1, 1), (16, 1), (17, 2), (28, 2), (29, 3), (720, 60)]
)
def test_segments_cover_what_is_needed_and_no_more(needed: int, count: int) -> None:
    spans = split_into_segments(needed, 16, 4)
    assert len(spans) == count
    assert spans[-1].end >= needed
    assert count == 1 or spans[-2].end < needed


@pytest.mark.parametrize(
    ("needed", "frames", "window"), [(1, 16, 0), (16, 16, 0), (17, 24, 16), (40, 40, 16)]
)
def test_windows_cover_what_is_needed_in_one_segment(needed: int, frames: int, window: int) -> None:
    chained = Chained(windows=True, frames=16, overlap=4, drift=0.0)
    (span,) = chained.spans(needed)
    assert (span.first, span.frames, span.overlap) == (0, frames, 0)
    assert chained.window(span.frames) == window


def test_an_overlap_is_laid_out_and_handed_on(nodes: Any) -> None:
    steps = segments(nodes(shot="chaining: {overlap: 7}"))
    first, second = steps["one/segment-000"], steps["one/segment-001"]
    assert (first.overlap, first.keep, second.first, second.overlap) == (0, 7, 9, 7)


def test_a_later_segment_alone_is_corrected_at_its_seam(nodes: Any) -> None:
    first, second = segments(nodes()).values()
    assert first.fade == 0
    assert second.fade > 0


def test_what_is_not_asked_for_is_in_no_record(nodes: Any) -> None:
    """A shot's first segment keeps the key that it had before there was a word for chaining."""
    found = nodes()
    first, second = (found[name].record.fields for name in sorted(SEGMENTS))
    assert not {"fade", "window", "drift"} & first.keys()
    assert {"fade", "window", "drift"} & second.keys() == {"fade"}


def test_the_usual_words_change_no_key(nodes: Any) -> None:
    plain = nodes()
    assert changed(plain, nodes(film="chaining: overlap")) == set()
    assert changed(plain, nodes(shot="chaining: {mode: overlap, overlap: 4, drift: 0}")) == set()


def test_windows_change_no_key_of_a_shot_of_one_segment(nodes: Any) -> None:
    assert changed(nodes(length="1s"), nodes(shot="chaining: windows", length="1s")) == set()


@pytest.mark.parametrize("words", ["{drift: 0.2}", "{overlap: 5}"])
def test_overlap_and_drift_invalidate_every_segment(nodes: Any, words: str) -> None:
    after = changed(nodes(), nodes(shot=f"chaining: {words}"))
    assert after - {"one/segment-002"} == SEGMENTS | {"one/clip", "film"}


def test_windows_make_one_segment_of_a_shot(nodes: Any) -> None:
    found = nodes(shot="chaining: windows")
    (step,) = segments(found).values()
    assert (step.frames, step.window, step.overlap) == (24, 16, 0)
    assert found["one/clip"].inputs == {"frames-00000": "one/segment-000"}


def test_a_draft_goes_through_windows_too_and_is_mapped_frame_by_frame(nodes: Any) -> None:
    control = "control: {from: draft, maps: [canny]}"
    found = nodes(film="chaining: windows", shot=control)
    assert cast("Any", found["one/draft-000"].step).window == 16
    drawn = cast("Any", found["one/canny-000"].step)
    assert (drawn.skip, drawn.frames) == (0, 24)
    assert "one/draft-001" not in found


def test_no_step_of_two_minutes_holds_more_than_a_segment(nodes: Any) -> None:
    steps = segments(nodes(length="120s"))
    assert len(steps) == 80
    assert {step.frames for step in steps.values()} == {16}
    assert {step.keep for step in steps.values()} == {4}
    (whole,) = segments(nodes(length="120s", shot="chaining: windows")).values()
    assert (whole.frames, whole.window) == (960, 16)
