"""Alternatives and wildcards: which one, how it is recorded, and what stops them."""

from __future__ import annotations

import pytest

from animegen.storyboard.prompts.choices import Chosen, WildcardRefused, choose
from animegen.storyboard.prompts.problem import PromptRefused
from animegen.storyboard.prompts.traced import Traced

FILES = {
    "weather": ("rain", "snow"),
    "sky": ("{dawn|dusk}, __weather__",),
    "loop": ("__loop__",),
    "twins": ("__twins__ __twins__",),
    "long": ("x" * 5_000,),
}


def lines(name: str) -> tuple[str, ...]:
    if name not in FILES:
        raise WildcardRefused("SB308", f"no {name}", remedy="write it")
    return FILES[name]


def pick(text: str, number: int = 0) -> Chosen:
    def draw(_: str, nth: int, options: tuple[str, ...]) -> str:
        return options[(number + nth) % len(options)]

    return choose(Traced.plain(text), draw, lines)


@pytest.mark.parametrize(
    ("text", "number", "chosen"),
    [
        ("a {red|blue} cat", 0, "a red cat"),
        ("a {red|blue} cat", 1, "a blue cat"),
        ("a {red|blue|green} cat", 5, "a green cat"),
        ("{ red | blue }", 0, "red"),
        ("a{ big|} cat", 1, "a cat"),
        ("{a|{b|c}}", 1, "c"),
        ("{a|b} {a|b}", 0, "a b"),
        ("__weather__ night", 1, "snow night"),
        ("__sky__", 0, "dawn, rain"),
        ("{__weather__|fog}", 0, "rain"),
        ("no choice_here_", 0, "no choice_here_"),
    ],
)
def test_chooses(text: str, number: int, chosen: str) -> None:
    result = pick(text, number)
    assert result.text.text == chosen
    assert result.problems == ()


def test_choices_are_recorded_by_their_text() -> None:
    assert pick("{a|b} {a|b} {c|{d|e}}", 1).choices == {
        "{a|b}": "b",
        "{a|b} #2": "a",
        "{c|{d|e}}": "e",
        "{d|e}": "e",
    }


def test_chosen_text_traces_back_to_the_braces() -> None:
    text = "a {(red|blue} cat)"
    traced = pick(text).text
    assert traced.text == "a (red cat)"
    assert traced.origin(2, 3) == (2, 13)
    start, end = traced.origin(10, 11)
    assert text[start:end] == ")"


@pytest.mark.parametrize(
    ("text", "message", "help"),
    [
        (
            "a {mina} b",
            "`{mina}` has nothing to choose from",
            "write `{{ mina }}` for a variable, or `{a|b}` for a choice",
        ),
        (
            "a {red|blue",
            "`{` is never closed",
            "write `{{ name }}` for a variable, or `{a|b}` for a choice",
        ),
        (
            "a } b",
            "`}` closes nothing",
            "write `{{ name }}` for a variable, or `{a|b}` for a choice",
        ),
    ],
)
def test_stray_braces_stay_and_warn(text: str, message: str, help: str) -> None:
    result = pick(text)
    assert result.text.text == text
    (problem,) = result.problems
    assert (problem.code, problem.severity) == ("SB505", "warning")
    assert (problem.message, problem.help) == (message, help)


@pytest.mark.parametrize(
    ("text", "code", "marked"),
    [
        ("in __nowhere__ now", "SB308", "__nowhere__"),
        ("__loop__", "SB504", "__loop__"),
        ("__twins__", "SB504", "__twins__"),
        ("{__long__ __long__|__long__ __long__}", "SB504", "{__long__ __long__|__long__ __long__}"),
        ("{a|b}" * 101, "SB504", "{a|b}"),
        ("{a|" * 1_000 + "b" + "}" * 1_000, "SB504", "{a|" * 1_000 + "b" + "}" * 1_000),
    ],
)
def test_choices_without_end_are_refused(text: str, code: str, marked: str) -> None:
    with pytest.raises(PromptRefused, match="") as refused:
        pick(text, 1)
    problem = refused.value.problem
    assert problem.code == code
    assert text[problem.start : problem.end] == marked
