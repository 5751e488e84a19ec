"""What steers a shot besides its prompt: motion, control maps and the camera."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import ConfigDict, Field, field_validator, model_validator

from animegen.storyboard.model.base import Number, Part, Share, Weight, invalid, shorthand

MotionWord = Literal[
    "pan-left", "pan-right", "tilt-up", "tilt-down", "zoom-in", "zoom-out", "roll-cw", "roll-ccw"
]
ControlWord = Literal["openpose", "depth", "canny", "lineart"]
Fallback = Literal["depth", "canny", "lineart", "none"]
MOTION_WORDS: tuple[str, ...] = get_args(MotionWord)
CONTROL_WORDS: tuple[str, ...] = get_args(ControlWord)


class Motion(Part):
    """`pan-left`, or `{use: pan-left, strength: 0.8}`. At most one per shot."""

    model_config = ConfigDict(json_schema_extra=shorthand({"enum": list(MOTION_WORDS)}))

    use: MotionWord
    """Where the camera moves, or how."""
    strength: Weight = 1.0
    """How much: 1 as trained, less for a gentler move, negative for the opposite."""

    @model_validator(mode="before")
    @classmethod
    def _from_word(cls, value: Any) -> Any:
        if isinstance(value, list | tuple):
            raise invalid(
                "SB702",
                "a shot takes one motion LoRA, not a list",
                remedy="write `motion: pan-left`; combine moves with `camera` instead",
            )
        return {"use": value} if isinstance(value, str) else value


class ControlMap(Part):
    """One kind of map with its ControlNet's strength and share of the steps."""

    model_config = ConfigDict(json_schema_extra=shorthand({"enum": list(CONTROL_WORDS)}))

    use: ControlWord
    """What is drawn from the pictures and then followed: a pose, distances, edges or lines."""
    weight: Weight = 1.0
    """How strictly the map is followed."""
    start: Share = 0.0
    """From which share of the sampler's steps on: 0 is the first."""
    end: Share = 0.6
    """Up to which share of the steps; letting go early leaves room for motion and detail."""
    decay: Share | None = None
    """How far the strength falls over the shot's first 16 frames, to stay there: 0 not at all, 1 to
    nothing. Left out: 0.5 for a keyframe's map, which would freeze the picture, 0 for a draft's."""
    fallback: Fallback = "lineart"
    """What is drawn where a picture shows nobody (`openpose`) or nothing far or near (`depth`)."""

    @model_validator(mode="before")
    @classmethod
    def _from_word(cls, value: Any) -> Any:
        return {"use": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _acts(self) -> ControlMap:
        if self.start < self.end:
            return self
        raise invalid(
            "SB205",
            f"`end` must be greater than `start`, {self.start:g}",
            remedy="both are shares of the steps: 0 is the first, 1 the last",
        )


class Control(Part):
    """`[openpose, depth]`, or `{from: draft, maps: [...]}`.

    Maps are drawn from this shot's own generated pictures, never from a file.
    """

    source: Annotated[Literal["keyframe", "draft"], Field(alias="from")] = "keyframe"
    """`keyframe`: one map of the shot's keyframe. `draft`: a map of each frame of a first pass."""
    maps: tuple[ControlMap, ...] = Field(min_length=1, max_length=len(CONTROL_WORDS))
    """The maps that act together."""

    model_config = ConfigDict(
        json_schema_extra=shorthand({"enum": list(CONTROL_WORDS)}, field="maps")
    )

    @model_validator(mode="before")
    @classmethod
    def _from_list(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"maps": (value,)}
        return {"maps": tuple(value)} if isinstance(value, list) else value

    @field_validator("maps")
    @classmethod
    def _one_of_each(cls, maps: tuple[ControlMap, ...]) -> tuple[ControlMap, ...]:
        words = [entry.use for entry in maps]
        for index, word in enumerate(words):
            if word in words[:index]:
                raise invalid("SB109", f"`{word}` is listed twice", remedy="take one of them out")
        return maps


Zoom = Annotated[Number, Field(ge=1.0, le=4.0)]
Offset = Annotated[Number, Field(ge=-1.0, le=1.0)]
Angle = Annotated[Number, Field(ge=-45.0, le=45.0)]


class Camera(Part):
    """A virtual camera over the finished frames, from the first frame to the last."""

    zoom: tuple[Zoom, Zoom] = (1.0, 1.0)
    """Magnification at the shot's start and end; 1.15 shows 87 % of the frame's width."""
    pan: tuple[Offset, Offset] = (0.0, 0.0)
    """Where the camera looks across the free margin: -1 is the left edge, 1 the right."""
    tilt: tuple[Offset, Offset] = (0.0, 0.0)
    """As `pan`, upwards: -1 is the bottom edge, 1 the top."""
    roll: tuple[Angle, Angle] = (0.0, 0.0)
    """Rotation in degrees, clockwise; zoom in enough that no corner shows."""
    ease: Literal["linear", "smooth"] = "linear"
    """At one speed, or starting and ending gently."""
