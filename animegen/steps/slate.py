"""A slate: the shot's prompt and timing on a coloured card, instead of generated frames."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from animegen.steps.protocol import Inputs, Work


@dataclass(frozen=True, kw_only=True)
class Slate:
    """Leaves `frames.mkv` (FFV1): one frame per generated frame of the shot, handles included."""

    kind: ClassVar[str] = "slate"
    revision: ClassVar[int] = 1

    shot: str
    prompt: str
    details: tuple[str, ...]
    """Short lines under the prompt: motion, LoRAs, control, ..."""
    width: int
    height: int
    frames: int
    head: int
    """Frames before the cut point into the shot: they are drawn with a negative clock."""
    screen: int
    """Frames between the shot's cut points."""
    fps: str
    """Generation rate, as a fraction."""

    def render(self, inputs: Inputs, work: Work) -> None:  # noqa: ARG002 - a slate reads nothing
        """Draw the cards."""
        from animegen.video.count import exactly
        from animegen.video.encode import write_lossless_rgb
        from animegen.video.slate import Card, draw_slates

        rate = Fraction(self.fps)
        card = Card(
            shot=self.shot,
            prompt=self.prompt,
            details=self.details,
            width=self.width,
            height=self.height,
            frames=self.frames,
            head=self.head,
            screen=self.screen,
            rate=rate,
        )
        write_lossless_rgb(
            work.folder / "frames.mkv",
            exactly(
                draw_slates(card),
                self.frames,
                lambda done: work.progress(done, self.frames, "frame"),
            ),
            rate,
        )
