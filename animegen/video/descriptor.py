"""Describes a picture by its colours and edges, for packs that bring no embedder.

Half of the vector is where which colour is (CIELAB, 8 x 8 fields), half in which direction edges
run (Dalal and Triggs, CVPR 2005). It knows how a picture looks, not who is in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from animegen.video.frame import RgbFrame

_SIDE, _FIELDS, _DIRECTIONS = 64, 8, 9


def describe(pictures: Sequence[RgbFrame]) -> NDArray[np.float32]:
    """Return a vector of length 1 for each picture, (n, d)."""
    return np.stack([_describe(picture) for picture in pictures])


def _describe(picture: RgbFrame) -> NDArray[np.float32]:
    small = np.asarray(cv2.resize(picture, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA), np.uint8)
    fields = cv2.resize(small, (_FIELDS, _FIELDS), interpolation=cv2.INTER_AREA)
    colours = cv2.cvtColor(fields.astype(np.float32) / 255, cv2.COLOR_RGB2LAB) / 100
    halves = [_unit(colours.reshape(-1)), _unit(_edges(small).reshape(-1))]
    return _unit(np.concatenate(halves))


def _edges(small: RgbFrame) -> NDArray[np.float32]:
    """Return how strongly edges run in each direction, in each field, (8, 8, n)."""
    luma = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.float32)
    x, y = cv2.Sobel(luma, cv2.CV_32F, 1, 0), cv2.Sobel(luma, cv2.CV_32F, 0, 1)
    direction = (np.arctan2(y, x) % np.pi / np.pi * _DIRECTIONS).astype(int) % _DIRECTIONS
    strength = np.sqrt(np.hypot(x, y))[..., None] * np.eye(_DIRECTIONS)[direction]
    cell = _SIDE // _FIELDS
    fields = strength.reshape(_FIELDS, cell, _FIELDS, cell, _DIRECTIONS)
    return np.asarray(fields.sum(axis=(1, 3)), np.float32)


def _unit(vector: NDArray[Any]) -> NDArray[np.float32]:
    length = float(np.linalg.norm(vector))
    return np.asarray(vector / length if length else vector, np.float32)
