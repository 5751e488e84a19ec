"""What a scene is called: tags in the field's idiom, shuffled and dropped, and sentences.

Unaware of pixels. `tags` is the whole truth; `caption` is one way to say some of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from training.scenes import words
from training.scenes.figure import accessories, outfits
from training.scenes.figure.accessories import ACCESSORIES
from training.scenes.figure.fringe import BANGS
from training.scenes.figure.hair import MANES
from training.scenes.figure.look import EXPRESSIONS
from training.scenes.figure.outfits import OUTFITS
from training.scenes.figure.poses import POSES
from training.scenes.light import INDOORS
from training.scenes.palette import CLOTH, EYES, HAIR
from training.scenes.sampling import CHARACTERS
from training.scenes.settings import SETTINGS
from training.scenes.traits import FLAWS, FRAMINGS, STYLES, TIMES, VIEWS, Person, Scene

if TYPE_CHECKING:
    import random


def outfit_tag(person: Person) -> str:
    """Return what `person` wears, with its colour where the word leaves it open."""
    return (
        f"{person.colour} {person.outfit}" if person.outfit in outfits.COLOURED else person.outfit
    )


def accessory_tag(person: Person) -> str:
    """Return the accessory of `person`, with its colour where the word leaves it open."""
    coloured = person.accessory in accessories.COLOURED
    return f"{person.accessory_colour} {person.accessory}" if coloured else person.accessory


def person_tags(person: Person, framing: str) -> tuple[str, ...]:
    """Return the tags of one person that a picture of `framing` shows."""
    found = [f"{person.hair_colour} hair", person.hair_style]
    facing = person.view != "from behind"
    if facing:
        found.append(person.bangs)
        if EXPRESSIONS[person.expression].openness > 0.1:
            found.append(f"{person.eye_colour} eyes")
        found.append(person.expression)
        found += ["blush"] * person.blush
        found += ["looking at viewer" if abs(person.gaze[0]) < 0.1 else "looking away"] * (
            person.view == "front"
        )
    found += ["ahoge"] * person.ahoge
    if framing != "close-up":
        found.append(outfit_tag(person))
    if (
        person.accessory
        and (facing or person.accessory != "glasses")
        and not (framing == "close-up" and person.accessory == "scarf")
    ):
        found.append(accessory_tag(person))
    if framing not in ("close-up", "portrait") or person.pose in ("holding umbrella", "peace sign"):
        found.append(person.pose)
    found += [person.view] * (person.view != "front")
    found += ["turning head"] * person.turns_head
    return tuple(found)


def count_tags(scene: Scene) -> tuple[str, ...]:
    """Return how many of whom there are."""
    girls = sum(person.girl for person in scene.people)
    boys = len(scene.people) - girls
    found = [
        f"{n}{word}{'s' if n > 1 else ''}" for n, word in ((girls, "girl"), (boys, "boy")) if n
    ]
    if not found:
        return ("no humans", "scenery")
    return (*found, "solo") if len(scene.people) == 1 else tuple(found)


def place_tags(scene: Scene) -> tuple[str, ...]:
    """Return where and when it is, in which weather and light."""
    if scene.setting == "simple background":
        return (scene.setting,)
    found = [scene.setting, "indoors" if scene.setting in INDOORS else "outdoors", scene.time]
    if scene.weather in words.WEATHER_TAGS:
        found.append(words.WEATHER_TAGS[scene.weather])
    found += ["city lights"] * (scene.setting in ("city", "rooftop") and scene.time == "night")
    found += ["wind"] * (scene.wind > 0.6)
    return tuple(found)


def tags(scene: Scene) -> tuple[str, ...]:
    """Return everything that can be said of `scene`, quality last."""
    found = [*count_tags(scene), *(person.name for person in scene.people if person.name)]
    for person in scene.people:
        found += [tag for tag in person_tags(person, scene.framing) if tag not in found]
    found += [scene.framing] if scene.people else []
    found += place_tags(scene)
    found += [scene.style] if scene.style != "anime" else []
    found += [words.CAMERA_TAGS[scene.camera]] if scene.camera != "static" else []
    found += [scene.flaw] if scene.flaw else []
    return tuple(found)


def caption(scene: Scene, rng: random.Random) -> str:
    """Return one caption of `scene`: whole, shuffled, thinned out, or a sentence."""
    kind = rng.choices(("whole", "shuffled", "thinned", "sentence"), (3, 2, 3, 2))[0]
    head, *rest = tags(scene)
    if kind == "sentence":
        body = [_sentence(scene, rng), *_unsaid(scene)]
    else:
        if kind != "whole":
            rng.shuffle(rest)
        if kind == "thinned":
            keep = rng.choice((0.3, 0.5, 0.75))
            kept = {*_unsaid(scene), *(person.name for person in scene.people)}
            rest = [tag for tag in rest if tag in kept or rng.random() < keep]
        body = [head, *(_said(tag, rng) for tag in rest)]
    quality = _quality(scene, rng)
    return ", ".join([*quality, *body] if rng.random() < 0.6 else [*body, *quality])


def _unsaid(scene: Scene) -> list[str]:
    """Return what a caption must never leave out: style, camera and flaw."""
    found = [scene.style] if scene.style != "anime" else []
    found += [words.CAMERA_TAGS[scene.camera]] if scene.camera != "static" else []
    return found + ([scene.flaw] if scene.flaw else [])


def _said(tag: str, rng: random.Random) -> str:
    """Return `tag` or another word for it; a colour before it stays."""
    if rng.random() < 0.7:
        return tag
    if tag in words.SYNONYMS:
        return rng.choice(words.SYNONYMS[tag])
    colour, _, thing = tag.partition(" ")
    if colour in CLOTH and thing in words.SYNONYMS:
        return f"{colour} {rng.choice(words.SYNONYMS[thing])}"
    return tag


def _quality(scene: Scene, rng: random.Random) -> list[str]:
    if scene.flaw:
        return rng.sample(words.BAD, rng.randint(0, 3))
    praise = rng.sample(words.GOOD, rng.randint(1, 4)) if rng.random() < 0.55 else []
    medium = [rng.choice(words.MEDIUM)] if scene.style == "anime" and rng.random() < 0.35 else []
    return praise + medium


def _described(person: Person, framing: str, rng: random.Random) -> str:
    """Return a phrase for one person."""
    who = person.name or rng.choice(
        ("a girl", "a young woman") if person.girl else ("a boy", "a young man")
    )
    hair = f"{person.hair_colour} hair"
    length, _, noun = person.hair_style.partition(" ")
    phrase = (
        f"{who} with {length} {hair}"
        if noun == "hair"
        else f"{who} with {hair} in {person.hair_style}"
    )
    facing = person.view != "from behind"
    if facing and EXPRESSIONS[person.expression].openness > 0.1:
        phrase += f" and {person.eye_colour} eyes"
    if framing != "close-up":
        phrase += f" wearing {outfit_tag(person)}"
    if person.accessory and rng.random() < 0.8 and (facing or person.accessory != "glasses"):
        phrase += f" and {accessory_tag(person)}"
    if facing:
        phrase += f", {_said(person.expression, rng)}"
    if framing not in ("close-up", "portrait"):
        phrase += f", {_said(person.pose, rng)}"
    return phrase + (f", {person.view}" if person.view != "front" else "")


def _sentence(scene: Scene, rng: random.Random) -> str:
    where = words.PLACE_PHRASES[scene.setting]
    if not scene.people:
        text = f"an anime landscape, {scene.setting}"
    else:
        text = " and ".join(_described(person, scene.framing, rng) for person in scene.people)
        text += f" {where}"
    if scene.setting != "simple background":
        text += f" {words.TIME_PHRASES[scene.time]}"
    if scene.weather in words.WEATHER_TAGS:
        text += f", {_said(words.WEATHER_TAGS[scene.weather], rng)}"
    return text + (f", {_said(scene.framing, rng)}" if scene.people and rng.random() < 0.8 else "")


def vocabulary() -> frozenset[str]:
    """Return every word that captions may hold, in lower case, split at spaces and hyphens."""
    phrases: list[str] = [
        *HAIR, *EYES, *CLOTH, *MANES, *BANGS, *EXPRESSIONS, *OUTFITS, *ACCESSORIES, *POSES,
        *FRAMINGS, *VIEWS, *SETTINGS, *TIMES, *STYLES, *FLAWS, *CHARACTERS,
        *words.SYNONYMS, *(word for many in words.SYNONYMS.values() for word in many),
        *words.GOOD, *words.BAD, *words.MEDIUM, *words.SENTENCE_WORDS,
        *words.PLACE_PHRASES.values(),
        *words.TIME_PHRASES.values(), *words.WEATHER_TAGS.values(), *words.CAMERA_TAGS.values(),
        "1girl", "1boy", "2girls", "2boys", "solo", "no humans", "scenery", "hair", "eyes", "blush",
        "ahoge", "looking at viewer", "looking away", "turning head", "indoors", "outdoors",
        "city lights", "wind",
    ]  # fmt: skip
    return frozenset(word for phrase in phrases for word in phrase.replace("-", " ").split())
