"""Takes control maps from a picture: pose, depth, Canny edges, line art. Unaware of who drew it.

Pose and depth are read by a detector's weights; edges and lines need none.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from animegen.errors import RenderFailed, WeightsUnusable

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from animegen.render.maps import Map

KINDS = ("openpose", "depth", "canny", "lineart")
"""The maps that `detect` takes."""
WEIGHTED = ("openpose", "depth")
"""Those that need a detector."""
_FLAT = 8
"""Levels between the darkest and the brightest of a picture in which there is nothing to see."""
_LEAST_DEPTH = 0.02
"""The least difference of depths, as a share of the largest, that tells near from far."""
_DRAWN_AT = 512
"""The shorter side that controlnet-aux draws line art at; it scales its map back to the picture."""


class NothingFound(RenderFailed):
    """A picture does not show what was looked for; another kind of map may guide instead."""


def detect(
    kind: str, picture: NDArray[np.uint8], weights: Path | None = None, device: str = "cpu"
) -> Map:
    """Return the map of `kind` (one of `KINDS`) of `picture`; both are RGB, uint8 (h, w, 3).

    `weights` is the detector's folder, for a kind in `WEIGHTED`.

    Raises:
        NothingFound: when nobody is seen, or nothing at all.
        WeightsUnusable: when there is no folder, or it holds no detector of this kind.
    """
    if int(picture.max()) - int(picture.min()) < _FLAT:
        raise NothingFound(f"no {kind} map: the picture shows nothing")
    if kind == "canny":
        return _canny(picture)
    if kind == "lineart":
        return _lineart(picture)
    if weights is None:
        raise WeightsUnusable(f"the pack has no detector for {kind} maps")
    take = {"openpose": _openpose, "depth": _depth}[kind]
    return take(picture, weights, device)


def _canny(picture: NDArray[np.uint8]) -> Map:
    from animegen.render.maps import draw_edges

    return draw_edges(picture)


def _lineart(picture: NDArray[np.uint8]) -> Map:
    import numpy as np

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package loads all its detectors, with many warnings
        from controlnet_aux.lineart_standard import LineartStandardDetector
    drawn = LineartStandardDetector()(picture, detect_resolution=_DRAWN_AT, output_type="np")
    return np.ascontiguousarray(drawn, np.uint8)


def _openpose(picture: NDArray[np.uint8], weights: Path, device: str) -> Map:
    from animegen.render.detectors import find_people, load_detector
    from animegen.render.maps import draw_pose

    people = find_people(picture, load_detector("openpose", weights, device))
    if not len(people):
        raise NothingFound("no openpose map: nobody is seen in the picture")
    return draw_pose(people, picture.shape[1], picture.shape[0])


def _depth(picture: NDArray[np.uint8], weights: Path, device: str) -> Map:
    from animegen.render.detectors import find_nearness, load_detector
    from animegen.render.maps import draw_depth

    near = find_nearness(picture, load_detector("depth", weights, device))
    if float(near.max() - near.min()) <= _LEAST_DEPTH * float(abs(near).max()):
        raise NothingFound("no depth map: everything is equally far away")
    return draw_depth(near)
