"""Control maps and motions that the pack cannot follow, or not so far."""

from __future__ import annotations

import pytest

ABLE = """
[controls]
openpose = {path = "net"}
depth = {path = "net"}
canny = {path = "net"}

[detectors]
openpose = {path = "pose"}

[motion_loras]
pan-left = {path = "pan", role = "motion", low = 0.5, high = 1.0}
"""


@pytest.fixture
def guided(film):
    """Check a shot with these words and a pack that can follow some of them."""
    path = film.folder / "tiny.toml"
    film.write("tiny.toml", path.read_text(encoding="utf-8") + ABLE)

    def check(words: str):
        return film.check(f"shots:\n  - id: a\n    duration: 2s\n    prompt: x\n    {words}\n")

    return check


@pytest.mark.parametrize(
    "words",
    [
        "control: [openpose, canny]",
        "control: openpose",
        "control: [{use: openpose, fallback: canny}]",
        "control: [{use: openpose, fallback: none}]",
        "motion: pan-left",
        "motion: {use: pan-left, strength: 0.5}",
        "motion: {use: pan-left, strength: -1}",
        "motion: {use: pan-left, strength: 0}",
        "motion: {use: pan-right, strength: 2}",
    ],
)
def test_what_the_pack_follows_is_fine(guided, words):
    assert guided(words).found == []


@pytest.mark.parametrize(
    ("words", "marked", "message"),
    [
        ("control: lineart", "lineart", "pack `tiny` has no ControlNet for `lineart`"),
        ("control: [canny, lineart]", "lineart", "pack `tiny` has no ControlNet for `lineart`"),
        (
            "control: {from: draft, maps: [depth]}",
            "depth",
            "pack `tiny` has no detector for `depth`",
        ),
        (
            "control: [{use: openpose, fallback: lineart}]",
            "lineart",
            "pack `tiny` has no ControlNet for `lineart`",
        ),
    ],
)
def test_what_it_cannot_follow_is_an_error_at_the_word(guided, words, marked, message):
    checked = guided(words)
    assert checked.found == [("SB309", marked, message)]
    assert checked.only.help == "it follows `canny`, `openpose`"


def test_a_pack_without_any_control_says_so(film):
    checked = film.check("shots: [{id: a, duration: 2s, prompt: x, control: depth}]\n")
    assert checked.found == [("SB309", "depth", "pack `tiny` has no ControlNet for `depth`")]
    assert checked.only.help == "take `control` out, or choose another pack"


@pytest.mark.parametrize("strength", ["1.5", "-2", "0.2"])
def test_a_motion_lora_out_of_its_range_is_warned_of(guided, strength):
    checked = guided(f"motion: {{use: pan-left, strength: {strength}}}")
    message = f"`pan-left` at {strength} is outside its recommended range, 0.5 to 1"
    assert checked.found == [("warning SB703", strength, message)]
