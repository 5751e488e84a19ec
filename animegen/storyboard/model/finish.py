"""What joins the shots when they are cut together: a soundtrack, and cards of text."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from animegen.storyboard.model.base import Instant, LengthOfTime, Number, Part, ShotLength, Text


class Soundtrack(Part):
    """Music or sound under the film; an audio file of the project."""

    file: Text
    """An audio file of the project, by relative path."""
    gain: Annotated[Number, Field(ge=-60.0, le=20.0)] = 0.0
    """In decibels."""
    at: Instant | None = None
    """When it begins in the film, cards included. Left out: with the film."""
    skip: Instant | None = None
    """How much of the file's beginning is left out."""
    fade_in: LengthOfTime | None = None
    """From silence, where the sound begins."""
    fade_out: LengthOfTime | None = None
    """To silence, where the sound ends: with the film, or with the file if that is shorter."""


class TitleCard(Part):
    """A card of text before (`opening`) or after (`closing`) the shots."""

    text: Annotated[Text, Field(max_length=1000)]
    """What stands on the card: the first line large, further lines small."""
    duration: ShotLength
    """How long the card is shown, in addition to the shots."""
    place: Literal["opening", "closing"] = "opening"
    """Before the first shot or after the last."""
    fade: Instant | None = None
    """How long the text takes to appear and to vanish. Left out: 500ms, or what fits."""
