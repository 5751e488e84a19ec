"""A shot's generated frames, delivered: interpolated, filmed by the camera, scaled, in YUV.

Streaming, each generated frame is read once. Unaware of files and storyboards.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from animegen.errors import RenderFailed
from animegen.video.color import rgb_to_yuv
from animegen.video.geometry import fit
from animegen.video.interpolate import interpolate
from animegen.video.scale import scale

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from fractions import Fraction

    from animegen.video.camera import Move
    from animegen.video.frame import RgbFrame, YuvFrame
    from animegen.video.geometry import Fit


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """What a shot is delivered as."""

    width: int
    height: int
    """In pixels, both even."""
    rate: Fraction
    """Frames per second."""
    fit: str
    """`crop` or `pad`; see `geometry.fit`."""
    interpolate: str
    """One of `interpolate.METHODS`."""
    camera: Move | None
    before: int
    """Delivered frames before the camera starts to move."""
    screen: int
    """Delivered frames over which it moves."""


def deliver(
    frames: Iterable[RgbFrame], positions: Sequence[Fraction], delivery: Delivery
) -> Iterator[YuvFrame]:
    """Yield one frame per position among the generated `frames`, uint8 (H, W, 3).

    Raises:
        RenderFailed: when there are no frames.
    """
    stream = iter(frames)
    first = next(stream, None)
    if first is None:
        raise RenderFailed("the shot has no generated frames")
    source = (first.shape[1], first.shape[0])
    placed = fit(source, delivery.width, delivery.height, delivery.fit)
    shown = interpolate(chain([first], stream), positions, delivery.interpolate)
    return map(rgb_to_yuv, _filmed(shown, len(positions), placed, delivery))


def _filmed(
    shown: Iterator[RgbFrame], count: int, placed: Fit, delivery: Delivery
) -> Iterator[RgbFrame]:
    if delivery.camera is None:
        return (scale(frame, placed) for frame in shown)
    # moviepy takes a moment to import, and most shots do not need it.
    from animegen.video.effects import CameraMove, clip_of, frames_of

    rate = delivery.rate
    camera = CameraMove(
        delivery.camera,
        placed,
        start=float(delivery.before / rate),
        length=float(max(1, delivery.screen - 1) / rate),
    )
    return frames_of(clip_of(shown, count, rate).with_effects([camera]), count, rate)
