"""Captions: over their frames alone, where they stand alone; they appear and vanish alike."""

from __future__ import annotations

import numpy as np
import pytest

from animegen.video.caption import Overlay, lay_over
from animegen.video.frame import YuvFrame, black

WIDTH, HEIGHT = 256, 144


def noise(seed: int) -> YuvFrame:
    dice = np.random.default_rng(seed)
    return YuvFrame(
        *(
            dice.integers(16, 236, (HEIGHT // scale, WIDTH // scale), np.uint8)
            for scale in (1, 2, 2)
        )
    )


def grey(level: int) -> YuvFrame:
    return black(WIDTH, HEIGHT)._replace(y=np.full((HEIGHT, WIDTH), level, np.uint8))


def overlay(first: int, frames: int, fade: int = 0, text: str = "Kyoto, 1987") -> Overlay:
    return Overlay(text=text, font=None, first=first, frames=frames, fade=fade)


def same(one: YuvFrame, two: YuvFrame) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))


def test_only_its_own_frames_change() -> None:
    frames = [noise(index) for index in range(12)]
    seen = list(lay_over(iter(frames), [overlay(3, 2), overlay(7, 4, text="Night")]))
    changed = [index for index in range(12) if not same(seen[index], frames[index])]
    assert changed == [3, 4, 7, 8, 9, 10]


def test_only_where_it_stands_the_picture_changes_and_that_is_at_the_top_left() -> None:
    frame = noise(1)
    (seen,) = lay_over([frame], [overlay(0, 1)])
    for plane, before in zip(seen, frame, strict=True):
        rows, columns = np.nonzero(plane != before)
        assert rows.max() < 0.3 * plane.shape[0]
        assert columns.max() < 0.5 * plane.shape[1]


@pytest.mark.parametrize("level", [16, 60, 126, 200, 235])
def test_it_can_be_read_on_any_ground(level: int) -> None:
    (seen,) = lay_over([grey(level)], [overlay(0, 1)])
    assert seen.y.max() > 200
    # Beside the bright letters it is dark, even on white.
    assert int(seen.y.max()) - int(seen.y.min()) > 110
    assert abs(seen.u.astype(int) - 128).max() <= 3
    assert abs(seen.v.astype(int) - 128).max() <= 3


def test_it_appears_and_vanishes_alike() -> None:
    seen = list(lay_over([grey(60)] * 10, [overlay(0, 10, fade=4)]))
    peaks = [int(frame.y.max()) for frame in seen]
    assert peaks == peaks[::-1]
    assert peaks[0] < peaks[1] < peaks[2] < peaks[3] < peaks[4] == peaks[5]
    assert peaks[0] > 60


def test_frames_that_came_in_are_left_alone() -> None:
    frame = noise(2)
    copy = YuvFrame(*(plane.copy() for plane in frame))
    list(lay_over([frame], [overlay(0, 1)]))
    assert same(frame, copy)


@pytest.mark.parametrize("text", ["", "  ", "long " * 60, "x" * 300, "one\ntwo"])
@pytest.mark.parametrize("size", [(64, 64), (96, 54), (256, 144)])
def test_any_text_finds_its_place(text: str, size: tuple[int, int]) -> None:
    (seen,) = lay_over([black(*size)], [overlay(0, 1, text=text)])
    assert seen.size == size
