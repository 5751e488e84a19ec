"""What is asked of the model: scenes of held-out seeds, and the prompts that name all they show.

Half of them join words that no stage has seen together (`training.held_out`). Unaware of models.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count, islice
from typing import TYPE_CHECKING

from training import scenes
from training.held_out import held_out
from training.labels import answers
from training.scenes.words import WEATHER_TAGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from training.scenes.traits import Scene

QUALITY = "masterpiece, best quality"
CHARACTER_PROMPTS = (
    "smile, upper body, city, outdoors, day",
    "waving, upper body, beach, outdoors, sunset",
    "full body, walking, street, outdoors, day",
    "sad, portrait, room, indoors, night",
    "cowboy shot, hands on hips, rooftop, outdoors, sunset",
    "surprised, upper body, forest, outdoors, day",
    "full body, standing, meadow, outdoors, day",
    "upper body, peace sign, school, indoors, day",
    "cowboy shot, standing, shrine, outdoors, night, snow",
    "angry, portrait, mountains, outdoors, sunset",
)
"""Ten situations for a character, none of whose looks they name."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """A scene that the model has never seen, as a prompt; `seed` is the noise's."""

    scene: Scene
    prompt: str
    seed: int
    unseen: bool
    """Whether it joins words that training kept apart."""


def prompt_of(scene: Scene, *, without: tuple[str, ...] = ()) -> str:
    """Return every tag of `scene` but some, after words of praise."""
    return ", ".join([QUALITY, *(tag for tag in scenes.tags(scene) if tag not in without)])


def wanted(scene: Scene) -> dict[str, str]:
    """Return what the prompt of `scene` asks for, by the judge's question.

    Clear weather has no tag, so nobody asked for it; nor has the plain style.
    """
    found = answers(scene)
    if scene.weather not in WEATHER_TAGS:
        found.pop("weather", None)
    found.pop("style")
    return found


def tasks(number: int) -> list[Task]:
    """Return `number` tasks: seen combinations and unseen ones take turns."""
    seen = _scenes(lambda scene: not held_out(scene))
    unseen = _scenes(held_out)
    chosen = [next(unseen if index % 2 else seen) for index in range(number)]
    return [
        Task(scene=scene, prompt=prompt_of(scene), seed=index, unseen=bool(index % 2))
        for index, scene in enumerate(chosen)
    ]


WHOLE = ("upper body", "cowboy shot", "full body")
FACES = ("close-up", "portrait")


def people(number: int, *, framings: tuple[str, ...] = WHOLE, calm: bool = False) -> list[Scene]:
    """Return scenes of one person from the front, in one of `framings`.

    With `calm`, in clear weather by day or at sunset, where nothing moves but people.
    """

    def fits(scene: Scene) -> bool:
        return (
            len(scene.people) == 1
            and scene.people[0].view == "front"
            and scene.framing in framings
            and (not calm or _is_calm(scene))
        )

    return list(islice(_scenes(fits), number))


def landscapes(number: int) -> list[Scene]:
    """Return scenes without people, in clear weather by day or at sunset."""
    return list(islice(_scenes(lambda scene: not scene.people and _is_calm(scene)), number))


def anything(number: int) -> list[Scene]:
    """Return scenes of at most one person, as they come."""
    return list(islice(_scenes(), number))


def _is_calm(scene: Scene) -> bool:
    moving = ("train", "simple background", "sky", "beach", "river")
    return scene.weather == "clear" and scene.time != "night" and scene.setting not in moving


def _scenes(fits: Callable[[Scene], bool] | None = None) -> Iterator[Scene]:
    """Yield the plain, clean scenes of held-out seeds with at most one person that fit."""
    for seed in count():
        scene = scenes.sample(seed, style="anime", clean=True)
        if len(scene.people) < 2 and (fits is None or fits(scene)):
            yield scene
