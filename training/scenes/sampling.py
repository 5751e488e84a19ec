"""The dice: a seed becomes a scene. Unaware of how scenes are drawn and told.

The weights follow what is asked for most and what is hardest to learn: expressions, poses and
whole figures come more often than life would have it.
"""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from training.scenes.figure.accessories import ACCESSORIES
from training.scenes.figure.fringe import BANGS
from training.scenes.figure.hair import MANES
from training.scenes.figure.look import EXPRESSIONS
from training.scenes.figure.outfits import GIRLS_ONLY, OUTFITS
from training.scenes.figure.poses import LEG_POSES, POSES
from training.scenes.light import INDOORS
from training.scenes.palette import CLOTH, EYES, HAIR
from training.scenes.settings import SETTINGS
from training.scenes.traits import FLAWS, STYLES, Person, Scene

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")

CHARACTERS: dict[str, dict[str, str | bool]] = {
    "mina": {
        "hair_colour": "red", "hair_style": "short hair", "bangs": "swept bangs",
        "eye_colour": "green", "outfit": "school uniform", "colour": "white", "accent": "red",
        "accessory": "", "accessory_colour": "red", "ahoge": True,
    },
    "hana": {
        "hair_colour": "pink", "hair_style": "twin tails", "bangs": "bangs", "eye_colour": "blue",
        "outfit": "hoodie", "colour": "yellow", "accent": "blue", "accessory": "headphones",
        "accessory_colour": "blue", "ahoge": False,
    },
}  # fmt: skip
"""The invented characters with a name and a fixed outfit."""

_BOY_HAIR = ("short hair", "messy hair", "medium hair")
_BOY_BANGS = ("bangs", "parted bangs", "swept bangs", "messy bangs", "hair between eyes")
_UNUSUAL_HAIR = 0.12
_WEATHER_OF = {
    "day": (("clear", 5), ("rain", 1.4), ("snow", 1.1), ("petals", 1.2), ("clouds", 1.6)),
    "sunset": (("clear", 5), ("rain", 0.7), ("snow", 0.6), ("petals", 1.0), ("clouds", 1.4)),
    "night": (
        ("clear", 3),
        ("rain", 1.5),
        ("snow", 1.2),
        ("petals", 0.7),
        ("fireflies", 1.6),
        ("stars", 1.6),
    ),
}


def _weighted(rng: random.Random, choices: Sequence[tuple[T, float]]) -> T:
    return rng.choices([value for value, _ in choices], [weight for _, weight in choices])[0]


def sample(
    seed: int, *, name: str = "", style: str = "", camera: str = "static", clean: bool = False
) -> Scene:
    """Return the scene of `seed`.

    `name` asks for one of `CHARACTERS` alone, `style` and `camera` for one of their words; `clean`
    for a picture without a flaw. Everything else stays what the seed makes it.
    """
    rng = random.Random(seed)
    setting = _setting(rng)
    time = _weighted(rng, [("day", 5), ("sunset", 2.6), ("night", 3.2)])
    time = "day" if setting == "simple background" else time
    weather = (
        "clear" if setting in (*INDOORS, "simple background") else _weighted(rng, _WEATHER_OF[time])
    )
    if setting == "cherry blossoms" and weather == "clear" and rng.random() < 0.5:
        weather = "petals"
    framing, people = _cast(rng, setting, weather, name)
    flaw = _weighted(rng, [("", 90.0), *((flaw, 1.2) for flaw in FLAWS)])
    dice_style = _weighted(rng, [("anime", 8.0), *((word, 0.55) for word in STYLES[1:])])
    wind = rng.uniform(0.75, 1.1) if rng.random() < 0.22 else rng.uniform(0.15, 0.4)
    return Scene(
        seed=seed,
        people=people,
        framing=framing,
        offset=(rng.uniform(-0.1, 0.1) if len(people) == 1 else 0.0, rng.uniform(-0.03, 0.04)),
        setting=setting,
        time=time,
        weather=weather,
        style=style or dice_style,
        flaw="" if clean else flaw,
        camera=camera,
        wind=wind,
    )


def _setting(rng: random.Random) -> str:
    return _weighted(
        rng, [(word, {"simple background": 1.3, "sky": 0.6}.get(word, 1.0)) for word in SETTINGS]
    )


def _cast(
    rng: random.Random, setting: str, weather: str, name: str
) -> tuple[str, tuple[Person, ...]]:
    """Return the framing and the people; nobody at all is a landscape."""
    crowd = _weighted(rng, [(1, 80), (2, 11), (0, 9)])
    lead = _person(rng, weather)
    framing = _weighted(
        rng,
        [
            ("close-up", 1.5),
            ("portrait", 2),
            ("upper body", 2.6),
            ("cowboy shot", 1.9),
            ("full body", 2.6),
            ("wide shot", 0.8),
        ],
    )
    if name:
        traits = CHARACTERS[name]
        lead = replace(lead, name=name, girl=True, skin=0, **traits)  # type: ignore[arg-type]
        crowd = 1
    if crowd == 0 and setting != "simple background":
        return "wide shot", ()
    if crowd == 2:
        framing = rng.choice(("upper body", "cowboy shot", "full body"))
        other = _person(rng, weather)
        pair = tuple(_beside(person, side) for person, side in ((lead, -1), (other, 1)))
        return framing, pair
    if setting == "simple background" and framing == "wide shot":
        framing = "full body"
    if setting in INDOORS and lead.pose == "holding umbrella":
        lead = replace(lead, pose="standing")
    return framing, (_suited(lead, framing, rng),)


