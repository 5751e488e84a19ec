"""A held picture: a shot's keyframe as all of its frames. For an animatic."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import repeat
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from animegen.steps.protocol import Inputs, Work


@dataclass(frozen=True, kw_only=True)
class Held:
    """Leaves `frames.mkv` (FFV1): the picture, once per generated frame. Input: `keyframe`."""

    kind: ClassVar[str] = "held"
    revision: ClassVar[int] = 1

    frames: int
    fps: str
    """Generation rate, as a fraction."""

    def render(self, inputs: Inputs, work: Work) -> None:
        """Repeat the picture."""
        from animegen.video.count import exactly
        from animegen.video.encode import write_lossless_rgb
        from animegen.video.still import read_picture

        picture = read_picture(inputs["keyframe"].path("keyframe.png"))
        write_lossless_rgb(
            work.folder / "frames.mkv",
            exactly(
                repeat(picture, self.frames),
                self.frames,
                lambda done: work.progress(done, self.frames, "frame"),
            ),
            Fraction(self.fps),
        )
