"""Measures a shot's generated frames, one after the other. Unaware of shots, cuts and thresholds.

Every figure is a share: of the levels (0 to 255), of the picture's width, or of the keyframe's.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from animegen.video import motion
from animegen.video.decode import count_packets, read_rgb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from animegen.video.frame import RgbFrame

    Embed = Callable[[Sequence[RgbFrame]], NDArray[np.float32]]
    """Pictures to vectors of length 1, (n, d)."""

_LARGEST = 384
"""Pixels of the longer side at which motion is looked at: it bounds time and memory."""
_SIDES = 0.2
"""Share of the width at either side that counts as background; people stand in the middle."""
_SEEN = 0.5
"""Share of the pixels that must be in both frames for what came into sight to be left out."""
_BATCH = 16
_LEVELS = 255.0
_DIGITS = 5


class Series(NamedTuple):
    """A figure for every frame; those of a pair stand with the later one, the first has 0."""

    brightness: list[float]
    """Mean luma, 0 to 1."""
    brightest: list[float]
    """The luma that a hundredth of the pixels exceeds, 0 to 1."""
    contrast: list[float]
    """Deviation of luma, 0 to 0.5."""
    colour: list[list[float]]
    """Mean L, a and b of CIELAB."""
    sharpness: list[float]
    """Deviation of the Laplacian of luma: how hard edges are."""
    change: list[float]
    """Mean difference to the frame before."""
    flicker: list[float]
    """Mean difference to the frame before, brought here along the flow."""
    background: list[float]
    """Median speed of the edges at both sides beyond the camera's, in widths a frame."""
    likeness: list[float]
    """Cosine between the vectors of the frame and of the keyframe."""


class Measured(NamedTuple):
    """What was found in a shot."""

    series: Series
    borders: list[int]
    """The first new frame of every segment but the first."""
    keyframe_sharpness: float
    keyframe_vector: list[float]


def measure(
    keyframe: Path,
    segments: Sequence[Path],
    embed: Embed,
    progress: Callable[[int, int], None],
) -> Measured:
    """Read a keyframe (PNG) and the frames of lossless files laid end to end.

    Raises:
        RenderFailed: when a file is damaged.
    """
    lengths = [count_packets(path) for path in segments]
    borders = np.cumsum(lengths)[:-1].tolist()
    first = _opened(keyframe)
    vector = embed([first])[0]
    series = Series(*([] for _ in Series._fields))
    frames = chain.from_iterable(map(read_rgb, segments))
    before: RgbFrame | None = None
    for batch in _batched(frames):
        likeness = embed(batch) @ vector
        for frame, like in zip(batch, likeness, strict=True):
            _still(frame, series)
            _moving(before, frame, series)
            series.likeness.append(_rounded(like))
            before = frame
        progress(len(series.likeness), sum(lengths))
    return Measured(
        series=series,
        borders=borders,
        keyframe_sharpness=_sharpness(_luma(first)),
        keyframe_vector=[_rounded(value) for value in vector],
    )


def _still(frame: RgbFrame, series: Series) -> None:
    luma = _luma(frame)
    colour = cv2.cvtColor(_reduced(frame).astype(np.float32) / _LEVELS, cv2.COLOR_RGB2LAB)
    series.brightness.append(_rounded(luma.mean() / _LEVELS))
    series.brightest.append(_rounded(np.quantile(luma, 0.99) / _LEVELS))
    series.contrast.append(_rounded(luma.std() / _LEVELS))
    series.colour.append([_rounded(value) for value in colour.mean(axis=(0, 1))])
    series.sharpness.append(_sharpness(luma))


def _moving(before: RgbFrame | None, after: RgbFrame, series: Series) -> None:
    if before is None:
        for values in (series.change, series.flicker, series.background):
            values.append(0.0)
        return
    left, right = _reduced(before), _reduced(after)
    there, back = motion.flow(left, right), motion.flow(right, left)
    series.change.append(_rounded(motion.change(left, right) / _LEVELS))
    series.flicker.append(_rounded(_flicker(left, right, there, back)))
    series.background.append(_rounded(_background(left, there)))


def _flicker(left: RgbFrame, right: RgbFrame, there: motion.Flow, back: motion.Flow) -> float:
    """Return what the flow leaves unexplained where the pixel is in both frames.

    It is where flow and flow back agree (Sundaram et al., ECCV 2010); where hardly anything is,
    the frames have little to do with each other, and all counts.
    """
    rest = motion.unexplained(left, right, there)
    returned = motion.followed(back, there)
    apart = np.square(there + returned).sum(axis=2)
    far = np.square(there).sum(axis=2) + np.square(returned).sum(axis=2)
    seen = apart <= 0.01 * far + 0.5
    return float((rest[seen] if seen.mean() > _SEEN else rest).mean()) / _LEVELS


def _background(left: RgbFrame, there: motion.Flow) -> float:
    width = left.shape[1]
    known = motion.textured(left)
    own = motion.without_camera(there, motion.similarity(there, known))
    beside = known & (np.abs(np.arange(width) / (width - 1) - 0.5) > 0.5 - _SIDES)
    if not beside.any():
        return 0.0
    return float(np.median(np.hypot(own[..., 0], own[..., 1])[beside])) / width


def _sharpness(luma: NDArray[np.uint8]) -> float:
    return _rounded(cv2.Laplacian(luma, cv2.CV_32F).std() / _LEVELS)


def _luma(frame: RgbFrame) -> NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), np.uint8)


def _reduced(frame: RgbFrame) -> RgbFrame:
    height, width = frame.shape[:2]
    scale = _LARGEST / max(height, width)
    if scale >= 1:
        return frame
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(frame, size, interpolation=cv2.INTER_AREA), np.uint8)


def _opened(path: Path) -> RgbFrame:
    from PIL import Image

    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"))


def _batched(frames: Iterator[RgbFrame]) -> Iterator[list[RgbFrame]]:
    batch: list[RgbFrame] = []
    for frame in frames:
        batch.append(frame)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _rounded(value: float) -> float:
    return round(float(value), _DIGITS)
