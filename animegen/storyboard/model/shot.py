"""One shot: what it shows, how long, and how the film passes into it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from animegen.storyboard.model.base import (
    Instant,
    Integer,
    LengthOfTime,
    Number,
    Part,
    Seed,
    ShotLength,
    Switch,
    Text,
    Variable,
    VariableName,
)
from animegen.storyboard.model.chaining import Chaining
from animegen.storyboard.model.checks import Checks
from animegen.storyboard.model.guidance import Camera, Control, Motion
from animegen.storyboard.model.lora import LoraUse
from animegen.storyboard.model.prompt import Prompt
from animegen.storyboard.model.transition import CUT, Transition

Quality = Literal["draft", "fast", "high"]
SHOT_ID = r"^[a-z][a-z0-9_-]{0,63}$"
MOST_TAKES = 16
"""Of one shot: what a contact sheet shows at a glance."""


Rerolls = Annotated[Integer, Field(ge=0, le=MOST_TAKES - 1)]


class Sampling(Part):
    """Numbers of the sampler; left out, they are the pack's. The scheduler follows `quality`."""

    steps: Annotated[Integer, Field(ge=1, le=150)] | None = None
    """Denoising steps."""
    guidance: Annotated[Number, Field(ge=1.0, le=30.0)] | None = None
    """Classifier-free guidance scale (CFG); 1 switches guidance off."""


class Line(Part):
    """A line of dialogue or a caption, on the shot's own clock."""

    text: Annotated[Text, Field(max_length=1000)]
    """What is said, as it stands in the subtitles."""
    at: Instant | None = None
    """When it begins. Left out: right after the line before it."""
    lasts: LengthOfTime | None = None
    """How long it is shown. Left out: long enough to be read."""
    speaker: Text | None = None
    """Who says it."""


class Shot(Part):
    """A shot of the film, from one cut point to the next."""

    id: Annotated[Text, Field(pattern=SHOT_ID)]
    """Names the shot's artifacts and seeds its noise: `^[a-z][a-z0-9_-]{0,63}$`."""
    duration: ShotLength
    """Screen time between the shot's cut points."""
    prompt: Prompt
    """What the shot shows: a text, or texts at times. Both are templates."""
    negative: Text | None = None
    """Added to the style's negative prompt."""
    characters: tuple[Text, ...] = ()
    """Who is in the shot, by name: brings their LoRA and negative prompt."""
    let: dict[VariableName, Variable] = Field(default_factory=dict)
    """Variables for this shot's templates; they win over the film's."""
    transition: Transition = CUT
    """Into this shot."""
    motion: Motion | None = None
    """How the picture moves: by a motion LoRA of the pack, else by a virtual camera."""
    control: Control | None = None
    """Which maps of the shot's own pictures hold it together."""
    camera: Camera | None = None
    """How the finished frames are cropped and zoomed."""
    loras: tuple[LoraUse, ...] = ()
    """Added to the style's and the characters'; at most three act at once."""
    quality: Quality | None = None
    """Instead of the film's."""
    sampling: Sampling = Sampling()
    """Instead of the film's."""
    chaining: Chaining = Chaining()
    """Instead of the film's."""
    seed: Seed | None = None
    """Left out: derived from the film's seed and this shot's id."""
    takes: Annotated[Integer, Field(ge=1, le=MOST_TAKES)] = 1
    """How many takes `storyboard takes` shows; the film has the one that was picked."""
    checks: Checks = Checks()
    """What the shot's figures must be; each wins over the film's."""
    reroll: Rerolls | None = None
    """Further takes that are tried when a check fails. Left out: the film's."""
    allow_black: Switch = False
    """Let pictures pass that are black, or of one colour; else they fail the shot."""
    dialogue: tuple[Line, ...] = ()
    """Lines for the subtitles."""
    caption: Annotated[Text, Field(max_length=200)] | None = None
    """A text over the whole shot, from cut to cut: `captions` says in the picture or below it."""
