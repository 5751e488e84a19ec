"""moviepy at work on a shot: frames by index in, effects, frames by index out.

moviepy asks for moments in seconds; a clip made here turns a moment back into its frame index, so
no frame is lost or doubled, and holds one frame at a time. Unaware of files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from moviepy import Effect, VideoClip

from animegen.errors import RenderFailed
from animegen.video.camera import view_at
from animegen.video.scale import film

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from fractions import Fraction

    from animegen.video.camera import Move
    from animegen.video.frame import RgbFrame
    from animegen.video.geometry import Fit


def clip_of(frames: Iterator[RgbFrame], count: int, rate: Fraction) -> VideoClip:
    """Return a clip of `count` frames, uint8 (H, W, 3), that can be watched once, forwards."""
    shown: tuple[int, RgbFrame] | None = None

    def frame_at(seconds: float) -> RgbFrame:
        nonlocal shown
        wanted = round(seconds * rate)
        while shown is None or shown[0] < wanted:
            index = shown[0] + 1 if shown else 0
            shown = (index, _next(frames, index))
        return shown[1]

    return VideoClip(frame_at, duration=float(count / rate))


def frames_of(clip: VideoClip, count: int, rate: Fraction) -> Iterator[RgbFrame]:
    """Yield the clip's frames 0 to `count` - 1."""
    return (clip.get_frame(float(index / rate)) for index in range(count))


class CameraMove(Effect):
    """Films a clip with a virtual camera and delivers it at the fit's size.

    The move lasts from the moment `start`, for `length` seconds, on the clip's clock.
    """

    def __init__(self, move: Move, fit: Fit, *, start: float, length: float) -> None:
        self._move = move
        self._fit = fit
        self._start = start
        self._length = length

    def apply(self, clip: VideoClip) -> VideoClip:
        """Return the filmed clip."""

        def filmed(get_frame: Callable[[float], RgbFrame], seconds: float) -> RgbFrame:
            progress = (seconds - self._start) / self._length
            return film(get_frame(seconds), self._fit, view_at(self._move, progress))

        return clip.transform(filmed)


def _next(frames: Iterator[RgbFrame], index: int) -> RgbFrame:
    frame = next(frames, None)
    if frame is None:
        raise RenderFailed(f"there is no frame {index} to film")
    return frame
