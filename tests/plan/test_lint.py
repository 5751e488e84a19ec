"""The field's advice: each finding with its place, and what is good stays unmentioned."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Project

FILM = """
    version: 1
    title: Rain
    pack: smoke
    frame: {{width: 64, height: 64}}
    {film}
    shots:
      - id: one
        duration: {duration}
        prompt: {prompt}
        {shot}
      - id: two
        transition: {transition}
        duration: 2s
        prompt: sea
    """


def write(project: Project, **words: str) -> None:
    usual = {"film": "", "duration": "2s", "prompt": "street", "shot": "", "transition": "cut"}
    project.write(FILM.format(**{**usual, **words}))


def advice(project: Project, **words: str) -> list[str]:
    """Return what `validate --lint` says, without the file's lines."""
    write(project, **words)
    result = project.storyboard("validate", "film.yaml", "--lint", "--output-format", "json")
    found = json.loads(result.out)["diagnostics"]
    assert result.code == (1 if found else 0)
    return [f"{each['code']} {each['message']}; {each['help']}" for each in found]


def test_a_good_storyboard_needs_no_advice(project: Project) -> None:
    write(project)
    result = project.storyboard("validate", "film.yaml", "--lint")
    assert (result.code, result.out, result.err) == (0, "", "film.yaml: nothing to advise\n")


def test_advice_is_printed_with_its_place_and_exits_with_1(project: Project) -> None:
    write(project, duration="2500ms")
    result = project.storyboard("validate", "film.yaml", "--lint", "--output-format", "concise")
    assert (result.code, result.out) == (
        1,
        "film.yaml:9:15: warning[SB722]: shot `one` needs 4 of the 12 frames of its last segment\n",
    )


def test_a_plain_validation_gives_no_advice(project: Project) -> None:
    write(project, duration="2500ms")
    result = project.storyboard("validate", "film.yaml", "--strict")
    assert (result.code, result.out) == (0, "")


def test_errors_are_errors_with_lint_too(project: Project) -> None:
    write(project, duration="2sec")
    result = project.storyboard("validate", "film.yaml", "--lint")
    assert result.code == 3
    assert "error[SB201]" in result.out


def test_a_prompt_that_comes_within_a_segment(project: Project) -> None:
    assert advice(project, duration="3s", prompt='{0s: "rain", 1s: "snow"}') == [
        "SB721 this prompt of shot `one` comes 8 frames after the one before, and a segment has "
        "12 new frames: it is hardly reached before the next movement; "
        "leave at least 1.5s between prompts"
    ]
    assert advice(project, duration="3s", prompt='{0s: "rain", 1500ms: "snow"}') == []


@pytest.mark.parametrize(
    ("duration", "message"),
    [
        ("17f", "needs 1 of the 12 frames of its last segment; 2s needs one segment less, and "
         "up to 3.5s costs no more"),
        ("21f", "needs 5 of the 12 frames of its last segment; 2s needs one segment less, and "
         "up to 3.5s costs no more"),
        ("7f", "needs 7 of the 16 frames of its last segment; up to 2s costs no more"),
    ],
)  # fmt: skip
def test_a_duration_that_wastes_most_of_a_segment(
    project: Project, duration: str, message: str
) -> None:
    assert advice(project, duration=duration) == [f"SB722 shot `one` {message}"]


@pytest.mark.parametrize("duration", ["8f", "16f", "22f", "28f"])
def test_half_of_a_segment_is_no_waste(project: Project, duration: str) -> None:
    assert advice(project, duration=duration) == []


def test_handles_count_as_needed(project: Project) -> None:
    assert advice(project, duration="21f", transition="{crossfade: 500ms}") == [
        "SB722 shot `two` needs 2 of the 12 frames of its last segment; 1.75s needs one segment "
        "less, and up to 3.25s costs no more"
    ]


def test_a_negative_prompt_at_guidance_1(project: Project) -> None:
    guided = "sampling: {guidance: 1}"
    found = (
        "SB723 shot `one` is made at guidance 1, where no negative prompt is read; "
        "write `sampling: {guidance: 1.5}`, which takes twice as long, or take it out"
    )
    ours = [
        each for each in advice(project, film=guided, shot="negative: umbrella") if "SB723" in each
    ]
    assert ours == [found]
    assert advice(project, shot="negative: umbrella") == []


