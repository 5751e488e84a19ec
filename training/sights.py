"""Two pictures of one character, with what can be seen on them: the judge's and embedder's data.

The second shows the same person with the same clothes elsewhere: another place, time, framing,
pose, face and style. Of a landscape it shows another time of day. Unaware of models.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from training import scenes
from training.labels import labels
from training.scenes.motion import PERIOD, blink
from training.scenes.traits import STYLES, TIMES

if TYPE_CHECKING:
    import numpy.typing as npt

    from training.recipe import Shape
    from training.scenes.traits import Person, Scene
    from training.tokenizer import Words

_STYLED = 0.35  # share of pictures whose style is as likely as any other
_OPEN = 0.9  # lids further down would make the eyes' labels wrong
_APART = 0x5EED0000  # what parts the seeds of both pictures


@dataclass(frozen=True, kw_only=True)
class Sights:
    """Draws pairs at `shape` (width, height); a feed calls it with seeds."""

    words: Words
    shape: Shape

    def __call__(self, seed: int) -> dict[str, npt.NDArray[Any]]:
        """Return `rgb` (2, h, w, 3), `labels` (2, questions) and token `ids` (2, 77)."""
        cv2.setNumThreads(1)
        rng = random.Random(seed)
        both = pair(seed)
        return {
            "rgb": np.stack([_drawn(scene, rng, self.shape) for scene in both]),
            "labels": np.stack([labels(scene) for scene in both]),
            "ids": np.array(
                [self.words.encode(scenes.caption(scene, rng)) for scene in both], np.int16
            ),
        }


def pair(seed: int) -> tuple[Scene, Scene]:
    """Return a scene with at most one person, and another of the same one."""
    rng = random.Random(seed + 1)
    first = _alone(_styled(seed, rng))
    if not first.people:
        other = rng.choice([time for time in TIMES if time != first.time])
        return first, replace(first, time=other, weather="clear")
    second = _alone(_styled(seed ^ _APART, rng))
    step = 0
    while not second.people:
        step += 1
        second = _alone(_styled((seed ^ _APART) + (step << 33), rng))
    return first, replace(second, people=(_same(first.people[0], second.people[0]),))


def _styled(seed: int, rng: random.Random) -> Scene:
    style = rng.choice(STYLES) if rng.random() < _STYLED else ""
    return scenes.sample(seed, style=style, clean=True)


def _alone(scene: Scene) -> Scene:
    return replace(scene, people=scene.people[:1])


def _same(person: Person, doing: Person) -> Person:
    """Return `person` doing what `doing` does."""
    return replace(
        person,
        expression=doing.expression,
        blush=doing.blush,
        pose=doing.pose,
        side=doing.side,
        view=doing.view,
        yaw=doing.yaw,
        gaze=doing.gaze,
        tilt=doing.tilt,
        phase=doing.phase,
        turns_head=doing.turns_head,
    )


def _drawn(scene: Scene, rng: random.Random, shape: Shape) -> npt.NDArray[np.uint8]:
    moment = rng.uniform(0, PERIOD)
    if any(blink(moment, person.blink_at) < _OPEN for person in scene.people):
        moment = 0.0
    return scenes.draw(scene, moment, shape).rgb
