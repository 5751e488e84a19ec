"""A stretch of the film: how it is written, where it lies, which shots it shows."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from animegen.errors import UsageError
from animegen.plan.cards import CardTiming
from animegen.plan.cut_list import CutList, cut_list
from animegen.plan.cutting import Stretch, cut_out
from animegen.plan.selection_range import parse_range, place
from animegen.plan.timeline import ShotTiming, Timeline
from animegen.steps.film import Join
from animegen.storyboard.timing import Clocks

FPS = Fraction(8)
HELP = "write --range 2s-5s, 0:02-0:05 or 48f-120f; frames are counted at frame.fps"


@pytest.mark.parametrize(
    ("text", "start", "end", "name"),
    [
        ("2s-5s", 2, 5, "2s-5s"),
        ("2-5", 2, 5, "2s-5s"),
        (" 0:02 - 0:05 ", 2, 5, "2s-5s"),
        ("1:00:02.5-1:00:05", 3602.5, 3605, "3602.5s-3605s"),
        ("0:00-0:01", 0, 1, "0s-1s"),
        ("48f-120f", 6, 15, "6s-15s"),
        ("0-750ms", 0, 0.75, "0s-0.75s"),
        ("2s-", 2, None, "2s-"),
        ("-5s", 0, 5, "0s-5s"),
    ],
)
def test_it_is_written_in_the_words_of_the_language(text, start, end, name) -> None:
    found = parse_range(text, FPS)
    assert (found.start, found.end, found.name) == (start, end, name)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2s", "--range 2s: not START-END"),
        ("-", "--range -: not START-END"),
        ("5s-2s", "--range 5s-2s: it ends before it starts"),
        ("2s-2s", "--range 2s-2s: it ends before it starts"),
        ("a-b", "--range a-b: 'a' is not a duration; write 3, 3s, 750ms or 24f"),
        ("1-2-3", "--range 1-2-3: '2-3' is not a duration; write 3, 3s, 750ms or 24f"),
        ("0:75-2:00", "--range 0:75-2:00: '0:75' is not a duration; write 3, 3s, 750ms or 24f"),
        ("1.5f-2s", "--range 1.5f-2s: a duration in frames must be a whole number, such as 24f"),
    ],
)
def test_what_is_no_range_is_refused(text: str, message: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_range(text, FPS)
    assert (refused.value.message, refused.value.remedy) == (message, HELP)


CUT = Join()


def timeline(*into: Join, ending: Join = CUT, frames: int = 24) -> Timeline:
    """Return shots `0`, `1`, ... of `frames` delivered frames each."""
    shots = tuple(
        ShotTiming(
            id=str(index),
            start=Fraction(index),
            duration=Fraction(1),
            cut=index * frames,
            frames=frames,
            into=join,
            body=8,
            head=4,
            chained=None,  # type: ignore[arg-type]
            segments=(),
            before=13,
            after=38,
        )
        for index, join in enumerate(into)
    )
    return Timeline(clocks=Clocks(fps=FPS, rate=Fraction(24)), shots=shots, ending=ending)


def _cut_out(film: Timeline, first: int, end: int) -> CutList:
    return cut_out(cut_list(film), Stretch(first=first, end=end))


CUTS = timeline(Join(), Join(), Join())
FADES = timeline(Join(), *[Join(word="crossfade", before=3, after=3)] * 2)
DIPS = timeline(
    Join(word="fade-in", after=4),
    *[Join(word="dip", before=3, after=3)] * 2,
    ending=Join(word="fade-out", before=4),
)


def test_both_ends_are_rounded_as_cut_points_are() -> None:
    assert place(parse_range("20ms-1.02s", FPS), CUTS) == Stretch(first=0, end=24)
    assert place(parse_range("21ms-1.021s", FPS), CUTS) == Stretch(first=1, end=25)
    assert place(parse_range("1s-", FPS), CUTS) == Stretch(first=24, end=72)


@pytest.mark.parametrize(
    ("text", "message", "remedy"),
    [
        ("2s-4s", "--range 2s-4s leaves the film", "it lasts 0:03.000"),
        ("3s-", "--range 3s- leaves the film", "it lasts 0:03.000"),
        ("1s-1.01s", "--range 1s-1.01s holds no frame at 24 fps", ""),
    ],
)
def test_a_range_lies_within_the_film(text: str, message: str, remedy: str) -> None:
    with pytest.raises(UsageError) as refused:
        place(parse_range(text, FPS), CUTS)
    assert (refused.value.message, refused.value.remedy) == (message, remedy)


@pytest.mark.parametrize(
    ("film", "first", "end", "shots"),
    [
        (CUTS, 24, 48, "1"),
        (CUTS, 23, 48, "01"),
        (CUTS, 24, 49, "12"),
        (FADES, 24, 48, "012"),
        (FADES, 27, 45, "1"),
        (FADES, 26, 45, "01"),
        (FADES, 27, 46, "12"),
        (FADES, 0, 21, "0"),
        (FADES, 0, 22, "01"),
        (DIPS, 24, 48, "1"),
        (DIPS, 23, 49, "012"),
    ],
)
def test_only_the_shots_that_are_seen_are_needed(
    film: Timeline, first: int, end: int, shots: str
) -> None:
    cuts = _cut_out(film, first, end)
    assert "".join(cut.id for cut in cuts.cuts) == shots
    assert (cuts.first, cuts.cuts[0].frames) == (first - film.shots[int(shots[0])].cut, 24)
    assert [cut.start for cut in cuts.cuts] == [24 * place for place in range(len(shots))]
    assert not cuts.whole


def test_a_fade_into_a_shot_that_is_not_needed_is_kept() -> None:
    cuts = _cut_out(DIPS, 24, 48)
    assert cuts.cuts[0].into == cuts.ending == Join(word="dip", before=3, after=3)
    assert _cut_out(FADES, 27, 45).ending == Join()
    assert _cut_out(DIPS, 50, 72).ending == DIPS.ending


@pytest.mark.parametrize("film", [CUTS, FADES, DIPS])
def test_the_whole_film_as_a_stretch_is_the_film(film: Timeline) -> None:
    assert _cut_out(film, 0, 72) == cut_list(film)


def test_cards_are_on_the_clock_of_the_film() -> None:
    film = replace(
        CUTS,
        opening=(CardTiming(id="opening-1", text="Rain", frames=48, fade=6),),
        shots=tuple(replace(shot, cut=shot.cut + 48) for shot in CUTS.shots),
    )
    assert [cut.id for cut in _cut_out(film, 0, 48).cuts] == ["opening-1"]
    cuts = _cut_out(film, 47, 49)
    assert [cut.id for cut in cuts.cuts] == ["opening-1", "0"]
    assert (cuts.first, cuts.shown) == (47, 2)
