"""A card of text on black: cut into the film like any clip."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar

from animegen.steps.given import given_file

if TYPE_CHECKING:
    from animegen.steps.protocol import Inputs, Work


@dataclass(frozen=True, kw_only=True)
class Title:
    """Leaves `clip.mkv`: FFV1, yuv420p, BT.709 limited range, `frames` frames. Has no inputs."""

    kind: ClassVar[str] = "title"
    revision: ClassVar[int] = 1

    text: str
    """The first line is the largest."""
    font: str | None
    """Digest of a font file; None is the font that comes along."""
    frames: int
    fade: int
    """Frames in which the text appears, and in which it vanishes."""
    rate: str
    """Delivery rate, as a fraction."""
    width: int
    height: int

    def render(self, inputs: Inputs, work: Work) -> None:  # noqa: ARG002 - text alone is drawn
        """Draw, fade and encode losslessly."""
        from animegen.video.color import rgb_to_yuv
        from animegen.video.count import exactly
        from animegen.video.encode import write_lossless_yuv
        from animegen.video.title import Card, draw_title, fits

        rate = Fraction(self.rate)
        font = given_file(self.font, work) if self.font else None
        card = Card(text=self.text, font=font, width=self.width, height=self.height)
        if not fits(card):
            work.note("the text does not fit on the card, and is cut off; make two cards of it")
        frames = map(rgb_to_yuv, draw_title(card, self.frames, self.fade, rate))
        write_lossless_yuv(
            work.folder / "clip.mkv",
            exactly(frames, self.frames, lambda done: work.progress(done, self.frames, "frame")),
            rate,
        )
