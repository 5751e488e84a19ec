"""What a scene is: people, place, light, camera. Unaware of how any of it is drawn."""

from __future__ import annotations

from dataclasses import dataclass

FRAMINGS: dict[str, float] = {
    "close-up": 0.64,
    "portrait": 0.43,
    "upper body": 0.305,
    "cowboy shot": 0.215,
    "full body": 0.142,
    "wide shot": 0.088,
}
"""The size of a head unit in frame units (half a picture's shorter side), by the framing's word."""

VIEWS = ("front", "three-quarter view", "from side", "from behind")
TIMES = ("day", "sunset", "night")
WEATHERS = ("clear", "rain", "snow", "petals", "fireflies", "clouds", "stars")
STYLES = ("anime", "pastel", "flat color", "lineart", "neon")
FLAWS = (
    "blurry",
    "lowres",
    "jpeg artifacts",
    "watermark",
    "text",
    "sketch",
    "monochrome",
    "bad anatomy",
    "extra limbs",
    "two heads",
)
CAMERAS = (
    "static",
    "pan-left",
    "pan-right",
    "tilt-up",
    "tilt-down",
    "zoom-in",
    "zoom-out",
    "roll-cw",
    "roll-ccw",
)


@dataclass(frozen=True, kw_only=True)
class Person:
    """One character, what they wear and do. Words are those of the captions."""

    name: str = ""
    girl: bool
    hair_colour: str
    hair_style: str
    bangs: str
    ahoge: bool
    eye_colour: str
    skin: int
    expression: str
    blush: bool
    outfit: str
    colour: str
    accent: str
    accessory: str
    accessory_colour: str
    pose: str
    side: int
    """Which arm acts, and to which side hair is tied: -1 the viewer's left, 1 the right."""
    view: str
    yaw: float
    """The head's turn in degrees, positive to the viewer's right."""
    gaze: tuple[float, float]
    tilt: float
    phase: float
    """Where in the period this person's movements start, in turns."""
    blink_at: float
    turns_head: bool


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Everything that a picture and its captions are made from."""

    seed: int
    people: tuple[Person, ...]
    framing: str
    offset: tuple[float, float]
    """A small shift of the people, in frame units."""
    setting: str
    time: str
    weather: str
    style: str
    flaw: str
    """One of `FLAWS`, or empty for a clean picture."""
    camera: str
    wind: float
    """How strongly hair and cloth sway: 0.3 calm, 1 windy."""
