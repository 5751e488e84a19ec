"""What can be seen on a scene's picture, as class numbers: the judge's questions and answers.

Only what a picture shows is asked for: closed eyes have no colour, a portrait has hardly an
outfit. Unaware of pixels and of captions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from training.scenes.figure.hair import MANES
from training.scenes.figure.look import EXPRESSIONS
from training.scenes.figure.outfits import COLOURED, OUTFITS
from training.scenes.light import INDOORS
from training.scenes.palette import CLOTH, EYES, HAIR
from training.scenes.settings import SETTINGS
from training.scenes.traits import FRAMINGS, STYLES, TIMES, WEATHERS

if TYPE_CHECKING:
    from training.scenes.traits import Person, Scene

HIDDEN = -1
"""The answer to what can't be seen."""
QUESTIONS: dict[str, tuple[str, ...]] = {
    "hair colour": tuple(HAIR),
    "hair style": tuple(MANES),
    "eye colour": tuple(EYES),
    "expression": tuple(EXPRESSIONS),
    "outfit": tuple(OUTFITS),
    "outfit colour": tuple(CLOTH),
    "framing": tuple(FRAMINGS),
    "setting": tuple(SETTINGS),
    "time": TIMES,
    "weather": WEATHERS,
    "style": STYLES,
}
"""Every question with the words that may answer it."""
MOST = max(len(words) for words in QUESTIONS.values())

_OUTFIT_SEEN = ("upper body", "cowboy shot", "full body", "wide shot")
_EYES_OPEN = 0.1


def answers(scene: Scene) -> dict[str, str]:
    """Return what a picture of `scene` shows, by question; two people hide each other's answers."""
    found = {"style": scene.style, "setting": scene.setting}
    if scene.setting != "simple background":
        found["time"] = scene.time
        if scene.setting not in INDOORS:
            found["weather"] = scene.weather
    if len(scene.people) == 1:
        found["framing"] = scene.framing
        found |= _of_person(scene.people[0], scene.framing)
    return found


def _of_person(person: Person, framing: str) -> dict[str, str]:
    found = {"hair colour": person.hair_colour, "hair style": person.hair_style}
    # In a wide shot an eye is two pixels.
    if person.view != "from behind" and framing != "wide shot":
        found["expression"] = person.expression
        if EXPRESSIONS[person.expression].openness > _EYES_OPEN:
            found["eye colour"] = person.eye_colour
    if framing in _OUTFIT_SEEN:
        found["outfit"] = person.outfit
        if person.outfit in COLOURED:
            found["outfit colour"] = person.colour
    return found


def labels(scene: Scene) -> npt.NDArray[np.int64]:
    """Return the class number of every question's answer, or `HIDDEN`."""
    found = answers(scene)
    return np.array(
        [
            words.index(found[question]) if question in found else HIDDEN
            for question, words in QUESTIONS.items()
        ],
        np.int64,
    )