def _beside(person: Person, side: int) -> Person:
    """Return `person` so that two fit side by side: arms stay close, no wide hats."""
    calm = person.pose in (
        "standing",
        "arms behind back",
        "own hands together",
        "hand on own chest",
        "waving",
        "peace sign",
    )
    hat = person.accessory in ("witch hat", "straw hat")
    view, yaw = (person.view, person.yaw) if person.view != "from side" else ("front", 0.0)
    return replace(
        person,
        pose=person.pose if calm else "standing",
        side=side,
        accessory="" if hat else person.accessory,
        view=view,
        yaw=yaw,
    )


def _suited(person: Person, framing: str, rng: random.Random) -> Person:
    """Return `person` with a pose and view that the framing can show."""
    if framing in ("close-up", "portrait") and person.view == "from behind":
        person = replace(person, view="front", yaw=rng.uniform(-6, 6))
    if framing == "close-up" or (
        framing == "portrait" and person.pose not in ("holding umbrella", "peace sign")
    ):
        return replace(person, pose="standing")
    if framing == "upper body" and person.pose in LEG_POSES:
        poses = ("standing", "waving", "peace sign", "arms up", "hand on own chest", "reaching")
        return replace(person, pose="standing" if person.view == "from side" else rng.choice(poses))
    return person


def _person(rng: random.Random, weather: str) -> Person:
    girl = rng.random() < 0.78
    style = (
        rng.choice(tuple(MANES)) if girl or rng.random() < _UNUSUAL_HAIR else rng.choice(_BOY_HAIR)
    )
    bangs = rng.choice(tuple(BANGS) if girl else _BOY_BANGS)
    outfits = [word for word in OUTFITS if girl or word not in GIRLS_ONLY]
    colour = rng.choice(tuple(CLOTH))
    accents = [
        word
        for word in ("red", "blue", "yellow", "pink", "green", "purple", "white")
        if word != colour
    ]
    view = _weighted(
        rng, [("front", 6), ("three-quarter view", 2.4), ("from side", 1.0), ("from behind", 0.7)]
    )
    pose = _pose(rng, weather, view)
    accessory = _weighted(
        rng,
        [
            ("", 11.0),
            *(
                (
                    word,
                    1.0 if girl or word in ("glasses", "scarf", "headphones", "cat ears") else 0.1,
                )
                for word in ACCESSORIES
            ),
        ],
    )
    if pose == "holding umbrella" and accessory in ("witch hat", "straw hat"):
        accessory = ""
    looks_away = rng.random() < 0.15
    return Person(
        girl=girl,
        hair_colour=rng.choice(tuple(HAIR)),
        hair_style=style,
        bangs="blunt bangs" if style == "hime cut" else bangs,
        ahoge=rng.random() < 0.16 and not accessory.endswith(("hat", "beret")),
        eye_colour=rng.choice(tuple(EYES)),
        skin=_weighted(rng, [(0, 5), (1, 3), (2, 1.2), (3, 0.8)]),
        expression=_weighted(
            rng, [(word, 2.2 if word in ("neutral", "smile") else 1.0) for word in EXPRESSIONS]
        ),
        blush=rng.random() < 0.25,
        outfit=rng.choice(outfits),
        colour=colour,
        accent=rng.choice(accents),
        accessory=accessory,
        accessory_colour=rng.choice(("red", "blue", "yellow", "pink", "purple", "white", "green")),
        pose=pose,
        side=rng.choice((-1, 1)),
        view=view,
        yaw=_yaw(rng, view),
        gaze=(rng.choice((-0.22, 0.22)) if looks_away else rng.uniform(-0.04, 0.04), 0.0),
        tilt=rng.gauss(0, 3.2),
        phase=rng.random(),
        blink_at=rng.uniform(0.5, 1.6),
        turns_head=view == "front" and rng.random() < 0.12,
    )


def _pose(rng: random.Random, weather: str, view: str) -> str:
    if weather == "rain" and view in ("front", "three-quarter view") and rng.random() < 0.4:
        return "holding umbrella"
    if view == "from side":
        return rng.choice(("standing", "walking", "walking", "running", "sitting"))
    if view == "from behind":
        return rng.choice(
            ("standing", "walking", "arms up", "hands on hips", "arms behind back", "waving")
        )
    return _weighted(
        rng,
        [(word, 3.0 if word == "standing" else 1.5 if word == "waving" else 1.0) for word in POSES],
    )


def _yaw(rng: random.Random, view: str) -> float:
    side = rng.choice((-1, 1))
    if view == "from side":
        return side * rng.uniform(76, 84)
    if view == "three-quarter view":
        return side * rng.uniform(24, 42)
    return 180.0 if view == "from behind" else rng.uniform(-9, 9)
