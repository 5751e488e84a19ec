"""The places of the scenes: one function for each word, drawing from the horizon forwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from training.scenes.settings.indoors import draw_room, draw_school, draw_train
from training.scenes.settings.nature import draw_meadow, draw_mountains
from training.scenes.settings.plain import draw_plain, draw_sky
from training.scenes.settings.shrine import draw_shrine
from training.scenes.settings.street import draw_street
from training.scenes.settings.town import draw_city, draw_rooftop
from training.scenes.settings.water import draw_beach, draw_river
from training.scenes.settings.woods import draw_blossoms, draw_forest

if TYPE_CHECKING:
    from collections.abc import Callable

    from training.scenes.settings.backdrop import Backdrop

SETTINGS: dict[str, Callable[[Backdrop], None]] = {
    "city": draw_city,
    "beach": draw_beach,
    "mountains": draw_mountains,
    "forest": draw_forest,
    "meadow": draw_meadow,
    "room": draw_room,
    "rooftop": draw_rooftop,
    "street": draw_street,
    "school": draw_school,
    "train": draw_train,
    "shrine": draw_shrine,
    "river": draw_river,
    "cherry blossoms": draw_blossoms,
    "sky": draw_sky,
    "simple background": draw_plain,
}
