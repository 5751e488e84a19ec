"""Lays text over frames. Unaware of shots.

Planes are mixed where the text stands, in integers, and nowhere else: a composition in RGB, as
moviepy's, would change the colours of the whole frame on the way there and back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from animegen.video.color import rgb_to_yuv
from animegen.video.frame import YuvFrame
from animegen.video.lettering import font_at, line_height, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_WHITE = (250, 247, 240)
_MARGIN, _SIZE, _SMALLEST = 0.06, 0.052, 11.0
"""Shares of the frame's shorter side; letters smaller than 11 pixels cannot be read."""
_BLURS = (14, 4)
"""The shadow's, as parts of the letters' size: one keeps edges sharp, one dims the ground."""
_ONE = 1 << 16


@dataclass(frozen=True, kw_only=True)
class Overlay:
    """A text over the frames `first` to `first + frames` - 1."""

    text: str
    font: Path | None
    first: int
    frames: int
    fade: int
    """Frames in which it appears, and in which it vanishes."""

    def strength(self, frame: int) -> float:
        """Return how far it has appeared at a frame of the film, 0 to 1; the same backwards."""
        m = frame - self.first
        if not 0 <= m < self.frames:
            return 0.0
        inner = min(m, self.frames - 1 - m) + 0.5
        return min(1.0, inner / self.fade) if self.fade else 1.0


def lay_over(frames: Iterable[YuvFrame], overlays: Sequence[Overlay]) -> Iterator[YuvFrame]:
    """Pass frames on, with the overlays over theirs; `overlays` do not overlap, in order."""
    waiting = iter(overlays)
    overlay = next(waiting, None)
    drawn: _Patch | None = None
    for index, frame in enumerate(frames):
        while overlay is not None and index >= overlay.first + overlay.frames:
            overlay, drawn = next(waiting, None), None
        if overlay is None or index < overlay.first:
            yield frame
            continue
        drawn = drawn or _draw(overlay, frame.size)
        yield drawn.over(frame, overlay.strength(index))


class _Patch(NamedTuple):
    """A drawn text: planes and how much they cover, 0 to 65536, from (`top`, `left`) on."""

    color: YuvFrame
    cover: tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint32]]
    left: int
    top: int

    def over(self, frame: YuvFrame, strength: float) -> YuvFrame:
        share = np.uint64(round(strength * _ONE))
        planes = []
        for plane, color, cover, scale in zip(
            frame, self.color, self.cover, (1, 2, 2), strict=True
        ):
            rows, columns = color.shape
            top, left = self.top // scale, self.left // scale
            place = (slice(top, top + rows), slice(left, left + columns))
            weight = (cover.astype(np.uint64) * share) >> np.uint64(16)
            below = plane[place].astype(np.uint64) * (np.uint64(_ONE) - weight)
            mixed = plane.copy()
            half = np.uint64(_ONE // 2)
            mixed[place] = (below + color.astype(np.uint64) * weight + half) >> np.uint64(16)
            planes.append(mixed)
        return YuvFrame(*planes)


def _draw(overlay: Overlay, size: tuple[int, int]) -> _Patch:
    """Draw the text at the top left, where no subtitle stands, on a soft shadow."""
    width, height = size
    side = min(width, height)
    font = font_at(overlay.font, max(_SMALLEST, _SIZE * side))
    margin = round(_MARGIN * side)
    lines = [
        row
        for line in overlay.text.strip().splitlines()
        for row in wrapped(line.strip(), font, width - 2 * margin)
    ]
    stroke = max(1, round(font.size / 12))
    letters = Image.new("L", size)
    around = Image.new("L", size)
    for number, line in enumerate(lines):
        place = (margin, margin + number * line_height(font))
        ImageDraw.Draw(letters).text(place, line, font=font, fill=255)
        ImageDraw.Draw(around).text(place, line, font=font, fill=255, stroke_width=stroke)
    near, far = (
        _share(around.filter(ImageFilter.GaussianBlur(font.size / part))) for part in _BLURS
    )
    dark = 1 - (1 - 0.55 * near) * (1 - 0.5 * far)
    light = _share(letters)
    alpha = light + (1 - light) * dark
    shown = np.divide(light, alpha, out=np.zeros_like(light), where=alpha > 0)[..., None]
    return _patch(np.rint(shown * np.array(_WHITE)).astype(np.uint8), alpha)


def _patch(rgb: NDArray[np.uint8], alpha: NDArray[np.float64]) -> _Patch:
    """Cut the text out, on even rows and columns, as chroma is sampled."""
    rows, columns = (np.flatnonzero((alpha > 0).any(axis=axis)) for axis in (1, 0))
    if not rows.size:
        rows = columns = np.zeros(1, np.int64)
    top, left = (int(line[0]) // 2 * 2 for line in (rows, columns))
    bottom, right = (int(line[-1]) // 2 * 2 + 2 for line in (rows, columns))
    cover = alpha[top:bottom, left:right]
    small = cover.reshape(cover.shape[0] // 2, 2, cover.shape[1] // 2, 2).mean(axis=(1, 3))
    chroma = np.rint(small * _ONE).astype(np.uint32)
    luma = np.rint(cover * _ONE).astype(np.uint32)
    return _Patch(rgb_to_yuv(rgb[top:bottom, left:right]), (luma, chroma, chroma), left, top)


def _share(mask: Image.Image) -> NDArray[np.float64]:
    return np.asarray(mask, np.float64) / 255