def test_a_transition_longer_than_half_a_shot(project: Project) -> None:
    long = advice(project, duration="1s", transition="{crossfade: 750ms}")
    assert [each for each in long if "SB724" in each] == [
        "SB724 `crossfade` takes 0.75s, more than half of shot `one`, which lasts 1s; "
        "make it at most 0.5s, or the shot longer"
    ]
    assert advice(project, film="ending: {fade-out: 1500ms}") == [
        "SB724 `fade-out` takes 1.5s, more than half of shot `two`, which lasts 2s; "
        "make it at most 1s, or the shot longer"
    ]
    half = advice(project, duration="1s", transition="{crossfade: 500ms}")
    assert not [each for each in half if "SB724" in each]


def test_weights_and_words_of_the_reading_are_advice_too(project: Project) -> None:
    project.write(
        """
        version: 1
        title: Rain
        style: {prompt: none, loras: [{use: mina, weight: 1.9}]}
        shots: [{id: one, duration: 2s, prompt: "1girl"}]
        """
    )
    result = project.storyboard("validate", "film.yaml", "--lint", "--output-format", "concise")
    assert result.code == 1
    assert [line.split(": ")[1] for line in result.out.splitlines()] == [
        "warning[SB707]", "warning[SB703]",
    ]  # fmt: skip


PACK = """
name = "own"
title = "Own"
base_model = "sdxl"
licence = "CC0-1.0"
weights = "weights"
base = {path = "base"}
motion = {path = "motion", base_model = "MOTION"}
controls = {canny = {path = "canny"}}
dtype = {cpu = "float32"}
frame = {width = 64, height = 64}
qualities.fast = {scheduler = "lcm", steps = 4, guidance = 1.7, steps_range = [1, 9], guidance_range = [1, 2]}
qualities.draft = {scheduler = "lcm", steps = 4, guidance = 1.7, steps_range = [1, 9], guidance_range = [1, 2]}
qualities.high = {scheduler = "lcm", steps = 4, guidance = 1.7, steps_range = [1, 9], guidance_range = [1, 2]}
"""  # noqa: E501


def write_pack(project: Project, *, made_for: str = "", **configs: object) -> None:
    project.write(PACK.replace("MOTION", made_for), "own.toml")
    for name, config in configs.items():
        folder = name.replace("_", "/")
        project.write(json.dumps(config), f"weights/{folder}/config.json")
    project.write(
        """
        version: 1
        title: Rain
        pack: own.toml
        shots: [{id: one, duration: 2s, prompt: sea, control: [canny]}]
        """
    )


def bases(project: Project) -> list[str]:
    result = project.storyboard("validate", "film.yaml", "--lint", "--output-format", "json")
    return [each["message"] for each in json.loads(result.out)["diagnostics"]]


def test_what_a_pack_says_that_its_parts_were_made_for(project: Project) -> None:
    write_pack(project, made_for="Stable Diffusion 1.5")
    assert bases(project) == [
        "`motion` of pack `own` was made for another base model: Stable Diffusion 1.5"
    ]
    write_pack(project, made_for="SDXL 1.0")
    assert bases(project) == []


def test_what_the_configs_say(project: Project) -> None:
    write_pack(
        project,
        base_unet={"cross_attention_dim": 2048, "block_out_channels": [320, 640, 1280]},
        motion={"block_out_channels": [320, 640, 1280]},
        canny={"cross_attention_dim": 768},
    )
    assert bases(project) == [
        "`controls.canny` of pack `own` was made for another base model: its cross_attention_dim "
        "is 768, where the base model has 2048"
    ]
    write_pack(project, motion={"block_out_channels": [320, 640, 1280, 1280]}, canny={})
    assert bases(project) == [
        "`motion` of pack `own` was made for another base model: its block_out_channels is "
        "[320, 640, 1280, 1280], where the base model has [320, 640, 1280]"
    ]
