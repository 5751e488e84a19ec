"""Scenes: the dice are fair and repeatable, captions tell the truth, pictures agree with it."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from training.scenes import CHARACTERS, Scene, caption, draw, sample, tags, vocabulary
from training.scenes.caption import accessory_tag, outfit_tag
from training.scenes.figure.accessories import ACCESSORIES
from training.scenes.figure.fringe import BANGS
from training.scenes.figure.hair import MANES
from training.scenes.figure.look import EXPRESSIONS
from training.scenes.figure.outfits import OUTFITS
from training.scenes.figure.poses import POSES
from training.scenes.palette import EYES, HAIR
from training.scenes.settings import SETTINGS
from training.scenes.traits import FLAWS, FRAMINGS, STYLES, TIMES, VIEWS, WEATHERS
from training.scenes.words import WEATHER_TAGS

SIZE = (64, 64)
MANY = [sample(seed) for seed in range(1500)]


def plain(**changes: object) -> Scene:
    """Return a still, clean picture of one girl who faces us, with `changes`."""
    scene = next(s for s in MANY if len(s.people) == 1 and s.people[0].girl)
    person = replace(
        scene.people[0], view="front", yaw=0.0, pose="standing", accessory="",
        hair_style="short hair", expression="smile", outfit="t-shirt", tilt=0.0, ahoge=False,
        turns_head=False,
    )  # fmt: skip
    values = {
        "people": (person,), "framing": "full body", "setting": "simple background", "time": "day",
        "weather": "clear", "style": "anime", "flaw": "", "camera": "static", "wind": 0.3,
        "offset": (0.0, 0.0),
    }  # fmt: skip
    return replace(scene, **{**values, **changes})


def alone(scene: Scene, **changes: object) -> Scene:
    return replace(scene, people=(replace(scene.people[0], **changes),))


def test_the_same_seed_is_the_same_scene_picture_and_caption() -> None:
    assert sample(7) == sample(7)
    assert caption(sample(7), random.Random(3)) == caption(sample(7), random.Random(3))
    one, two = draw(sample(7), 0.4, SIZE), draw(sample(7), 0.4, SIZE)
    assert np.array_equal(one.rgb, two.rgb)
    assert np.array_equal(one.depth, two.depth)
    assert np.array_equal(one.keypoints, two.keypoints)


def test_another_seed_is_another_picture() -> None:
    assert not np.array_equal(draw(sample(7), size=SIZE).rgb, draw(sample(8), size=SIZE).rgb)


def test_every_word_comes_up() -> None:
    people = [person for scene in MANY for person in scene.people]
    assert {person.hair_colour for person in people} == set(HAIR)
    assert {person.hair_style for person in people} == set(MANES)
    assert {person.bangs for person in people} == set(BANGS)
    assert {person.eye_colour for person in people} == set(EYES)
    assert {person.expression for person in people} == set(EXPRESSIONS)
    assert {person.outfit for person in people} == set(OUTFITS)
    assert {person.accessory for person in people} == {"", *ACCESSORIES}
    assert {person.pose for person in people} == set(POSES)
    assert {person.view for person in people} == set(VIEWS)
    assert {scene.framing for scene in MANY} == set(FRAMINGS)
    assert {scene.setting for scene in MANY} == set(SETTINGS)
    assert {scene.time for scene in MANY} == set(TIMES)
    assert {scene.weather for scene in MANY} == set(WEATHERS)
    assert {scene.style for scene in MANY} == set(STYLES)
    assert {scene.flaw for scene in MANY} == {"", *FLAWS}
    assert {len(scene.people) for scene in MANY} == {0, 1, 2}


def test_tags_name_what_is_seen() -> None:
    for scene in MANY:
        said = set(tags(scene))
        for person in scene.people:
            assert {f"{person.hair_colour} hair", person.hair_style} <= said
            assert (person.expression in said) or person.view == "from behind"
            assert (outfit_tag(person) in said) == (scene.framing != "close-up")
            if person.accessory not in ("", "glasses", "scarf"):
                assert accessory_tag(person) in said
        assert scene.setting in said
        assert scene.flaw in said or not scene.flaw
        if scene.setting != "simple background":
            assert scene.time in said
            assert WEATHER_TAGS.get(scene.weather, scene.time) in said


def test_tags_do_not_name_what_is_hidden() -> None:
    behind = alone(plain(), view="from behind", yaw=180.0)
    assert not any(tag.endswith("eyes") for tag in tags(behind))
    assert "smile" not in tags(behind)
    shut = alone(plain(), expression="closed eyes")
    assert not any(tag.endswith(" eyes") and tag != "closed eyes" for tag in tags(shut))


def test_a_flaw_style_and_camera_are_never_left_out() -> None:
    scene = plain(flaw="blurry", style="pastel", camera="zoom-in")
    for seed in range(60):
        said = caption(scene, random.Random(seed))
        assert "zoom in" in said
        assert any(word in said for word in ("blurry", "out of focus"))
        assert any(word in said for word in ("pastel", "soft colors"))


def test_captions_vary_and_clean_ones_are_praised_not_blamed() -> None:
    scene = plain()
    said = {caption(scene, random.Random(seed)) for seed in range(40)}
    assert len(said) > 35
    assert any("masterpiece" in text or "best quality" in text for text in said)
    assert not any("worst quality" in text or "lowres" in text for text in said)


def test_the_vocabulary_holds_every_word_of_every_caption() -> None:
    known = vocabulary()
    for scene in MANY:
        text = caption(scene, random.Random(scene.seed))
        words = text.replace(",", " ").replace("-", " ").split()
        assert set(words) <= known, set(words) - known


@pytest.mark.parametrize("name", CHARACTERS)
def test_a_named_character_keeps_looks_and_outfit(name: str) -> None:
    scenes = [sample(seed, name=name) for seed in range(30)]
    for scene in scenes:
        (person,) = scene.people
        assert all(getattr(person, key) == value for key, value in CHARACTERS[name].items())
        assert name in caption(scene, random.Random(1))
    assert len({scene.setting for scene in scenes}) > 5


def test_asking_for_a_style_changes_the_style_only() -> None:
    assert replace(sample(5, style="neon"), style=sample(5).style) == sample(5)
    assert sample(5, camera="pan-left").camera == "pan-left"
    assert all(sample(seed, clean=True).flaw == "" for seed in range(80))


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_place_is_drawn_at_every_time(setting: str) -> None:
    pictures = [
        draw(
            plain(people=(), setting=setting, time=time, framing="wide shot"), size=SIZE
        ).rgb.mean()
        for time in TIMES
    ]
    assert min(pictures) > 12
    assert setting == "simple background" or pictures[2] < pictures[0]


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("hair_style", tuple(MANES)),
        ("expression", tuple(EXPRESSIONS)),
        ("outfit", OUTFITS),
        ("pose", POSES),
        ("accessory", ("", *ACCESSORIES)),
        ("bangs", tuple(BANGS)),
    ],
)
def test_every_word_of_a_person_looks_different(key: str, words: tuple[str, ...]) -> None:
    framing = "full body" if key in ("pose", "outfit") else "portrait"
    seen = [draw(alone(plain(framing=framing), **{key: word}), size=(96, 96)).rgb for word in words]
    for i, one in enumerate(seen):
        for two in seen[i + 1 :]:
            assert np.abs(one.astype(int) - two).mean() > 0.05
