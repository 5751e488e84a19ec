"""What was measured of frames becomes figures of the shot: of the frames on screen alone."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from animegen.errors import StoreFailed
from animegen.plan.figures import cut_figures, failed_checks, read_quality, to_plain
from animegen.storyboard.model.checks import Limit

FRAMES = 12
TIMING: Any = SimpleNamespace(id="one", head=2, body=8)
"""Frames 2 to 9 of 12 are on screen."""


def text(**changes: Any) -> str:
    """Return figures of twelve good frames, with these put in their places."""
    series = {
        "brightness": [0.5] * FRAMES,
        "brightest": [0.9] * FRAMES,
        "contrast": [0.2] * FRAMES,
        "colour": [[50.0, 0.0, 0.0]] * FRAMES,
        "sharpness": [0.1] * FRAMES,
        "change": [0.0] + [0.02] * (FRAMES - 1),
        "flicker": [0.0] + [0.01] * (FRAMES - 1),
        "background": [0.0] + [0.001] * (FRAMES - 1),
        "likeness": [0.9] * FRAMES,
    }
    for name, values in changes.items():
        if name in series:
            for index, value in values.items():
                series[name][index] = value
    whole = {"borders": [], "keyframe_sharpness": 0.1, "keyframe_vector": [1.0, 0.0]}
    rest = {name: value for name, value in changes.items() if name not in series}
    return json.dumps({"series": series, **whole, **rest})


def figures(**changes: Any) -> Any:
    return read_quality(text(**changes), TIMING).figures


def test_a_good_shot():
    found = to_plain(read_quality(text(), TIMING))
    del found["frames"]
    assert found == {
        "flicker": 0.01,
        "seam": None,
        "identity": 0.1,
        "background": 0.001,
        "sharpness": 1.0,
        "black": 0,
        "flat": 0,
        "frozen": 0,
    }


@pytest.mark.parametrize("index", [0, 1, 2, 10, 11])
def test_what_is_not_on_screen_does_not_count(index):
    # The change into the first frame on screen is not seen either: there is a cut.
    assert figures(flicker={index: 0.9}, change={index: 0.9}).flicker == 0.01


def test_flicker_is_the_mean():
    assert figures(flicker={5: 0.08}).flicker == 0.02


@pytest.mark.parametrize(("borders", "seam"), [([5], 4.0), ([2], None), ([10], None), ([5, 7], 4)])
def test_a_seam_is_told_in_the_usual_change(borders, seam):
    assert figures(borders=borders, change={5: 0.08}).seam == seam


def test_a_seam_in_a_picture_that_stands_still_is_not_endless():
    still = dict.fromkeys(range(FRAMES), 0.0)
    assert figures(borders=[5], change={**still, 5: 0.001}).seam == pytest.approx(0.51)


def test_identity_forgives_a_blink_and_not_a_stretch():
    assert figures(likeness={5: 0.0}).identity == 1.0  # one frame of eight is more than a tenth
    long = SimpleNamespace(id="one", head=0, body=12)
    assert read_quality(text(likeness={5: 0.0}), long).figures.identity == 0.1
    assert read_quality(text(likeness={5: 0.0, 6: 0.0}), long).figures.identity == 1.0


def test_sharpness_is_the_keyframes():
    assert figures(sharpness=dict.fromkeys(range(FRAMES), 0.04)).sharpness == 0.4
    assert figures(keyframe_sharpness=0.0).sharpness == 1.0


def test_frames_that_are_no_pictures_are_counted_once():
    found = figures(
        brightest={4: 0.01, 5: 0.01}, contrast={4: 0.0, 5: 0.0, 6: 0.0}, change={5: 0.0, 9: 0.0}
    )
    assert (found.black, found.flat, found.frozen) == (2, 1, 2)


def test_checks_name_what_fails():
    limits = {
        "flicker": Limit(sign="<", number=0.01),
        "sharpness": Limit(sign=">", number=0.7),
        "seam": Limit(sign="<", number=1),
    }
    assert failed_checks(figures(), limits) == {"flicker": 0.01}


@pytest.mark.parametrize(
    ("sign", "values"),
    [
        ("<", [True, False, False]),
        ("<=", [True, True, False]),
        (">", [False, False, True]),
        (">=", [False, True, True]),
    ],
)
def test_comparisons(sign, values):
    assert [Limit(sign=sign, number=2).holds(value) for value in (1, 2, 3)] == values


def test_a_cut_is_told_by_what_is_on_either_side():
    left = read_quality(text(colour={9: [20.0, 0.0, 3.0]}), TIMING)
    right = read_quality(text(colour={2: [50.0, 4.0, 3.0]}, keyframe_vector=[0.6, 0.8]), TIMING)
    mina, both = (SimpleNamespace(characters=names) for names in (("mina",), ("mina", "ren")))
    cut = cut_figures((mina, left), (both, right))
    assert (cut.brightness, cut.colour, cut.identity) == (0.3, 30.27, 0.4)
    nobody = SimpleNamespace(characters=())
    assert cut_figures((mina, left), (nobody, right)).identity is None


@pytest.mark.parametrize("broken", ["", "[]", "{}", text().replace("flicker", "flickr")])
def test_what_is_no_measurement_is_said(broken):
    with pytest.raises(StoreFailed, match="the figures of one cannot be read"):
        read_quality(broken, TIMING)
