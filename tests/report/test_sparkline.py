"""A curve stays in its box, with room for the bound."""

from __future__ import annotations

import pytest

from animegen.report.sparkline import HEIGHT, WIDTH, sparkline


def points(drawn) -> list[tuple[float, float]]:
    return [tuple(map(float, point.split(","))) for point in drawn.points.split()]


def test_the_highest_value_is_at_the_top_and_zero_at_the_bottom():
    assert points(sparkline([0, 1, 2])) == [
        (2, HEIGHT - 2),
        (WIDTH / 2, HEIGHT / 2),
        (WIDTH - 2, 2),
    ]


@pytest.mark.parametrize("values", [[], [0.0], [0.0, 0.0], [5.0], [1e-9] * 3])
def test_odd_curves_stay_inside(values):
    drawn = sparkline(values, bound=0.04, marks=[0])
    assert len(points(drawn)) == len(values)
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points(drawn))


def test_a_bound_has_room_above_the_curve_and_marks_stand_at_their_frames():
    drawn = sparkline([0.01, 0.02, 0.01], bound=0.04, marks=[2])
    assert drawn.top == 0.05
    assert 2 < drawn.bound < min(y for _, y in points(drawn))
    assert drawn.marks == (WIDTH - 2,)
