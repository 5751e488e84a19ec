"""The combinations of tags that no stage trains on, so that the benchmark can ask for them.

A model that has learnt what words mean draws them; one that has learnt pictures by heart can't.
Decided by a hash of the words, here and nowhere else. Unaware of pictures and of seeds.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from training.scenes.traits import Scene

# Of this many combinations one is held out. The salt is chosen so that each of the three kinds
# has some, and the characters with a name and a fixed outfit have none of them.
_ONE_IN = 64
_SALT = "4"


def unseen(*words: str) -> bool:
    """Return whether these words never stand together in training."""
    return zlib.crc32("/".join((_SALT, *words)).encode()) % _ONE_IN == 0


def held_out(scene: Scene) -> bool:
    """Return whether `scene` joins words that are held out.

    They are a hair colour and an outfit, a hair style and an eye colour, or a place, a time and
    a weather.
    """
    return unseen(scene.setting, scene.time, scene.weather) or any(
        unseen(person.hair_colour, person.outfit) or unseen(person.hair_style, person.eye_colour)
        for person in scene.people
    )
