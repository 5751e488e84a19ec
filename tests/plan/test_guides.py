"""What enters the keys of maps and of the segments that follow them, and what does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from animegen.packs.weights import Weights
from animegen.plan.compile import compile_film
from animegen.plan.guides import holding
from animegen.plan.segments import split_into_segments
from animegen.storyboard.read import read_storyboard

if TYPE_CHECKING:
    from collections.abc import Mapping

    from animegen.plan.graph import Node
    from animegen.steps.control import Control
    from animegen.steps.segment import Segment
    from tests.conftest import Project

FILM = """
    version: 1
    title: Guided
    pack: smoke
    shots:
      - id: one
        duration: 3s
        prompt: sea
        MORE
    """
KEYFRAME = "control: [{use: openpose, weight: 0.8}, depth]"
DRAFT = "control: {from: draft, maps: [{use: openpose, weight: 0.8}, depth]}"
CHAIN = {"one/segment-000", "one/segment-001", "one/clip", "film"}
MAPS = {"one/openpose-000", "one/openpose-001", "one/depth-000", "one/depth-001"}
DRAFTS = {"one/draft-000", "one/draft-001"}


@pytest.fixture
def nodes(project: Project) -> Any:
    """Compile the film with these words in its shot; return its nodes."""

    def compiled(more: str = "", **changes: Any) -> Mapping[str, Node]:
        project.write(FILM.replace("MORE", more))
        reading = read_storyboard(project.folder / "film.yaml")
        pack = reading.pack.model_copy(update=changes)
        weights = Weights.of(pack, reading.project, cache=project.folder / "memory.json")
        return compile_film(reading, weights).plan.nodes

    return compiled


def changed(before: Mapping[str, Node], after: Mapping[str, Node]) -> set[str]:
    return {node for node in after if node not in before or before[node].key != after[node].key} | (
        before.keys() - after.keys()
    )


@pytest.mark.parametrize(
    ("old", "new", "again"),
    [
        ("weight: 0.8", "weight: 0.7", CHAIN),
        ("weight: 0.8", "weight: 0.8, start: 0.1", CHAIN),
        ("weight: 0.8", "weight: 0.8, end: 0.5", CHAIN),
        ("weight: 0.8", "weight: 0.8, decay: 0.3", CHAIN),
        ("weight: 0.8", "weight: 0.8, decay: 0.5", set()),
        ("weight: 0.8", "weight: 0.8, fallback: lineart", set()),
        ("weight: 0.8", "weight: 0.8, fallback: canny", CHAIN | {"one/openpose"}),
        ("weight: 0.8", "weight: 0.8, fallback: none", CHAIN | {"one/openpose"}),
        ("use: openpose, weight: 0.8", "use: canny", CHAIN | {"one/openpose", "one/canny"}),
        (", depth]", "]", CHAIN | {"one/depth"}),
        (", depth]", ", {use: depth, weight: 0}]", CHAIN | {"one/depth"}),
        (", depth]", ", depth]\n        output: {fps: 16}", {"one/clip", "film"}),
        (
            "prompt: sea",
            "prompt: lake",
            CHAIN | {"one/keyframe", "one/openpose", "one/depth"},
        ),
    ],
)
def test_an_edit_changes_exactly_these_keys(
    nodes: Any, project: Project, old: str, new: str, again: set[str]
) -> None:
    before = nodes(KEYFRAME)
    text = FILM.replace("MORE", KEYFRAME)
    assert old in text
    if "output" in new:
        new, text = old, text.replace("pack: smoke", "pack: smoke\n    output: {fps: 16}")
    project.write(text.replace(old, new))
    reading = read_storyboard(project.folder / "film.yaml")
    weights = Weights.of(reading.pack, reading.project, cache=project.folder / "memory.json")
    assert changed(before, compile_film(reading, weights).plan.nodes) == again


def test_a_draft_is_drawn_first_and_its_frames_are_mapped(nodes: Any) -> None:
    found = nodes(DRAFT)
    assert set(found) == CHAIN | MAPS | DRAFTS | {"one/keyframe"}
    assert found["one/draft-001"].inputs == {
        "keyframe": "one/keyframe",
        "previous": "one/draft-000",
    }
    assert found["one/openpose-000"].inputs == {"frames-00000": "one/draft-000"}
    assert found["one/openpose-001"].inputs == {
        "frames-00000": "one/draft-000",
        "frames-00001": "one/draft-001",
    }
    assert found["one/segment-001"].inputs == {
        "keyframe": "one/keyframe",
        "previous": "one/segment-000",
        "openpose": "one/openpose-001",
        "depth": "one/depth-001",
    }
    first, second = (cast("Control", found[f"one/depth-00{i}"].step) for i in (0, 1))
    assert (first.skip, first.frames) == (0, 16)
    assert (second.skip, second.frames) == (12, 16)  # the overlap, too


def test_a_draft_is_unguided_and_made_in_the_packs_draft_quality(nodes: Any) -> None:
    found = nodes(f"{DRAFT}\n        quality: high\n        sampling: {{steps: 30}}")
    draft = cast("Segment", found["one/draft-000"].step)
    assert draft.guides == ()
    assert (draft.sampler.scheduler, draft.sampler.steps) == ("lcm", 2)
    plain = nodes("quality: draft\n        seed: 4")["one/segment-000"].step
    rough = nodes(f"{DRAFT}\n        quality: draft\n        seed: 4")["one/draft-000"].step
    assert rough == plain  # one artifact serves both


def test_an_edit_of_a_weight_draws_neither_draft_nor_maps_again(nodes: Any) -> None:
    assert changed(nodes(DRAFT), nodes(DRAFT.replace("0.8", "0.7"))) == CHAIN


def test_a_keyframes_map_weakens_and_a_drafts_does_not(nodes: Any) -> None:
    for words, decay in ((KEYFRAME, 0.5), (DRAFT, 0.0)):
        guides = cast("Segment", nodes(words)["one/segment-000"].step).guides
        assert [guide.decay for guide in guides] == [decay, decay]


def test_other_weights_of_a_guide_invalidate(nodes: Any) -> None:
    from animegen.packs.pack import Component

    def swapped(rows: str, word: str) -> set[str]:
        pack_rows = getattr(read_pack(), rows) | {word: Component(path="other")}
        return changed(nodes(KEYFRAME), nodes(KEYFRAME, **{rows: pack_rows}))

    assert swapped("controls", "depth") == CHAIN
    assert swapped("controls", "lineart") == CHAIN  # the fallback of both
    assert swapped("controls", "canny") == set()
    assert swapped("detectors", "depth") == CHAIN | {"one/depth"}


def read_pack() -> Any:
    from pathlib import Path

    from animegen.packs.catalog import load_pack

    return load_pack("smoke", Path())


def test_edges_fall_back_on_nothing_and_a_pack_without_lines_too(nodes: Any) -> None:
    found = nodes("control: [canny]")
    assert len(cast("Control", found["one/canny"].step).drawings) == 1
    controls = {word: row for word, row in read_pack().controls.items() if word != "lineart"}
    found = nodes("control: [depth]", controls=controls)
    assert len(cast("Control", found["one/depth"].step).drawings) == 1


def test_what_differs_names_the_map(nodes: Any) -> None:
    before = nodes("control: [openpose]")
    after = nodes("control: [{use: openpose, fallback: depth}]")

    def differing(node: str, after: Any) -> set[str]:
        return {change.path for change in before[node].record.differences(after[node].record)}

    assert "fields.drawings[1].word" in differing("one/openpose", after)
    assert differing("one/segment-000", after) == {"inputs.openpose"}  # one network follows both
    weaker = nodes("control: [{use: openpose, weight: 0.5}]")
    assert differing("one/segment-000", weaker) == {"fields.guides[0].weight"}


def test_motion_loras_invalidate_segments_and_nothing_else(nodes: Any) -> None:
    plain, moved = nodes(), nodes("motion: pan-left")
    assert changed(plain, moved) == CHAIN
    assert changed(moved, nodes("motion: {use: pan-left, strength: 0.8}")) == CHAIN
    assert changed(plain, nodes("motion: {use: pan-left, strength: 0}")) == set()
    assert changed(plain, nodes("motion: pan-right")) == {"one/clip", "film"}


@pytest.mark.parametrize(("frames", "overlap"), [(16, 4), (16, 15), (8, 6), (4, 2)])
def test_the_drafts_that_hold_a_segment_hold_all_of_it(frames: int, overlap: int) -> None:
    spans = split_into_segments(60, frames, overlap)
    fresh = [list(range(span.first + span.overlap, span.end)) for span in spans]
    for index, span in enumerate(spans):
        places, skip = holding(spans, index)
        laid = [frame for place in places for frame in fresh[place]]
        assert laid[skip:] == list(range(span.first, span.end))
        assert skip < len(fresh[places[0]])
