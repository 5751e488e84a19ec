"""One raster of ink numbers, read three ways: colour, depth and lines. Unaware of what is drawn.

Every shape writes the number of its ink into one oversampled plate. A table says what each ink
looks like, how near it is and whether it is a line, so colour, depth map and line art come from
the same pixels and agree exactly. Averaging the oversampled plate gives the soft edges.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from training.scenes.shape import Affine, Points, PointsLike, apply

if TYPE_CHECKING:
    from training.scenes.palette import Rgb, Tone

Bytes = npt.NDArray[np.uint8]
Grade = Callable[[npt.NDArray[np.float32]], npt.NDArray[np.float32]]

_SUBPIXEL = 4
_ONE = 1 << _SUBPIXEL


class Cel(NamedTuple):
    """The ink numbers of one part: flat, shadow, light, outline. Later parts have larger ones."""

    base: int
    shade: int
    light: int
    line: int

    @property
    def span(self) -> tuple[int, int]:
        """The half-open range of this part's inks."""
        return self.base, self.line + 1


class Plate:
    """A drawing surface of `width` x `height` pixels, `oversample` (2 or 4) times finer inside.

    `view` maps drawing coordinates to pixels; `weight` is the outline's width in pixels. A `flat`
    plate has no shadows and lights.
    """

    def __init__(
        self,
        width: int,
        height: int,
        *,
        view: Affine,
        weight: float = 1.4,
        oversample: int = 4,
        flat: bool = False,
    ) -> None:
        self.oversample = oversample
        self.weight = weight
        self.flat = flat
        self.ids = np.zeros((height * oversample, width * oversample), np.uint16)
        self._set_view(view)
        self._colours: list[Rgb] = [(0, 0, 0)]
        self._depths: list[float] = [0.0]
        self._lines: list[bool] = [False]

    @contextmanager
    def placed(self, matrix: Affine) -> Iterator[None]:
        """Draw in the coordinates of `matrix` (3x3, to the present ones) for a while."""
        before = self._view
        self._set_view(before @ matrix)
        try:
            yield
        finally:
            self._set_view(before)

    def _set_view(self, view: Affine) -> None:
        self._view = view
        fine = self.oversample * _ONE
        self._slant = view[:2, :2].T * fine
        self._shift = view[:2, 2] * fine

    @property
    def view(self) -> Affine:
        """The present matrix from drawing coordinates to output pixels."""
        return self._view

    @property
    def next_ink(self) -> int:
        """The number that the next ink will have: two of them span what was drawn between."""
        return len(self._colours)

    def ink(self, colour: Rgb, depth: float, *, line: bool = False) -> int:
        """Mix an ink and return its number. Depth is 0 (far) to 1 (near)."""
        self._colours.append(colour)
        self._depths.append(depth)
        self._lines.append(line)
        return len(self._colours) - 1

    def cel(self, tone: Tone, depth: float) -> Cel:
        """Mix the four inks of one part."""
        base = self.ink(tone.base, depth)
        self.ink(tone.base if self.flat else tone.shade, depth)
        self.ink(tone.base if self.flat else tone.light, depth)
        self.ink(tone.line, depth, line=True)
        return Cel(base, base + 1, base + 2, base + 3)

    def pixels(self, points: PointsLike) -> Points:
        """Return `points` in output pixels."""
        return apply(self._view, points)

    def shows(self, points: PointsLike) -> bool:
        """Return whether the box around `points` meets the picture."""
        fine = self._fixed(points) >> _SUBPIXEL
        return bool(
            (fine.max(axis=0) >= 0).all() and (fine.min(axis=0) < self.ids.shape[::-1]).all()
        )

    def _fixed(self, points: PointsLike) -> npt.NDArray[np.int32]:
        fine: Points = np.asarray(points, dtype=np.float64) @ self._slant + self._shift
        return fine.astype(np.int32)

    def fill(self, points: PointsLike, ink: int, *, within: tuple[int, int] | None = None) -> None:
        """Fill a polygon; `within` keeps it on the inks of that half-open range."""
        fixed = self._fixed(points)
        if within is None:
            cv2.fillPoly(self.ids, [fixed], ink, cv2.LINE_8, _SUBPIXEL)
        else:
            self._fill_within([fixed], fixed, ink, within)

    def fill_all(
        self, polygons: Sequence[Points], ink: int, *, within: tuple[int, int] | None = None
    ) -> None:
        """Fill many polygons, which may overlap, with one ink; `within` as in `fill`."""
        if not polygons:
            return
        fixed = self._fixed(np.concatenate(polygons))
        ends = list(accumulate(len(points) for points in polygons))
        parts = [fixed[start:end] for start, end in zip([0, *ends], ends, strict=False)]
        if within is not None:
            self._fill_within(parts, fixed, ink, within)
            return
        for part in parts:
            cv2.fillPoly(self.ids, [part], ink, cv2.LINE_8, _SUBPIXEL)

    def _fill_within(
        self,
        parts: Sequence[npt.NDArray[np.int32]],
        fixed: npt.NDArray[np.int32],
        ink: int,
        within: tuple[int, int],
    ) -> None:
        """Fill `parts`, whose points are views of `fixed`, on the inks `within`."""
        x, y, width, height = cv2.boundingRect(fixed)
        left, top = max(x >> _SUBPIXEL, 0), max(y >> _SUBPIXEL, 0)
        right = min(((x + width) >> _SUBPIXEL) + 2, self.ids.shape[1])
        bottom = min(((y + height) >> _SUBPIXEL) + 2, self.ids.shape[0])
        if left >= right or top >= bottom:
            return
        mask = np.zeros((bottom - top, right - left), np.uint8)
        fixed -= np.array([left << _SUBPIXEL, top << _SUBPIXEL], np.int32)
        for part in parts:
            cv2.fillPoly(mask, [part], 255, cv2.LINE_8, _SUBPIXEL)
        window = self.ids[top:bottom, left:right]
        kept = cv2.bitwise_and(mask, cv2.inRange(window, within[0], within[1] - 1))
        cv2.copyTo(np.full(window.shape, ink, np.uint16), kept, window)

    def stroke(
        self, points: PointsLike, ink: int, *, weight: float = 1.0, closed: bool = False
    ) -> None:
        """Draw a line of even width, in units of the plate's outline weight."""
        thickness = max(1, round(self.weight * weight * self.oversample))
        fixed = self._fixed(points)
        cv2.polylines(self.ids, [fixed], closed, ink, thickness, cv2.LINE_8, _SUBPIXEL)

    def shape(self, points: PointsLike, cel: Cel, *, weight: float = 1.0) -> None:
        """Fill and outline a part; the line is heavier on the side away from the light."""
        self.union([points], cel, weight=weight)

    def union(self, parts: Sequence[PointsLike], cel: Cel, *, weight: float = 1.0) -> None:
        """Fill and outline overlapping polygons as one part, without lines between them."""
        width = self.weight * weight * self.oversample
        thickness = max(1, round(width))
        lift = np.array([width * 0.16 * _ONE, width * 0.22 * _ONE]).astype(np.int32)
        fixed = [self._fixed(points) for points in parts]
        for points in fixed:
            cv2.fillPoly(self.ids, [points], cel.line, cv2.LINE_8, _SUBPIXEL)
            cv2.polylines(self.ids, [points], True, cel.line, thickness, cv2.LINE_8, _SUBPIXEL)
        for points in fixed:
            cv2.fillPoly(self.ids, [points - lift], cel.base, cv2.LINE_8, _SUBPIXEL)

    def _averaged(self, fine: Bytes, factor: int) -> Bytes:
        """Average `factor` x `factor` blocks by halving, which is OpenCV's fast path."""
        while factor > 1:
            size = (fine.shape[1] // 2, fine.shape[0] // 2)
            fine = np.asarray(cv2.resize(fine, size, interpolation=cv2.INTER_AREA), np.uint8)
            factor //= 2
        return fine

    def gradient(self, colours: npt.NDArray[np.float64], levels: npt.NDArray[np.uint8]) -> None:
        """Cover the plate with `colours` (256, 3), the farthest of all.

        `levels` (oversampled height, oversampled width or 1) says which colour goes where.
        """
        first = self.next_ink
        self._colours.extend(map(tuple, colours.tolist()))
        self._depths.extend([0.0] * len(colours))
        self._lines.extend([False] * len(colours))
        self.ids[:] = levels + np.uint16(first)

    def colour(self, grade: Grade, first: int) -> Bytes:
        """Return the picture (height, width, 3).

        `grade` maps the colours (inks, 3) of the inks from `first` on.
        """
        graded = np.array(self._colours, np.float32)
        graded[first:] = grade(graded[first:])
        packed = np.zeros((len(graded), 4), np.uint8)
        packed[:, :3] = np.clip(graded, 0, 255)
        fine = packed.view(np.uint32)[:, 0].take(self.ids, mode="clip")
        soft = self._averaged(fine.view(np.uint8).reshape(*self.ids.shape, 4), self.oversample)
        return np.asarray(cv2.cvtColor(soft, cv2.COLOR_RGBA2RGB), np.uint8)

    def lines(self) -> Bytes:
        """Return the line art (height, width): how much of each pixel is line."""
        table = np.array(self._lines, np.uint8) * 255
        return self._averaged(table.take(self.ids[::2, ::2]), self.oversample // 2)

    def depth(self) -> Bytes:
        """Return the depth (height, width), 255 near; the nearest ink of each pixel's middle."""
        table = np.clip(np.array(self._depths) * 255, 0, 255).astype(np.uint8)
        middle = self.oversample // 2
        return np.asarray(
            table.take(self.ids[middle :: self.oversample, middle :: self.oversample]), np.uint8
        )

    def covered(self, low: int, high: int) -> Bytes:
        """Return how much of each pixel (height, width) the inks from `low` to `high` cover."""
        inside = (self.ids - np.uint16(low)) < np.uint16(high - low)
        return self._averaged(inside.view(np.uint8) * np.uint8(255), self.oversample)
