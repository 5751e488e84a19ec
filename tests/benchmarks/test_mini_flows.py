"""Movement is measured as what it is: on a picture that is moved, and on what stands still."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from benchmarks.mini import flows

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIZE = 96
WORDS = {
    "pan-left": ((1, 0, 2.0), (0, 1, 0)),
    "pan-right": ((1, 0, -2.0), (0, 1, 0)),
    "tilt-up": ((1, 0, 0), (0, 1, 2.0)),
    "tilt-down": ((1, 0, 0), (0, 1, -2.0)),
}


def picture() -> NDArray[np.uint8]:
    noise = np.random.default_rng(0).integers(0, 256, (SIZE // 6, SIZE // 6, 3), np.uint8)
    return cv2.resize(noise, (SIZE, SIZE), interpolation=cv2.INTER_CUBIC)


def moved(matrix: NDArray[np.float64], frames: int = 4) -> list[NDArray[np.uint8]]:
    """The picture, moved by `matrix` (2, 3) again and again."""
    whole = np.vstack([matrix, (0, 0, 1)])
    steps = [np.linalg.matrix_power(whole, n)[:2] for n in range(frames)]
    border = cv2.BORDER_REFLECT
    return [cv2.warpAffine(picture(), step, (SIZE, SIZE), borderMode=border) for step in steps]


def turned(degrees: float, growth: float = 1.0) -> NDArray[np.float64]:
    return cv2.getRotationMatrix2D(((SIZE - 1) / 2,) * 2, degrees, growth)


@pytest.mark.parametrize("word", WORDS)
def test_a_moved_picture_points_where_its_word_says(word: str) -> None:
    found = flows.camera(moved(np.array(WORDS[word], float)))
    assert [other for other in WORDS if found.points(other)] == [word]
    assert abs(getattr(found, word.partition("-")[0])) == pytest.approx(6, rel=0.2)


@pytest.mark.parametrize(
    ("word", "opposite", "matrix"),
    [
        ("zoom-in", "zoom-out", turned(0, 1.04)),
        ("zoom-out", "zoom-in", turned(0, 0.96)),
        ("roll-cw", "roll-ccw", turned(-2)),  # OpenCV turns the other way round
        ("roll-ccw", "roll-cw", turned(2)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_growth_and_turns_are_told_apart(
    word: str, opposite: str, matrix: NDArray[np.float64]
) -> None:
    found = flows.camera(moved(matrix))
    assert found.points(word)
    assert not found.points(opposite)


def test_a_still_picture_has_no_word_and_no_speed() -> None:
    frames = [picture()] * 3
    assert not any(flows.camera(frames).points(word) for word in WORDS)
    assert flows.background(frames) < 0.05
    assert flows.people(frames) < 0.05
    assert flows.flicker(frames) < 0.05


def test_a_blank_picture_is_measured_too() -> None:
    frames = [np.zeros((SIZE, SIZE, 3), np.uint8)] * 2
    assert flows.camera(frames) == flows.Camera(pan=0, tilt=0, zoom=0, roll=0)
    assert flows.background(frames) == 0


def test_people_are_in_the_middle_and_the_background_beside_them() -> None:
    before, after = picture(), picture()
    inner = slice(SIZE * 3 // 10, SIZE * 7 // 10)
    after[:, inner] = np.roll(before[:, inner], 2, axis=0)
    assert flows.people([before, after]) > 1
    assert flows.background([before, after]) < 0.3


def test_flicker_is_what_movement_does_not_explain() -> None:
    shifted = moved(np.array(WORDS["pan-left"], float), 3)
    noisy = [np.clip(f.astype(int) + 20 * (-1) ** n, 0, 255).astype(np.uint8)
             for n, f in enumerate(shifted)]  # fmt: skip
    assert flows.flicker(shifted) < 4
    assert flows.flicker(noisy) > 20
