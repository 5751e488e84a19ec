"""Variations in one plan: what they share is in it once, under a name that says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from animegen.plan.graph import Plan, PlanBuilder
from animegen.plan.variations import Merged, idle_axes, merge
from animegen.storyboard.variations import Axis, vary

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from animegen.steps.protocol import Inputs, Work

    Draw = Callable[[dict[str, str]], str]

WEATHER = Axis(name="weather", values=("rain", "snow"))
MOOD = Axis(name="mood", values=("calm", "tense"))


@dataclass(frozen=True, kw_only=True)
class Say:
    """A step that differs by one text."""

    kind: ClassVar[str] = "say"
    revision: ClassVar[int] = 1

    text: str

    def render(self, inputs: Inputs, work: Work) -> None:
        raise NotImplementedError


def plans(axes: Sequence[Axis], *draws: Draw) -> list[Plan]:
    """Return a plan for each variation: shots `s0`, `s1`, ... that say what `draws` return."""
    found = []
    for variation in vary(axes):
        builder = PlanBuilder()
        shots = {
            f"clip-{number}": builder.add(f"s{number}/clip", Say(text=draw(variation.settings)))
            for number, draw in enumerate(draws)
        }
        found.append(builder.build([builder.add("film", Say(text="film"), shots)]))
    return found


def merged(axes: Sequence[Axis], *draws: Draw) -> Merged:
    return merge(plans(axes, *draws), vary(axes), axes)


def test_nodes_are_called_after_what_they_depend_on() -> None:
    found = merged(
        [WEATHER, MOOD],
        lambda _: "same",
        lambda values: values["weather"],
        lambda values: values["mood"],
    )
    assert list(found.plan.nodes) == [
        "s0/clip",
        "weather=rain/s1/clip",
        "mood=calm/s2/clip",
        "weather=rain,mood=calm/film",
        "mood=tense/s2/clip",
        "weather=rain,mood=tense/film",
        "weather=snow/s1/clip",
        "weather=snow,mood=calm/film",
        "weather=snow,mood=tense/film",
    ]
    assert found.shared == 5
    assert found.names[3] == {
        "s0/clip": "s0/clip",
        "s1/clip": "weather=snow/s1/clip",
        "s2/clip": "mood=tense/s2/clip",
        "film": "weather=snow,mood=tense/film",
    }
    assert found.plan.targets == tuple(names["film"] for names in found.names)


def test_every_node_keeps_its_key_and_comes_after_its_inputs() -> None:
    axes = [WEATHER, MOOD]
    apart = plans(axes, lambda values: values["weather"], str)
    found = merge(apart, vary(axes), axes)
    for plan, names in zip(apart, found.names, strict=True):
        for node in plan.nodes.values():
            same = found.plan.nodes[names[node.id]]
            assert same.key == node.key
            assert same.inputs == {role: names[source] for role, source in node.inputs.items()}
    ids = list(found.plan.nodes)
    for place, node in enumerate(found.plan.nodes.values()):
        assert set(node.inputs.values()) <= set(ids[:place])


def test_one_node_for_variations_that_have_no_value_in_common() -> None:
    """Rain when calm is the same as snow when tense: no few words say that."""
    found = merged(
        [WEATHER, MOOD],
        lambda values: str((values["weather"] == "rain") == (values["mood"] == "calm")),
    )
    assert [node for node in found.plan.nodes if "clip" in node] == [
        "weather=rain,mood=calm/s0/clip",
        "weather=rain,mood=tense/s0/clip",
    ]
    assert found.names[3]["s0/clip"] == "weather=rain,mood=calm/s0/clip"


def test_a_free_axis_does_not_hide_values_that_differ() -> None:
    """Of six variations two share a clip, as many as there are moods, but not one weather."""
    three = Axis(name="weather", values=("rain", "drizzle", "snow"))
    diagonal = ({"weather": "rain", "mood": "calm"}, {"weather": "drizzle", "mood": "tense"})
    found = merged([three, MOOD], lambda values: str(values in diagonal or values))
    assert found.names[0]["s0/clip"] == "weather=rain,mood=calm/s0/clip"
    assert found.names[3]["s0/clip"] == "weather=rain,mood=calm/s0/clip"
    assert found.names[1]["s0/clip"] == "weather=rain,mood=tense/s0/clip"


def test_what_some_values_share_is_told_by_the_first() -> None:
    three = Axis(name="weather", values=("rain", "drizzle", "snow"))
    found = merged([three], lambda values: str("snow" in values["weather"]))
    assert [node for node in found.plan.nodes if "clip" in node] == [
        "weather=rain/s0/clip",
        "weather=snow/s0/clip",
    ]


def test_an_axis_of_one_value_is_not_told() -> None:
    found = merged([Axis(name="mood", values=("calm",)), WEATHER], lambda values: str(values))
    assert list(found.plan.nodes)[:2] == ["weather=rain/s0/clip", "weather=rain/film"]


def test_variations_that_are_all_the_same_are_one_film() -> None:
    found = merged([WEATHER, MOOD], lambda _: "same")
    assert list(found.plan.nodes) == ["s0/clip", "film"]
    assert found.plan.targets == ("film",)


def idle(axes: Sequence[Axis], *draws: Draw) -> tuple[str, ...]:
    return idle_axes(plans(axes, *draws), vary(axes), axes)


def test_an_axis_that_changes_no_target_is_idle() -> None:
    axes = [WEATHER, MOOD]
    assert idle(axes, lambda values: values["weather"]) == ("mood",)
    assert idle(axes, lambda values: values["mood"]) == ("weather",)
    assert idle(axes, lambda _: "same") == ("weather", "mood")
    assert idle(axes, lambda values: str(values)) == ()


def test_an_axis_that_changes_a_single_variation_is_not_idle() -> None:
    both = {"weather": "snow", "mood": "tense"}
    assert idle([WEATHER, MOOD], lambda values: str(values == both)) == ()


def test_an_axis_of_one_value_is_never_idle() -> None:
    axes = [Axis(name="mood", values=("calm",)), WEATHER]
    assert idle(axes, lambda values: values["weather"]) == ()
