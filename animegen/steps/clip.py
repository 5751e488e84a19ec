"""A clip: a shot's generated frames, filmed by the camera at the delivery size and rate."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from animegen.steps.protocol import Inputs, Work


@dataclass(frozen=True, kw_only=True)
class CameraMove:
    """Start and end values over the shot's screen time; see `storyboard.model.guidance.Camera`."""

    zoom: tuple[float, float] = (1.0, 1.0)
    pan: tuple[float, float] = (0.0, 0.0)
    tilt: tuple[float, float] = (0.0, 0.0)
    roll: tuple[float, float] = (0.0, 0.0)
    ease: str = "linear"


@dataclass(frozen=True, kw_only=True)
class Clip:
    """Leaves `clip.mkv`: FFV1, yuv420p, BT.709 limited range, `before + after` frames.

    Inputs: roles `frames-00000`, `frames-00001`, ... in order, each with a `frames.mkv`; laid
    end to end they are the shot's generated frames. Clip frame `before + m` shows the generated
    frames at position `head + m * fps / rate`, clamped to the last one.
    """

    kind: ClassVar[str] = "clip"
    revision: ClassVar[int] = 1

    fps: str
    """Generation rate, as a fraction."""
    rate: str
    """Delivery rate, as a fraction."""
    head: int
    """Generated frames before the shot's first screen frame."""
    before: int
    """Delivered frames before the shot's first screen frame (its head handle)."""
    after: int
    """Delivered frames from the first screen frame on (screen time and tail handle)."""
    screen: int
    """Delivered frames over which the camera moves."""
    width: int
    height: int
    fit: str
    interpolate: str
    camera: CameraMove | None = None

    def render(self, inputs: Inputs, work: Work) -> None:
        """Interpolate, move the camera, scale, encode losslessly."""
        from animegen.video.count import exactly
        from animegen.video.decode import read_rgb
        from animegen.video.encode import write_lossless_yuv
        from animegen.video.shot import Delivery, deliver

        rate = Fraction(self.rate)
        step = Fraction(self.fps) / rate
        positions = [self.head + m * step for m in range(-self.before, self.after)]
        delivery = Delivery(
            width=self.width,
            height=self.height,
            rate=rate,
            fit=self.fit,
            interpolate=self.interpolate,
            camera=self.camera,
            before=self.before,
            screen=self.screen,
        )
        parts = [inputs[role].path("frames.mkv") for role in sorted(inputs)]
        frames = deliver(chain.from_iterable(map(read_rgb, parts)), positions, delivery)
        total = len(positions)
        write_lossless_yuv(
            work.folder / "clip.mkv",
            exactly(frames, total, lambda done: work.progress(done, total, "frame")),
            rate,
        )
