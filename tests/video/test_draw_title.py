"""Cards: text within the picture, centred, as large as fits; fades alike at both ends."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from animegen.video.title import Card, draw_card, draw_title, fits


def card(text: str = "Rain over the river", width: int = 256, height: int = 144) -> Card:
    return Card(text=text, font=None, width=width, height=height)


def ink(picture) -> tuple[int, int, int, int]:
    """Return the box that is not black: left, top, right, bottom."""
    bright = picture.max(axis=2) > 40
    rows, columns = np.flatnonzero(bright.any(axis=1)), np.flatnonzero(bright.any(axis=0))
    return columns[0], rows[0], columns[-1], rows[-1]


@pytest.mark.parametrize("size", [(64, 64), (128, 72), (256, 256), (768, 432), (432, 768)])
@pytest.mark.parametrize(
    "text",
    [
        "Rain",
        "Rain over the river",
        "A very long title that no line of any card could ever hold, not even this one",
        "Donaudampfschifffahrtsgesellschaft",
        "The end\n\nDrawn by mini\nMusic: nobody\nThanks to everybody",
    ],
)
def test_text_stands_in_the_middle_and_leaves_a_margin(size, text) -> None:
    width, height = size
    left, top, right, bottom = ink(draw_card(card(text, width, height)))
    margin = 0.06 * width
    assert left >= margin
    assert right <= width - margin
    assert top >= 0.05 * height
    assert bottom <= 0.95 * height
    assert abs(left - (width - 1 - right)) <= max(2, 0.02 * width)


def test_the_first_line_is_the_largest() -> None:
    def heights(text: str) -> int:
        _, top, _, bottom = ink(draw_card(card(text, 512, 288)))
        return bottom - top

    heading = heights("H")
    both = draw_card(card("H\nH", 512, 288))
    rows = np.flatnonzero((both.max(axis=2) > 40).any(axis=1))
    first, second = np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1)
    assert len(first) == heading + 1
    assert 0.4 * len(first) < len(second) < 0.65 * len(first)


def test_a_text_without_room_is_cut_off_within_the_card() -> None:
    crowd = card("many words " * 90, 256, 144)
    assert not fits(crowd)
    assert fits(card())
    left, top, right, bottom = ink(draw_card(crowd))
    assert (left > 10, top > 10, right < 246, bottom < 134) == (True, True, True, True)


def test_an_empty_card_is_black() -> None:
    assert not draw_card(card("")).any()
    assert not draw_card(card("\n \n")).any()


@pytest.mark.parametrize("rate", ["8", "24000/1001", "24", "30000/1001", "60", "120"])
def test_a_card_has_its_frames_and_fades_alike_at_both_ends(rate: str) -> None:
    whole = draw_card(card()).astype(int)
    frames = [frame.astype(int) for frame in draw_title(card(), 20, 5, Fraction(rate))]
    assert len(frames) == 20
    for index in range(20):
        inner = min(index, 19 - index) + 0.5
        expected = whole * min(1.0, inner / 5)
        assert np.abs(frames[index] - expected).max() <= 0.51, index
    assert all(frame.max() > 0 for frame in frames)


def test_a_card_without_a_fade_stands_still() -> None:
    frames = list(draw_title(card(), 3, 0, Fraction(24)))
    assert all(np.array_equal(frame, draw_card(card())) for frame in frames)
    assert {frame.dtype for frame in frames} == {np.dtype(np.uint8)}
