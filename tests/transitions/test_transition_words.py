"""Every transition word places itself around its cut and mixes what it should."""

from __future__ import annotations

import numpy as np
import pytest

from animegen import registry
from animegen.video.frame import black

GROUP = "transitions"


def level(value: int):
    return black(8, 8)._replace(y=np.full((8, 8), value, np.uint8))


def shown(word: str, outgoing: int, incoming: int, progress: float) -> int:
    mixed = registry.load(GROUP, word).mix(level(outgoing), level(incoming), progress)
    assert (mixed.u == 128).all()
    return int(mixed.y[0, 0])


def test_the_words():
    assert registry.words(GROUP) == ("crossfade", "cut", "dip", "fade-in", "fade-out")


@pytest.mark.parametrize(
    ("word", "even", "odd"),
    [
        ("crossfade", (6, 6), (3, 4)),
        ("cut", (0, 0), (0, 0)),
        ("dip", (6, 6), (3, 4)),
        ("fade-in", (0, 12), (0, 7)),
        ("fade-out", (12, 0), (7, 0)),
    ],
)
def test_where_a_word_lies(word, even, odd):
    loaded = registry.load(GROUP, word)

    assert loaded.span(12) == even
    assert loaded.span(7) == odd


@pytest.mark.parametrize("word", registry.words(GROUP))
def test_a_word_eats_handles_only_where_it_shows_both_shots(word):
    loaded = registry.load(GROUP, word)

    both = word == "crossfade"
    assert (loaded.needs_outgoing, loaded.needs_incoming) == (both, both)


@pytest.mark.parametrize(
    ("word", "opens", "closes"),
    [
        ("crossfade", False, False),
        ("cut", True, True),
        ("dip", False, False),
        ("fade-in", True, False),
        ("fade-out", False, True),
    ],
)
def test_where_in_the_film_a_word_may_stand(word, opens, closes):
    loaded = registry.load(GROUP, word)

    assert (loaded.opens, loaded.closes) == (opens, closes)


@pytest.mark.parametrize("word", ["crossfade", "fade-in", "fade-out"])
@pytest.mark.parametrize(("progress", "expected"), [(0.125, 75), (0.5, 150), (0.875, 225)])
def test_fades_are_linear(word, progress, expected):
    assert shown(word, 50, 250, progress) == expected


@pytest.mark.parametrize(
    ("outgoing", "incoming", "progress", "expected"),
    [(216, 16, 0.0, 216), (216, 16, 0.25, 116), (16, 216, 0.5, 16), (16, 216, 0.75, 116)],
)
def test_a_dip_is_black_on_the_cut(outgoing, incoming, progress, expected):
    assert shown("dip", outgoing, incoming, progress) == expected


def test_a_cut_shows_one_side():
    assert shown("cut", 50, 250, 0.2) == 50
    assert shown("cut", 50, 250, 0.8) == 250
