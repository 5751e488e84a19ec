"""The graph as SVG: well-formed, every step in it, nothing on top of anything."""

from __future__ import annotations

from xml.etree import ElementTree

from animegen.plan.graph import PlanBuilder, essential_edges
from animegen.plan.states import NodeState
from animegen.report.graph_svg import graph_svg
from animegen.steps.held import Held

SVG = "{http://www.w3.org/2000/svg}"


def drawn(*, title: str = "Rain") -> ElementTree.Element:
    builder = PlanBuilder()
    clips = {}
    for shot, count in (("one", 1), ("two", 3)):
        source = builder.add(f"{shot}/keyframe", Held(frames=1, fps="8"))
        parts = {"keyframe": source}
        for number in range(count):
            name = f"{shot}/map-{number}"
            parts[f"m{number}"] = builder.add(name, Held(frames=2, fps="8"), {"keyframe": source})
        clips[f"clip-{shot}"] = builder.add(f"{shot}/clip", Held(frames=3, fps="8"), parts)
    clips["clip-card"] = builder.add("closing-1", Held(frames=4, fps="8"))
    builder.add("film", Held(frames=5, fps="8"), clips)
    plan = builder.build(["film"])
    states = [
        NodeState(
            node=node.id,
            kind=node.step.kind,
            key=node.key,
            state="hit" if node.id.startswith("one") else "run",
            reason="its <input> changed",
        )
        for node in plan.nodes.values()
    ]
    return ElementTree.fromstring(graph_svg(plan, states, essential_edges(plan), title=title))


def boxes(svg: ElementTree.Element) -> dict[str, tuple[int, int, str]]:
    """Return each step's left upper corner and state, by its title."""
    found = {}
    for group in svg.iter(f"{SVG}g"):
        rect, title = group.find(f"{SVG}rect"), group.find(f"{SVG}title")
        assert rect is not None
        assert title is not None
        found[str(title.text)] = (int(rect.get("x", "")), int(rect.get("y", "")), rect.get("class"))
    return found


def test_every_step_has_its_own_place_and_state() -> None:
    found = boxes(drawn())
    assert len(found) == 10
    assert len({(x, y) for x, y, _ in found.values()}) == 10
    assert found["one/clip: in the store"][2] == "hit"
    assert found["two/clip: its <input> changed"][2] == "run"


def test_inputs_stand_to_the_left_and_shots_below_each_other() -> None:
    found = {name.partition(":")[0]: place for name, place in boxes(drawn()).items()}
    for shot in ("one", "two"):
        xs = [found[f"{shot}/{name}"][0] for name in ("keyframe", "map-0", "clip")]
        assert xs == sorted(set(xs))
    assert found["one/clip"][0] == found["two/clip"][0] == found["closing-1"][0]
    assert found["film"][0] > found["two/clip"][0]
    assert found["one/map-0"][1] < found["two/map-0"][1] < found["two/map-2"][1]
    assert found["closing-1"][1] > found["two/map-2"][1]


def test_nothing_is_outside_of_the_picture() -> None:
    svg = drawn()
    for rect in svg.iter(f"{SVG}rect"):
        left, top, width, height = (
            int(rect.get(name, "")) for name in ("x", "y", "width", "height")
        )
        assert 0 <= left <= left + width <= int(svg.get("width", ""))
        assert 0 <= top <= top + height <= int(svg.get("height", ""))


def test_edges_that_others_imply_are_left_out() -> None:
    paths = list(drawn().iter(f"{SVG}path"))
    assert len(paths) == 11  # one: 2, two: 6, and three into the film


def test_a_hostile_title_stays_text() -> None:
    svg = drawn(title='<script>alert(1)</script>"&')
    assert svg.find(f"{SVG}title").text == '<script>alert(1)</script>"&'
    assert svg.find(f"{SVG}script") is None
