"""The cut list: cards beside the shots, selections, and what an editor would show when."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from animegen.packs.pack import MotionSettings
from animegen.plan.cut_list import CutList, cut_list
from animegen.plan.sources import Showing, showings
from animegen.plan.timeline import lay_out
from animegen.steps.film import Join
from animegen.storyboard.model import Storyboard

MOTION = MotionSettings(path="motion", frames=16, overlap=4)
RATES = ["8", "10", "12", "23.976", "24", "25", "29.97", "30", "60"]


def cuts(
    *shots: dict[str, Any],
    rate: str = "24",
    titles: tuple[dict[str, Any], ...] = (),
    only: tuple[str, ...] = (),
    **film: Any,
) -> CutList:
    rows = [
        {"id": f"s{index}", "prompt": "rain", "duration": "2s"} | shot
        for index, shot in enumerate(shots)
    ]
    document = {"version": 1, "title": "t", "shots": rows, "output": {"fps": rate}}
    storyboard = Storyboard.model_validate(document | {"titles": list(titles)} | film)
    return cut_list(lay_out(storyboard, MOTION), only)


OPENING = {"text": "A film", "duration": "1.01s"}
CLOSING = {"text": "The end", "duration": "990ms", "place": "closing"}


def places(film: CutList) -> list[tuple[str, int, int]]:
    return [(cut.id, cut.start, cut.frames) for cut in film.cuts]


def test_cards_stand_before_and_after_the_shots_in_their_order() -> None:
    second = {"text": "by nobody", "duration": "12f"}
    film = cuts({}, {}, titles=(OPENING, CLOSING, second))
    assert places(film) == [
        ("opening-1", 0, 24),
        ("opening-2", 24, 36),
        ("s0", 60, 48),
        ("s1", 108, 48),
        ("closing-1", 156, 24),
    ]
    assert film.frames == 180


@pytest.mark.parametrize("rate", RATES)
def test_a_card_changes_no_frame_of_any_shot(rate: str) -> None:
    shots: tuple[dict[str, Any], ...] = (
        {"duration": "1.1s"},
        {"duration": "0.77s", "transition": {"crossfade": "300ms"}},
        {"duration": "2.3s"},
    )
    plain = cuts(*shots, rate=rate)
    titled = cuts(*shots, rate=rate, titles=(OPENING, CLOSING))
    lead = titled.cuts[0].frames
    assert [
        (cut.id, cut.start - lead, cut.frames, cut.offset, cut.available, cut.into)
        for cut in titled.cuts[1:-1]
    ] == [
        (cut.id, cut.start, cut.frames, cut.offset, cut.available, cut.into) for cut in plain.cuts
    ]


def test_a_card_is_never_shorter_than_a_frame() -> None:
    assert cuts({}, titles=({"text": "x", "duration": "1ms"},)).cuts[0].frames == 1


@pytest.mark.parametrize(
    ("card", "fade"),
    [
        ({"duration": "2s"}, 12),
        ({"duration": "600ms"}, 5),  # a third of the card, of 14 frames
        ({"duration": "2s", "fade": "0s"}, 0),
        ({"duration": "2s", "fade": "250ms"}, 6),
        ({"duration": "1s", "fade": "5s"}, 12),
    ],
)
def test_a_card_fades_as_far_as_it_is_long_enough(card: dict[str, Any], fade: int) -> None:
    assert cuts({}, titles=({"text": "x"} | card,)).cuts[0].fade == fade


def test_the_films_ending_is_its_last_shots() -> None:
    ended = {"ending": {"fade-out": "500ms"}}
    out = Join(word="fade-out", before=12, after=0)
    assert cuts({}, **ended).ending == out
    film = cuts({}, titles=(CLOSING, CLOSING), **ended)
    assert [cut.into for cut in film.cuts] == [Join(), out, Join()]
    assert film.ending == Join()


@pytest.mark.parametrize(
    ("only", "shown"),
    [
        (("s0",), ["opening-1", "s0"]),
        (("s1",), ["s1"]),
        (("s2",), ["s2", "closing-1"]),
        (("s0", "s2"), ["opening-1", "s0", "s2", "closing-1"]),
        ((), ["opening-1", "s0", "s1", "s2", "closing-1"]),
    ],
)
def test_a_selection_has_a_card_beside_its_shot_alone(
    only: tuple[str, ...], shown: list[str]
) -> None:
    film = cuts({}, {}, {}, titles=(OPENING, CLOSING), only=only)
    assert [cut.id for cut in film.cuts] == shown
    assert film.whole is (not only)
    assert film.cuts[0].start == 0


def test_a_selection_keeps_transitions_between_neighbours() -> None:
    fade = {"transition": {"crossfade": "250ms"}}
    words = [cut.into.word for cut in cuts({}, fade, fade, fade, only=("s0", "s2", "s3")).cuts]
    assert words == ["cut", "cut", "crossfade"]


# What is on screen, as (source, first source frame, start, end, frames of the dissolve, out of).


def seen(film: CutList) -> list[tuple[str, int, int, int, int, str]]:
    def name(showing: Showing | None) -> str:
        if showing is None:
            return "-"
        return showing.cut.id if showing.cut else "black"

    return [
        (name(one), one.source, one.start, one.end, one.dissolve, name(one.before))
        for one in showings(film)
    ]


def test_a_crossfade_begins_before_its_cut_and_reads_the_handle() -> None:
    film = cuts({}, {"transition": {"crossfade": "500ms"}})
    first, second = (cut.offset for cut in film.cuts)
    assert seen(film) == [
        ("s0", first, 0, 42, 0, "-"),
        ("s1", second - 6, 42, 96, 12, "s0"),
    ]


def test_a_dip_passes_through_black() -> None:
    film = cuts({}, {"transition": {"dip": "500ms"}})
    first, second = (cut.offset for cut in film.cuts)
    assert seen(film) == [
        ("s0", first, 0, 42, 0, "-"),
        ("black", 0, 42, 48, 6, "s0"),
        ("s1", second, 48, 96, 6, "black"),
    ]


def test_fades_rise_from_black_and_sink_into_it() -> None:
    film = cuts(
        {"transition": {"fade-in": "250ms"}},
        {"transition": {"fade-in": "250ms"}},
        {"transition": {"fade-out": "250ms"}},
        ending={"fade-out": "500ms"},
    )
    one, two, three = (cut.offset for cut in film.cuts)
    assert seen(film) == [
        ("s0", one, 0, 48, 6, "black"),
        ("s1", two, 48, 90, 6, "black"),
        ("black", 0, 90, 96, 6, "s1"),
        ("s2", three, 96, 132, 0, "-"),
        ("black", 0, 132, 144, 12, "s2"),
    ]


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("word", ["cut", "crossfade", "dip", "fade-in", "fade-out"])
def test_what_is_shown_covers_the_film_without_a_gap(rate: str, word: str) -> None:
    into = "cut" if word == "cut" else {word: "310ms"}
    film = cuts(
        {"duration": "0.7s"},
        {"duration": "0.9s", "transition": into},
        {"duration": "310ms", "transition": into},
        titles=(OPENING, CLOSING),
        rate=rate,
    )
    shown = list(showings(film))
    assert shown[0].start == 0
    assert [one.end for one in shown] == [*(two.start for two in shown[1:]), film.frames]
    assert all(one.end > one.start for one in shown)
    for one in shown:
        if one.cut:
            assert one.source >= 0
            assert one.source + one.end - one.start <= one.cut.available
        assert one.dissolve <= one.end - one.start


def test_the_rate_is_the_films() -> None:
    assert cuts({}, rate="29.97").rate == Fraction(30000, 1001)
