"""Emphasis, BREAK, LoRA tags and commas."""

from __future__ import annotations

import pytest

from animegen.storyboard.prompts.syntax import LoraTag, parse, take_loras, tidy
from animegen.storyboard.prompts.tokens import Length, measure
from animegen.storyboard.prompts.traced import Traced


def weights(text: str) -> list[tuple[str, float]]:
    (chunk,) = parse(text).chunks
    return [(words, round(weight, 3)) for words, weight in chunk]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a cat", [("a cat", 1.0)]),
        ("(cat)", [("cat", 1.1)]),
        ("((cat))", [("cat", 1.21)]),
        ("[cat]", [("cat", 0.909)]),
        ("a (cat:1.4), b", [("a ", 1.0), ("cat", 1.4), (", b", 1.0)]),
        ("(a (b:2):0.5)", [("a ", 0.5), ("b", 1.0)]),
        ("(cat : .5 )", [("cat ", 0.5)]),
        (r"cat \(animal\)", [("cat (animal)", 1.0)]),
        (r"a\b", [(r"a\b", 1.0)]),
        ("time 10:30", [("time 10:30", 1.0)]),
        ("(10:30 at night)", [("10:30 at night", 1.1)]),
    ],
)
def test_emphasis(text: str, parts: list[tuple[str, float]]) -> None:
    assert weights(text) == parts
    assert parse(text).problems == ()


def test_break_splits_chunks() -> None:
    assert parse("a BREAK (b BREAK c:1.5)").plain == ("a", "b", "c")
    assert [chunk[-1].weight for chunk in parse("a BREAK (b BREAK c:1.5)").chunks] == [1, 1.5, 1.5]
    assert parse("BREAKFAST").plain == ("BREAKFAST",)


@pytest.mark.parametrize(
    ("text", "message", "marked"),
    [
        ("a (cat", "`(` is never closed", "("),
        ("a [cat, (b)", "`[` is never closed", "["),
        ("cat) b", "`)` closes nothing", ")"),
        ("cat:1.2)", "`)` closes nothing", ")"),
        ("a (b]) c", "`]` closes nothing", "]"),
        ("(cat:3.5)", "a weight of 3.5 distorts the picture", "3.5"),
        ("(cat:-1)", "a weight of -1 distorts the picture", "-1"),
        (
            "a ((((((((cat))))))))",
            "the brackets around this come to a weight of 2.14, which distorts the picture",
            "cat",
        ),
        (
            "((big (cat), b:1.5):1.4)",
            "the brackets around this come to a weight of 2.31, which distorts the picture",
            "big (cat), b",
        ),
        ("[cat:dog:0.5]", "`[from:to:when]` is not supported", "[cat:dog:0.5]"),
    ],
)
def test_problems_are_warnings_with_a_place(text: str, message: str, marked: str) -> None:
    first = parse(text).problems[0]
    assert (first.code, first.severity, first.message) == ("SB505", "warning", message)
    assert text[first.start : first.end] == marked


def test_lora_tags_are_taken_out_with_their_place() -> None:
    text = "vivid, <lora:pastelAnimeXL:0.8>, <lora:flat>, 1girl"
    rest, tags = take_loras(Traced.plain(text))
    assert tidy(rest.text) == "vivid, 1girl"
    assert tags == (
        LoraTag(name="pastelAnimeXL", weight="0.8", start=7, end=31),
        LoraTag(name="flat", weight=None, start=33, end=44),
    )


@pytest.mark.parametrize(
    ("text", "tidied"),
    [
        (" a,, b , ,c,\n d, ", "a, b,c, d"),
        ("a, , BREAK, , b", "a BREAK b"),
        (",", ""),
        ("a\n\n  b", "a b"),
        ("a,b", "a,b"),
    ],
)
def test_tidy(text: str, tidied: str) -> None:
    assert tidy(text) == tidied


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        ("a cat", 2),
        ("(a cat:1.4)", 2),
        ("a cat, a dog", 5),
        ("year 2025", 5),
        ("it's", 2),
        ("wow!!! ...", 3),
        ("a BREAK b", 2),
        ("snake_case", 3),
        ("雨の夜", 1),
    ],
)
def test_tokens_are_a_lower_bound(text: str, tokens: int) -> None:
    assert measure(text).tokens == tokens


def test_chunks_of_75() -> None:
    assert measure("a " * 75) == Length(tokens=75, chunks=1, longest=75)
    assert measure("a " * 76) == Length(tokens=76, chunks=2, longest=76)
    assert measure("a BREAK " + "b " * 75) == Length(tokens=76, chunks=2, longest=75)


def test_deep_and_long_prompts_are_read_in_one_pass() -> None:
    assert len(parse("(" * 4_000 + "x" + ")" * 4_000).problems) == 1
    assert len(parse("(" * 4_000).problems) == 4_001


def test_a_weight_out_of_range_is_warned_of_once() -> None:
    assert len(parse("((cat:3.5))").problems) == 1
    assert len(parse("(((((((((a (b) [c] \\( d)))))))))").problems) == 1


def test_weights_that_cancel_out_are_fine() -> None:
    assert parse("((((((((cat)))))))),".replace("cat", "[cat]")).problems == ()
    assert parse("(a (b:1.9):0.5)").problems == ()


def test_nesting_deeper_than_any_emphasis_is_an_error() -> None:
    deep = ") " * 20 + "[" * 33 + "x" + "]" * 33
    first, *rest = parse(deep).problems
    assert (first.code, first.severity) == ("SB505", "error")
    assert first.message == "brackets are nested more than 32 deep"
    assert (first.start, first.end) == (72, 73)
    assert {problem.severity for problem in rest} == {"warning"}
    assert parse("[" * 32 + "x" + "]" * 32).problems == ()
