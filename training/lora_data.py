"""The pictures and captions that each shipped LoRA learns from. Unaware of models.

A style's captions don't name the style, so that the LoRA brings it to every prompt. A character's
captions name the character and mostly leave out what the name stands for.
"""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from training import scenery, scenes
from training.grade import MOODS, graded
from training.scenes.words import GOOD

if TYPE_CHECKING:
    from collections.abc import Callable

    from training.feed import Draw, Record
    from training.recipe import Shape
    from training.scenes import Picture, Scene
    from training.tokenizer import Words

STYLES = {"pastel-anime-xl": "pastel", "anime-flat-color-xl": "flat color"}
"""The scenes' word of a style, by the LoRA's name."""
GRADED = "aesthetic-anime"
NAMES = (*STYLES, GRADED, *scenes.CHARACTERS)
"""Every LoRA that is trained."""

_SECONDS = 2.0
_TOLD = 0.12  # how often a trait that belongs to a name is told nevertheless
_PRAISED = 0.4


def draw_for(name: str, words: Words, shape: Shape, captions: int) -> Draw:
    """Return what draws records for the LoRA `name`: `rgb` (h, w, 3), `ids` (captions, 77)."""
    style = STYLES.get(name, "anime")
    character = name if name in scenes.CHARACTERS else ""
    tell: Callable[[Scene, random.Random], str] = named if character else unstyled

    def draw(seed: int) -> Record:
        cv2.setNumThreads(1)
        rng = random.Random(seed)
        scene = scenery.scene(seed, name=character, style=style, clean=True)
        picture = scenes.draw(scene, rng.uniform(0, _SECONDS), shape)
        ids = [words.encode(tell(scene, rng)) for _ in range(captions)]
        rgb = _graded(scene, picture) if name == GRADED else picture.rgb
        return {"rgb": rgb, "ids": np.array(ids, np.int16)}

    return draw


def _graded(scene: Scene, picture: Picture) -> Any:
    return graded(picture.rgb, picture.people, picture.depth, MOODS[scene.time])


def unstyled(scene: Scene, rng: random.Random) -> str:
    """Return a caption of the scene that doesn't tell its style."""
    return scenes.caption(replace(scene, style="anime"), rng)


def named(scene: Scene, rng: random.Random) -> str:
    """Return a caption of a character's scene: the name, and little of how they always look."""
    (person,) = scene.people
    always = traits(person.name)
    head, *rest = scenes.tags(scene)
    kept = rng.choice((0.4, 0.7, 1.0))
    body = [
        tag for tag in rest
        if tag != person.name and rng.random() < (_TOLD if _belongs(tag, always) else kept)
    ]  # fmt: skip
    rng.shuffle(body)
    praise = rng.sample(GOOD, rng.randint(1, 3)) if rng.random() < _PRAISED else []
    return ", ".join([*praise, *rng.choice(([head, person.name], [person.name, head])), *body])


def traits(name: str) -> tuple[str, ...]:
    """Return the tags, without their colours where they have any, of what a name stands for."""
    look = scenes.CHARACTERS[name]
    always = [
        f"{look['hair_colour']} hair", look["hair_style"], look["bangs"],
        f"{look['eye_colour']} eyes", look["outfit"], look["accessory"], "ahoge",
    ]  # fmt: skip
    return tuple(str(tag) for tag in always if tag)


def _belongs(tag: str, always: tuple[str, ...]) -> bool:
    return any(tag == trait or tag.endswith(f" {trait}") for trait in always)
