"""The whole storyboard."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from animegen.storyboard.model.base import (
    FASTEST_FRAMES,
    LONGEST_FILM,
    SLOWEST_FRAMES,
    FrameRate,
    Integer,
    Part,
    Seed,
    Text,
    Variable,
    VariableName,
    VaryValues,
    invalid,
)
from animegen.storyboard.model.chaining import Chaining
from animegen.storyboard.model.checks import Checks
from animegen.storyboard.model.finish import Soundtrack, TitleCard
from animegen.storyboard.model.lora import LoraUse
from animegen.storyboard.model.shot import Quality, Rerolls, Sampling, Shot
from animegen.storyboard.model.transition import CUT, Transition
from animegen.units import decimal

FASTEST_OUTPUT = 120
"""In frames per second."""


def _whole_one(value: object) -> object:
    if type(value) is int:
        return value
    # Python takes true and 1.0 for equal to 1.
    raise invalid(
        "SB105", "this animegen reads version 1 of the language", remedy="write `version: 1`"
    )


Pixels = Annotated[Integer, Field(ge=16, le=8192)]


class Frame(Part):
    """What is generated: size in pixels (the pack's own when left out), frames per second."""

    width: Pixels | None = None
    """In pixels; a multiple of what the pack asks for."""
    height: Pixels | None = None
    """In pixels; a multiple of what the pack asks for."""
    fps: FrameRate = Field(default=Fraction(8), json_schema_extra={"default": 8})
    """Frames generated per second, 8 to 12: the rates that motion modules were trained at."""

    @field_validator("fps")
    @classmethod
    def _as_trained(cls, fps: Fraction) -> Fraction:
        if SLOWEST_FRAMES <= fps <= FASTEST_FRAMES:
            return fps
        raise invalid(
            "SB208",
            f"`frame.fps` must be from {SLOWEST_FRAMES} to {FASTEST_FRAMES}, not {decimal(fps)}",
            remedy="write 8; for a smoother film write `output: {fps: 24}`, too",
        )


class Output(Part):
    """What is delivered; left out, everything is as generated."""

    width: Pixels | None = None
    """In pixels, even. Left out: follows from `height`, or as generated."""
    height: Pixels | None = None
    """In pixels, even. Left out: follows from `width`, or as generated."""
    fps: FrameRate | None = None
    """Frames per second of the film, 1 to 120. Left out: as generated."""

    @field_validator("fps")
    @classmethod
    def _playable(cls, fps: Fraction | None) -> Fraction | None:
        if fps is None or 1 <= fps <= FASTEST_OUTPUT:
            return fps
        raise invalid(
            "SB209",
            f"`output.fps` must be from 1 to {FASTEST_OUTPUT}, not {decimal(fps)}",
            remedy="write 24, or leave it out to deliver the frames as generated",
        )

    fit: Literal["crop", "pad"] = "crop"
    """When the aspect ratio differs: crop the surplus, or pad with black bars."""
    interpolate: Literal["flow", "blend", "hold"] = "flow"
    """How frames between the generated ones are made when `fps` is higher."""


class Style(Part):
    """What every shot shares: the template around its prompt, and LoRAs."""

    prompt: Text = "anime"
    """A template: `templates/<name>.j2` of the project, else of animegen. `none` adds nothing."""
    negative: Text | None = None
    """Added to the template's negative prompt, in every shot."""
    loras: tuple[LoraUse, ...] = ()
    """LoRAs that act in every shot."""


class Character(Part):
    """A character: `{{ name }}` in a prompt stands for its `looks`."""

    looks: Text
    """What the character looks like: a template, too."""
    negative: Text | None = None
    """Added to the negative prompt of every shot that the character is in."""
    lora: LoraUse | None = None
    """A LoRA that draws the character; acts in every shot that it is in."""


class Storyboard(Part):
    """An anime film as a list of shots. Version 1 of the language."""

    version: Annotated[Literal[1], BeforeValidator(_whole_one)]
    """Of the language: 1."""
    title: Annotated[Text, Field(min_length=1, max_length=200)]
    """Of the film; names its folder."""
    pack: Text = "mini"
    """The weights: a pack by name, or a pack file (.toml) of the project."""
    quality: Quality = "fast"
    """`draft`, `fast` (LCM, 4-6 steps) or `high` (DPM++ 2M Karras, 20-30 steps)."""
    sampling: Sampling = Sampling()
    """Instead of the pack's own numbers."""
    chaining: Chaining = Chaining()
    """How the segments of long shots become one."""
    seed: Seed = 0
    """All randomness comes from this number and the shots' ids."""
    frame: Frame = Frame()
    """The frames that are generated."""
    output: Output = Output()
    """The film that is delivered."""
    style: Style = Style()
    """What every shot has in common."""
    let: dict[VariableName, Variable] = Field(default_factory=dict)
    """Variables for the templates; `--set name=value` on the command line wins."""
    vary: dict[VariableName, VaryValues] = Field(default_factory=dict)
    """Values that `storyboard vary` tries in turn: of variables, of `seed`, of `quality`."""
    characters: dict[VariableName, Character] = Field(default_factory=dict)
    """Who is in the film, by name."""
    shots: Annotated[tuple[Shot, ...], Field(min_length=1)]
    """In the order of the film."""
    ending: Transition = CUT
    """How the film ends: `cut` or `{fade-out: 1s}`."""
    checks: Checks = Checks()
    """What every shot's figures must be for the film to be finished."""
    reroll: Rerolls = 0
    """Further takes of a shot that are tried when one of its checks fails."""
    soundtrack: Soundtrack | None = None
    """Music or sound under the whole film."""
    titles: tuple[TitleCard, ...] = ()
    """Cards of text before and after the shots."""
    captions: Literal["picture", "subtitles"] = "picture"
    """Where the shots' captions stand: in the picture, or in the subtitles."""
    font: Text | None = None
    """A font file of the project, for titles and captions. Left out: animegen's own."""

    @field_validator("shots")
    @classmethod
    def _not_absurd(cls, shots: tuple[Shot, ...], info: ValidationInfo) -> tuple[Shot, ...]:
        frame = info.data.get("frame") or Frame()
        _require_an_evening(shots, frame, "shots")
        return shots

    @field_validator("titles")
    @classmethod
    def _not_absurd_either(
        cls, titles: tuple[TitleCard, ...], info: ValidationInfo
    ) -> tuple[TitleCard, ...]:
        _require_an_evening(titles, info.data.get("frame") or Frame(), "titles")
        return titles


def _require_an_evening(parts: Sequence[Shot | TitleCard], frame: Frame, what: str) -> None:
    if sum(part.duration.seconds(frame.fps) for part in parts) > LONGEST_FILM:
        raise invalid(
            "SB207",
            f"the {what} come to more than {LONGEST_FILM // 3600} hours",
            remedy="make several films of it",
        )
