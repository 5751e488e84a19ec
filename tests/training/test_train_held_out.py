"""The combinations kept from training: few, of every kind, and none of the named characters'."""

from __future__ import annotations

import itertools

import pytest

from training import scenes
from training.held_out import held_out, unseen
from training.scenes.figure.hair import MANES
from training.scenes.figure.outfits import OUTFITS
from training.scenes.palette import EYES, HAIR
from training.scenes.settings import SETTINGS
from training.scenes.traits import TIMES, WEATHERS


def test_a_few_percent_of_scenes_are_held_out() -> None:
    share = sum(held_out(scenes.sample(seed)) for seed in range(2_000)) / 2_000
    assert 0.01 < share < 0.06


@pytest.mark.parametrize(
    "words",
    [(HAIR, OUTFITS), (MANES, EYES), (SETTINGS, TIMES, WEATHERS)],
    ids=("clothes", "eyes", "place"),
)
def test_every_kind_of_combination_has_some(words: tuple[tuple[str, ...], ...]) -> None:
    assert any(unseen(*combination) for combination in itertools.product(*words))


@pytest.mark.parametrize("name", scenes.CHARACTERS)
def test_named_characters_are_not_held_out_for_what_they_are(name: str) -> None:
    person = scenes.sample(1, name=name).people[0]
    assert not unseen(person.hair_colour, person.outfit)
    assert not unseen(person.hair_style, person.eye_colour)


def test_it_says_so_for_one_person_and_for_a_place() -> None:
    seeds = [seed for seed in range(2_000) if held_out(scenes.sample(seed))]
    found = [scenes.sample(seed) for seed in seeds]
    assert any(unseen(scene.setting, scene.time, scene.weather) for scene in found)
    assert any(not unseen(scene.setting, scene.time, scene.weather) for scene in found)
