"""Reads the joints of at most two people from the heatmaps of a pose model.

The heatmaps of the whole picture show everybody's joints; people who stand side by side are told
apart by where most of their joints are. Unaware of models and of drawing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from animegen.render.maps import Joints

_SURE = 0.3
"""The least height of a peak that counts as a joint."""
_APART = 8
"""Cells between two peaks of the same joint."""
_SAME_PLACE = 2
"""Cells within which a left and a right joint are one."""
_PAIR = 1 / 3
"""Share of the joints found that must be found twice where there are two people, unless both
shoulders are: somebody seen from behind has no face."""
_FEWEST = 3
"""Joints that make a person."""
_BODY, _FEWEST_OF_BODY = slice(5, 17), 2
"""COCO's joints below the head, and how many of them a person shows: a head alone is no pose, and
it is what a weak detector sees anywhere."""
# Of COCO's 17 joints, all but the nose come in pairs: left, right.
_LEFT = range(1, 17, 2)
_SHOULDERS = (5, 6)


class Peak(NamedTuple):
    """A joint found: its place in heatmap cells, and how sure it is."""

    x: float
    y: float
    height: float


def read_joints(heatmaps: NDArray[np.float32]) -> Joints:
    """Return the joints (people, 17, 3), from left to right, of heatmaps (17, h, w).

    x and y are in cells; the third is how sure a joint is, 0 where it wasn't found. `people` is 0
    when too little is found, or heads alone.
    """
    found = [_peaks(heatmap) for heatmap in heatmaps]
    for left in _LEFT:
        _part(found[left], found[left + 1])
        _part(found[left + 1], found[left])
    people = [person for person in _people(found) if _is_posed(person)]
    return np.array(people, np.float32).reshape(-1, len(heatmaps), 3)


def _peaks(heatmap: NDArray[np.float32]) -> list[Peak]:
    """Return the highest two peaks that are far enough apart, highest first."""
    around = cv2.dilate(heatmap, np.ones((3, 3), np.uint8))
    rows, columns = np.nonzero((heatmap >= around) & (heatmap > _SURE))
    order = np.argsort(-heatmap[rows, columns], kind="stable")
    peaks: list[Peak] = []
    for y, x in zip(rows[order], columns[order], strict=True):
        if all(np.hypot(x - peak.x, y - peak.y) >= _APART for peak in peaks):
            peaks.append(_refined(heatmap, int(x), int(y)))
    return peaks[:2]


def _refined(heatmap: NDArray[np.float32], x: int, y: int) -> Peak:
    """Return the top of the Gaussian through a peak and its neighbours.

    As in DARK (Zhang et al., CVPR 2020), each axis by itself.
    """
    padded = np.log(np.maximum(np.pad(heatmap, 1, mode="edge"), 1e-3))
    row, column = padded[y + 1, x : x + 3], padded[y : y + 3, x + 1]
    return Peak(x + _top(row), y + _top(column), float(heatmap[y, x]))


def _top(three: NDArray[np.float32]) -> float:
    before, at, after = (float(value) for value in three)
    bend = before - 2 * at + after
    return float(np.clip((before - after) / (2 * bend), -0.5, 0.5)) if bend < 0 else 0.0


def _part(these: list[Peak], others: list[Peak]) -> None:
    """Take away a second peak that is rather the joint of the other side.

    Where left and right are in doubt each heatmap shows both, which doesn't make two people. The
    first peaks stay: seen from the side, a person's left and right are in one place.
    """
    second = these[1:]
    for peak in second:
        if any(
            other.height > peak.height
            and np.hypot(other.x - peak.x, other.y - peak.y) < _SAME_PLACE
            for other in others
        ):
            these.remove(peak)


def _people(found: list[list[Peak]]) -> list[NDArray[np.float32]]:
    twice = [sorted(peaks) for peaks in found if len(peaks) == 2]
    known = sum(bool(peaks) for peaks in found)
    four_shoulders = all(len(found[shoulder]) == 2 for shoulder in _SHOULDERS)
    if len(twice) < max(2, known * _PAIR) and not four_shoulders:
        return [_person([max(peaks, key=lambda p: p.height, default=None) for peaks in found])]
    centres = np.mean([[peak.x for peak in pair] for pair in twice], axis=0)
    return [
        _person([_of(peaks, index, centres) for peaks in found]) for index in range(len(centres))
    ]


def _is_posed(person: NDArray[np.float32]) -> bool:
    seen = person[:, 2] > 0
    below = np.count_nonzero(seen[_BODY])
    return bool(np.count_nonzero(seen) >= _FEWEST and below >= _FEWEST_OF_BODY)


def _of(peaks: list[Peak], index: int, centres: NDArray[np.float64]) -> Peak | None:
    """Return the peak that belongs to person `index`, counted from the left."""
    if len(peaks) == 2:
        return sorted(peaks)[index]
    near = [peak for peak in peaks if int(np.argmin(np.abs(centres - peak.x))) == index]
    return near[0] if near else None


def _person(joints: list[Peak | None]) -> NDArray[np.float32]:
    return np.array([joint or (0.0, 0.0, 0.0) for joint in joints], np.float32)
