"""Transitions that fit their shots and their place; prompt times."""

from __future__ import annotations

import pytest


def cut(film, first: str, second: str, *, into: str = "cut", ending: str = "cut", fps: str = "8"):
    return film.check(f"""
        output: {{fps: {fps}}}
        ending: {ending}
        shots:
          - {{id: a, duration: {first}, prompt: x}}
          - {{id: b, duration: {second}, prompt: x, transition: {into}}}
        """)


@pytest.mark.parametrize(
    ("first", "second", "into", "ending"),
    [
        ("1s", "1s", "{crossfade: 2s}", "cut"),
        ("1s", "1s", "{fade-in: 1s}", "cut"),
        ("1s", "1s", "{fade-out: 1s}", "{fade-out: 1s}"),
        ("1s", "1s", "{crossfade: 1s}", "{fade-out: 500ms}"),
        ("2s", "500ms", "{crossfade: 1s}", "cut"),
    ],
)
def test_transitions_that_just_fit(film, first: str, second: str, into: str, ending: str) -> None:
    assert cut(film, first, second, into=into, ending=ending).found == []


@pytest.mark.parametrize(
    ("first", "second", "into", "ending", "marked", "message"),
    [
        (
            "1s",
            "3s",
            "{crossfade: 2250ms}",
            "cut",
            "2250ms",
            "transitions cover 1.125s (9 frames at 8 fps) of shot `a`, "
            "which lasts 1s (8 frames at 8 fps)",
        ),
        (
            "3s",
            "1s",
            "{crossfade: 2250ms}",
            "cut",
            "2250ms",
            "transitions cover 1.125s (9 frames at 8 fps) of shot `b`, "
            "which lasts 1s (8 frames at 8 fps)",
        ),
        (
            "1s",
            "1s",
            "{fade-in: 500ms}",
            "{fade-out: 625ms}",
            "625ms",
            "transitions cover 1.125s (9 frames at 8 fps) of shot `b`, "
            "which lasts 1s (8 frames at 8 fps)",
        ),
    ],
)
def test_transition_longer_than_its_shot(
    film, first: str, second: str, into: str, ending: str, marked: str, message: str
) -> None:
    checked = cut(film, first, second, into=into, ending=ending)
    assert checked.found == [("SB401", marked, message)]


def test_both_lines_of_a_long_transition_are_shown(film) -> None:
    checked = cut(film, "2s", "1s", into="{crossfade: 1s}", ending="{fade-out: 1s}")
    assert checked.marked(checked.only.span) == "1s"
    assert checked.only.span.line == 6
    assert [(span.line, words) for span, words in checked.only.related] == [
        (9, "`b` lasts 1s (8 frames at 8 fps)"),
        (9, "the other transition"),
    ]


def test_fit_is_counted_in_delivered_frames(film) -> None:
    # At 24000/1001 fps shot b runs from frame 23.976 to 26.486: 2 frames, while 2.51 make 3.
    checked = cut(film, "1s", "104.69ms", into="{fade-in: 104.69ms}", fps="23.976")
    message = (
        "transitions cover 0.125s (3 frames at 23.976 fps) of shot `b`, "
        "which lasts 0.083s (2 frames at 23.976 fps)"
    )
    assert checked.found == [("SB401", "104.69ms", message)]


def test_a_shot_needs_a_frame(film) -> None:
    checked = cut(film, "1s", "20ms")
    assert checked.found == [("SB201", "20ms", "shot `b` is shorter than one frame at 8 fps")]


@pytest.mark.parametrize("word", ["crossfade", "fade-out", "dip"])
def test_nothing_goes_out_before_the_first_shot(film, word: str) -> None:
    checked = film.check(
        f"shots:\n  - {{id: a, duration: 2s, prompt: x, transition: {{{word}: 1s}}}}\n"
    )
    message = f"`{word}` cannot stand before the first shot: nothing goes out there"
    assert checked.found == [("SB402", word, message)]
    assert checked.only.help == "here may stand cut or fade-in"


@pytest.mark.parametrize("word", ["crossfade", "fade-in", "dip"])
def test_nothing_comes_in_after_the_last_shot(film, word: str) -> None:
    checked = cut(film, "2s", "2s", ending=f"{{{word}: 1s}}")
    message = f"`{word}` cannot end the film: nothing comes in there"
    assert checked.found == [("SB402", word, message)]
    assert checked.only.help == "here may stand cut or fade-out"


def test_a_film_may_open_and_close_in_black(film) -> None:
    checked = film.check("""
        ending: {fade-out: 1s}
        shots:
          - {id: a, duration: 2s, prompt: x, transition: {fade-in: 1s}}
        """)
    assert checked.found == []


def travel(film, prompts: str):
    return film.check(f"shots:\n  - {{id: a, duration: 2s, prompt: {prompts}}}\n")


def test_prompt_times_are_sorted(film) -> None:
    checked = travel(film, "{1s: b, 0s: a, 12f: c, loop: true}")
    assert checked.found == []
    assert [(str(one.at), one.text) for one in checked.shot.prompts] == [
        ("0", "a"),
        ("1", "b"),
        ("3/2", "c"),
    ]
    assert checked.shot.loop is True


@pytest.mark.parametrize(
    ("prompts", "marked", "message"),
    [
        ("{0s: a, 2s: b}", "2s", "this prompt is at 2s, but shot `a` ends at 2s"),
        ("{0: a, 3: b}", "3", "this prompt is at 3s, but shot `a` ends at 2s"),
        ("{1s: b, 500ms: a}", "500ms", "the first prompt of shot `a` is at 0.5s, not at 0s"),
        ("{0s: a, 1s: b, 8f: c}", "8f", "two prompts of shot `a` are at 1s"),
    ],
)
def test_prompt_times(film, prompts: str, marked: str, message: str) -> None:
    assert travel(film, prompts).found == [("SB403", marked, message)]


def test_duplicate_times_show_the_first(film) -> None:
    checked = travel(film, "{0s: a, 1s: b, 1000ms: c}")
    ((span, words),) = checked.only.related
    assert (checked.marked(span), words) == ("1s", "the first")


def test_prompts_on_the_same_generated_frame(film) -> None:
    assert travel(film, "{0s: x, 125ms: y, 250ms: z}").found == []
    assert travel(film, "{0s: x, 50ms: y, 500ms: z}").found == [
        ("SB403", "50ms", "two prompts of shot `a` fall on generated frame 0")
    ]


def test_a_loop_needs_room_to_close(film) -> None:
    assert travel(film, "{0s: x, 1900ms: y, loop: true}").found == []
    assert travel(film, "{0s: x, 1950ms: y}").found == []
    assert travel(film, "{0s: x, 1950ms: y, loop: true}").found == [
        (
            "SB403",
            "1950ms",
            "the last prompt of shot `a` falls on the frame where the loop closes",
        )
    ]
