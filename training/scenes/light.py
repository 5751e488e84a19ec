"""The light of a time of day and a weather: sky colours and what light does to paint.

Unaware of shapes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from training.scenes.palette import Rgb, mix, rgb

Table = npt.NDArray[np.float32]

INDOORS = ("room", "school", "train")


@dataclass(frozen=True, kw_only=True)
class Light:
    """Sky colours from the zenith to the horizon, filters for place and people, and the rim."""

    sky: tuple[Rgb, Rgb, Rgb]
    place: Rgb
    people: Rgb
    lift: Rgb
    rim: Rgb
    rim_strength: float
    cloud: tuple[Rgb, Rgb]
    """Lit and shadowed cloud."""
    lamps: bool
    """Whether windows and lamps are lit."""

    def on_place(self, colour: Rgb) -> Rgb:
        """Return `colour` as paint of the place in this light."""
        return (
            colour[0] * self.place[0] / 255 + self.lift[0],
            colour[1] * self.place[1] / 255 + self.lift[1],
            colour[2] * self.place[2] / 255 + self.lift[2],
        )

    def on_people(self, table: Table) -> Table:
        """Return the ink table (inks, 3) as paint of people in this light."""
        lit = (
            table * (np.array(self.people, np.float32) / 255)
            + np.array(self.lift, np.float32) * 0.35
        )
        return np.asarray(lit, np.float32)


_SKIES = {
    "day": (rgb("4a9be8"), rgb("8ecbf6"), rgb("dcf2fb")),
    "sunset": (rgb("6a539e"), rgb("f0876f"), rgb("ffdb94")),
    "night": (rgb("0d1436"), rgb("232f6b"), rgb("525c9e")),
}
_CLOUDS = {
    "day": (rgb("ffffff"), rgb("c4dcf2")),
    "sunset": (rgb("ffc8a8"), rgb("c9749a")),
    "night": (rgb("56619f"), rgb("3a4584")),
}
_PLACE = {"day": rgb("ffffff"), "sunset": rgb("ffccb8"), "night": rgb("6c78be")}
_PEOPLE = {"day": rgb("ffffff"), "sunset": rgb("ffe0d0"), "night": rgb("e6d8e6")}
_LIFT: dict[str, Rgb] = {"day": (0, 0, 0), "sunset": (8, 0, 6), "night": (6, 8, 26)}
_RIM = {"day": rgb("fffdf0"), "sunset": rgb("ffb066"), "night": rgb("a9b8ff")}
_RIM_STRENGTH = {"day": 0.25, "sunset": 0.75, "night": 0.5}
_GREY = {"day": rgb("9fb0c2"), "sunset": rgb("9a7f92"), "night": rgb("262e52")}


def light_of(time: str, weather: str, setting: str) -> Light:
    """Return the light of a scene."""
    overcast = {"rain": 0.62, "snow": 0.45, "clouds": 0.25}.get(weather, 0.0)
    grey = _GREY[time]
    top, middle, low = _SKIES[time]
    sky = (
        mix(top, grey, overcast),
        mix(middle, grey, overcast * 0.9),
        mix(low, grey, overcast * 0.7),
    )
    place, people = _PLACE[time], _PEOPLE[time]
    if overcast > 0.3:
        place = mix(place, rgb("b6bfd2") if time == "day" else grey, 0.35)
        people = mix(people, rgb("d3d9e6"), 0.5) if time == "day" else people
    if setting in INDOORS and time == "night":
        place, people = rgb("d2b4a4"), rgb("f4dfd2")
    lit, shaded = _CLOUDS[time]
    return Light(
        sky=sky,
        place=place,
        people=people,
        lift=_LIFT[time] if setting not in INDOORS else (0, 0, 0),
        rim=_RIM[time],
        rim_strength=_RIM_STRENGTH[time] * (0.4 if setting in INDOORS else 1.0),
        cloud=(mix(lit, grey, overcast * 0.7), mix(shaded, grey, overcast * 0.8)),
        lamps=time == "night" or (time == "sunset" and weather == "rain"),
    )
