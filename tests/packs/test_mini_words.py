"""What the page on packs and the storyboards of mini say is said in words that it learnt."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from animegen.packs.catalog import load_pack
from animegen.storyboard.model.guidance import MOTION_WORDS
from animegen.storyboard.read import read_storyboard
from training import scenery, scenes

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "packs.md").read_text(encoding="utf-8")
SECTION = PAGE.split("## mini\n")[1].split("\n## ")[0]
TABLE = SECTION.split("| of | words |")[1].split("\n\n")[0]
TAGS = re.findall(r"`([^`]+)`", TABLE)


def pieces(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+|\d", text.lower()))


@pytest.fixture(scope="module")
def learnt() -> set[str]:
    return pieces(" ".join(scenes.vocabulary()))


@pytest.mark.parametrize("tag", TAGS)
def test_every_tag_of_the_page_was_learnt(tag: str, learnt: set[str]) -> None:
    assert pieces(tag) <= learnt


@pytest.mark.parametrize("name", ["rain", "festival"])
def test_every_word_of_a_storyboard_was_learnt(name: str, learnt: set[str]) -> None:
    reading = read_storyboard(ROOT / "storyboards" / f"{name}.yaml")
    assert reading.pack.name == "mini"
    for shot in reading.shots.values():
        for prompt in shot.prompts:
            assert pieces(prompt.own) <= learnt


@pytest.mark.parametrize("name", ["rain", "festival"])
def test_a_character_is_called_by_the_word_that_its_lora_asks_for(name: str) -> None:
    reading = read_storyboard(ROOT / "storyboards" / f"{name}.yaml")
    for shot in reading.shots.values():
        for lora in shot.loras:
            triggers = reading.pack.loras[lora.use].triggers
            assert all(word in prompt.own for word in triggers for prompt in shot.prompts)


def test_the_festival_shows_every_motion_and_control_word() -> None:
    shots = read_storyboard(ROOT / "storyboards" / "festival.yaml").storyboard.shots
    pack = load_pack("mini", ROOT)
    assert {shot.motion.use for shot in shots if shot.motion} == set(MOTION_WORDS)
    assert {one.use for shot in shots if shot.control for one in shot.control.maps} == set(
        pack.controls
    )


def test_every_word_of_the_templates_is_one_token() -> None:
    words = scenery.words()
    for template in ("anime",):
        text = (ROOT / "templates" / f"{template}.j2").read_text(encoding="utf-8")
        said = re.sub(r"\{[%#{].*?[%#}]\}", "", text, flags=re.DOTALL)
        for word in pieces(said):
            assert words.encode(word)[2] == words.end, word
