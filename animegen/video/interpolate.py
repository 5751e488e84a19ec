"""Generated frames to delivered frames: what is seen at a position between two of them.

Streaming: two frames are held at a time. Unaware of rates and shots; a position counts frames.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from animegen.errors import RenderFailed
from animegen.video.blend import mix_planes
from animegen.video.flow import flow_between

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from fractions import Fraction

    from animegen.video.frame import RgbFrame

    Between = Callable[[float], RgbFrame]
    """From a share of the way, above 0 and below 1, to the frame seen there."""


def hold_between(left: RgbFrame, right: RgbFrame) -> Between:  # noqa: ARG001 - never shown
    """Show the earlier frame until the next one is due."""
    return lambda _: left


def blend_between(left: RgbFrame, right: RgbFrame) -> Between:
    """Dissolve from one frame to the next."""
    return lambda share: mix_planes(left, right, share)


METHODS: dict[str, Callable[[RgbFrame, RgbFrame], Between]] = {
    "hold": hold_between,
    "blend": blend_between,
    "flow": flow_between,
}


def interpolate(
    frames: Iterable[RgbFrame], positions: Iterable[Fraction], method: str
) -> Iterator[RgbFrame]:
    """Yield one frame per position, uint8 (H, W, 3); a whole position is that very frame.

    `positions` never fall. Those before the first frame show it, those after the last show that.

    Raises:
        RenderFailed: when there are no frames.
    """
    stream = iter(frames)
    left, right = next(stream, None), next(stream, None)
    if left is None:
        raise RenderFailed("there are no frames to show")
    index, between = 0, None
    for position in positions:
        whole = max(0, math.floor(position))
        while index < whole and right is not None:
            left, right = right, next(stream, None)
            index, between = index + 1, None
        share = float(position - index)
        if share <= 0 or right is None:
            yield left
            continue
        between = between or METHODS[method](left, right)
        yield between(share)
