"""Causes as sentences."""

from __future__ import annotations

from typing import Any

import pytest

from animegen.digest import MISSING
from animegen.plan.causes import Cause
from animegen.plan.why import name_of, sentence


def cause(name: str, old: Any, new: Any, kind: Any = "word") -> Cause:
    return Cause(kind=kind, name=name, old=old, new=new)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (cause("seed", 7, 8), "seed: 7 -> 8"),
        (cause("let.weather", "rain", "snow"), "let.weather: rain -> snow"),
        (cause("shots.sky.duration", "3s", "4s"), "duration of sky: 3s -> 4s"),
        (cause("style.loras.mina", 0.8, 0.75), "style.loras.mina: 0.8 -> 0.75"),
        (cause("shots.sky.allow_black", MISSING, True), "allow_black of sky is new: true"),
        (cause("shots.sky.negative", "fog", MISSING), "negative of sky is gone: it was fog"),
        (cause("shots.sky.control.canny", MISSING, "on"), "control.canny of sky is new"),
        (cause("shots.sky.control.canny", "on", MISSING), "control.canny of sky is gone"),
        (cause("shots", "a, b", "b, a"), "shots: a, b -> b, a"),
        (cause("shots", "a, b", "a, c, d"), "shots: c, d is new, b is gone"),
        (
            cause("--set weather", MISSING, "snow"),
            "--set weather is new: snow (on the command line)",
        ),
        (
            cause("loras/mina.safetensors", "1" * 64, "2" * 64, "content"),
            "the content of loras/mina.safetensors changed: 111111111111 -> 222222222222",
        ),
        (cause("the pack's `vae`", MISSING, "12", "content"), "the pack's `vae` is new: 12"),
        (
            cause("clip", 1, 2, "revision"),
            "the code of step `clip` makes other pictures: revision 1 -> 2",
        ),
        (
            cause("dtype", "float32", "bfloat16", "dtype"),
            "dtype: float32 -> bfloat16 (of the device, or --dtype)",
        ),
        (cause("segments of the shot", MISSING, MISSING, "field"), "segments of the shot changed"),
    ],
)
def test_a_cause_is_a_sentence(changed: Cause, told: str) -> None:
    assert sentence(changed, None) == told


def test_within_its_shot_a_word_needs_no_shot() -> None:
    changed = cause("shots.sky.prompt.2s", "a", "b")
    assert name_of(changed, "sky") == "prompt.2s"
    assert name_of(changed, "river") == "prompt.2s of sky"


def test_long_values_are_clipped() -> None:
    assert sentence(cause("prompt", "a" * 100, "b"), None) == f"prompt: {'a' * 47}… -> b"


def test_long_texts_are_shown_where_they_part() -> None:
    shared = "masterpiece, anime, detailed eyes, 1girl, short red hair, "
    old, new = f"{shared}smile, dramatic lighting", f"{shared}laughing, dramatic lighting"
    assert sentence(cause("prompt", old, new), None) == (
        "prompt: …short red hair, smile, dramatic lighting -> "
        "…short red hair, laughing, dramatic lighting"
    )


def test_texts_of_several_lines_are_told_on_one() -> None:
    assert sentence(cause("prompt", "sea,\n  waves", "sea"), None) == "prompt: sea, waves -> sea"
