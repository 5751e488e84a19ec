"""The curves on the page are those that the text encoders' output is mixed by."""

from __future__ import annotations

import pytest

from animegen.plan.travel import travel
from animegen.render import text
from animegen.steps.diffusion import PromptKey


def keys(*frames: int) -> list[PromptKey]:
    return [PromptKey(frame=frame, text=str(frame)) for frame in frames]


def test_shares_cross_in_straight_lines_and_come_to_one() -> None:
    assert travel(keys(2, 6), 9) == [
        [1.0, 1.0, 1.0, 0.75, 0.5, 0.25, 0.0, 0.0, 0.0],
        [0.0, 0.0, 0.0, 0.25, 0.5, 0.75, 1.0, 1.0, 1.0],
    ]


@pytest.mark.parametrize("frames", [(0,), (0, 12), (2, 5, 20), (3, 4, 5, 27)])
def test_it_agrees_with_the_renderer(frames: tuple[int, ...]) -> None:
    shares = travel(keys(*frames), 28)
    for frame in range(28):
        position = text._position(keys(*frames), frame)
        at = [line[frame] for line in shares]
        assert sum(at) == pytest.approx(1)
        assert sum(share * place for place, share in enumerate(at)) == pytest.approx(position)
