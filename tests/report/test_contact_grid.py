"""Where each variation's picture lies on the sheet."""

from __future__ import annotations

from animegen.report.contact_grid import heading, lay_out
from animegen.report.contact_sheet import Block, Cell
from animegen.storyboard.variations import Axis, vary


def axis(name: str, *values: str) -> Axis:
    return Axis(name=name, values=values)


def blocks(axes: list[Axis], shots: tuple[str, ...] = ("sea",)) -> list[Block]:
    """Lay out cells whose captions say which variation and shot they are."""
    variations = vary(axes)
    cells = [
        {shot: Cell(picture=None, caption=f"{variation.label} {shot}") for shot in shots}
        for variation in variations
    ]
    return lay_out(axes, variations, shots, cells)


def captions(block: Block) -> list[list[str]]:
    return [[cell.caption for cell in row] for row in block.cells]


def test_two_axes_go_down_and_across() -> None:
    (block,) = blocks([axis("weather", "rain", "snow"), axis("mood", "calm", "tense", "sad")])
    assert (block.heading, block.rows) == ("sea", ["weather=rain", "weather=snow"])
    assert block.columns == ["mood=calm", "mood=tense", "mood=sad"]
    assert captions(block) == [
        [f"weather={weather}, mood={mood} sea" for mood in ("calm", "tense", "sad")]
        for weather in ("rain", "snow")
    ]


def test_each_shot_has_a_block() -> None:
    found = blocks([axis("a", "1", "2"), axis("b", "1", "2")], ("sea", "sky"))
    assert [block.heading for block in found] == ["sea", "sky"]
    assert captions(found[1])[1] == ["a=2, b=1 sky", "a=2, b=2 sky"]


def test_more_axes_are_stacked() -> None:
    axes = [axis("a", "1", "2"), axis("b", "x", "y"), axis("c", "p", "q"), axis("d", "m", "n")]
    found = blocks(axes)
    assert [block.heading for block in found] == [
        "sea, c=p, d=m",
        "sea, c=p, d=n",
        "sea, c=q, d=m",
        "sea, c=q, d=n",
    ]
    assert captions(found[2]) == [
        ["a=1, b=x, c=q, d=m sea", "a=1, b=y, c=q, d=m sea"],
        ["a=2, b=x, c=q, d=m sea", "a=2, b=y, c=q, d=m sea"],
    ]


def test_an_axis_of_one_value_takes_no_room() -> None:
    axes = [axis("fixed", "yes"), axis("a", "1", "2"), axis("also", "no"), axis("b", "x", "y")]
    (block,) = blocks(axes)
    assert (block.rows, block.columns) == (["a=1", "a=2"], ["b=x", "b=y"])
    assert captions(block)[1][0] == "fixed=yes, a=2, also=no, b=x sea"
    assert heading("Film", axes) == "Film: a by b, fixed=yes, also=no"


def test_a_single_axis_goes_across_and_the_shots_down() -> None:
    (block,) = blocks([axis("seed", "1", "2", "3")], ("sea", "sky"))
    assert (list(block.rows), block.columns) == (["sea", "sky"], ["seed=1", "seed=2", "seed=3"])
    assert captions(block)[1] == ["seed=1 sky", "seed=2 sky", "seed=3 sky"]


def test_many_values_of_a_single_axis_are_wrapped() -> None:
    values = [str(number) for number in range(10)]
    (block,) = blocks([axis("seed", *values)])
    assert [len(row) for row in block.cells] == [4, 4, 2]
    assert captions(block)[2] == ["seed=8: seed=8 sea", "seed=9: seed=9 sea"]
    assert (block.heading, list(block.rows), list(block.columns)) == ("sea", [], [])


def test_an_empty_value_is_told_by_its_quotes() -> None:
    (block,) = blocks([axis("extra", "", "blush")])
    assert block.columns == ['extra=""', "extra=blush"]
    assert captions(block) == [['extra="" sea', "extra=blush sea"]]


def test_no_axis_of_several_values_is_one_picture_a_shot() -> None:
    (block,) = blocks([axis("a", "1")], ("sea", "sky"))
    assert captions(block) == [["a=1 sea"], ["a=1 sky"]]
    assert heading("Film", [axis("a", "1")]) == "Film: a=1"
