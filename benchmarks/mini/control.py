"""Do pictures follow a control map? Measured on what the pack's own detectors find in them.

The maps are those of held-out scenes; the prompt names neither pose nor framing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from animegen.render.detectors import find_nearness, find_people, load_detector
from animegen.render.maps import draw_depth, draw_edges, draw_pose
from benchmarks.mini import prompts
from benchmarks.mini.stills import Asked
from benchmarks.mini.studio import NotInPack
from benchmarks.mini.table import Row, absent
from training import scenes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from benchmarks.mini.context import Context

    Picture = NDArray[np.uint8]
    Measure = Callable[[Picture, scenes.Picture], float]

_QUALITY = "fast"
_NEAR = 0.1
"""Of the body's larger side: a joint within this is in its place (PCK)."""
_PIXELS = 2
"""Within this many an edge is in its place."""
_TWICE = 2.0
_LEAST = 0.05
"""What an unguided figure is counted as at least, lest twice nothing be a goal."""
_SMALL = (64, 64)


@dataclass(frozen=True, kw_only=True)
class _Kind:
    """A kind of map: its figure, how it is drawn and how it is found again."""

    figure: str
    draw: Callable[[scenes.Picture], Picture]
    measure: Measure


def measure(context: Context) -> list[Row]:
    """Return each kind's figure with guidance; without it, and on the true picture, beside it."""
    cast = prompts.people(context.effort.poses)
    size = (context.studio.size, context.studio.size)
    truths = [scenes.draw(scene, 0.0, size) for scene in cast]
    asked = [
        Asked(
            prompt=prompts.prompt_of(scene, without=(scene.people[0].pose, scene.framing)),
            seed=scene.seed,
        )
        for scene in cast
    ]
    free = context.studio.stills(asked, _QUALITY)
    rows = []
    for name, make in (("openpose", _pose), ("depth", _depth), ("canny", _edges)):
        try:
            rows.append(_row(context, name, make(context), truths, asked, free))
        except NotInPack as missing:
            rows.append(absent(name, str(missing)))
    return rows


def _row(
    context: Context,
    name: str,
    kind: _Kind,
    truths: Sequence[scenes.Picture],
    asked: Sequence[Asked],
    free: Sequence[Picture],
) -> Row:
    maps = [kind.draw(truth) for truth in truths]
    guided = context.studio.stills(
        [
            Asked(prompt=one.prompt, seed=one.seed, control=given)
            for one, given in zip(asked, maps, strict=True)
        ],
        _QUALITY,
    )
    shown = zip(maps, guided, free, strict=True)
    context.show(f"control-{name}", [p for three in shown for p in three][:48], columns=6)

    def mean(pictures: Sequence[Picture]) -> float:
        found = [kind.measure(p, truth) for p, truth in zip(pictures, truths, strict=True)]
        return float(np.mean(found))

    got, without, own = mean(guided), mean(free), mean([truth.rgb for truth in truths])
    return Row(
        figure=f"{name}: {kind.figure}",
        reached=f"{got:.2f}",
        goal=f">= {_TWICE * max(without, _LEAST):.2f}, twice the unguided",
        beside=f"unguided {without:.2f}, the true picture {own:.2f}; {len(maps)} maps",
        met=got >= _TWICE * max(without, _LEAST),
        value=round(got, 5),
    )


def _pose(context: Context) -> _Kind:
    detector = load_detector("openpose", context.studio.place("detectors/pose"), "cpu")

    def draw(truth: scenes.Picture) -> Picture:
        height, width = truth.rgb.shape[:2]
        return draw_pose(truth.keypoints, width, height)

    def found(picture: Picture, truth: scenes.Picture) -> float:
        return pck(find_people(picture, detector), truth.keypoints[0])

    return _Kind(figure=f"joints in place (PCK {_NEAR})", draw=draw, measure=found)


def _depth(context: Context) -> _Kind:
    detector = load_detector("depth", context.studio.place("detectors/depth"), "cpu")

    def found(picture: Picture, truth: scenes.Picture) -> float:
        return rank_correlation(find_nearness(picture, detector), truth.depth)

    return _Kind(
        figure="rank correlation", draw=lambda truth: draw_depth(truth.depth), measure=found
    )


def _edges(_context: Context) -> _Kind:
    def found(picture: Picture, truth: scenes.Picture) -> float:
        return edge_f1(draw_edges(picture)[..., 0], draw_edges(truth.rgb)[..., 0])

    return _Kind(figure="edge F1", draw=lambda truth: draw_edges(truth.rgb), measure=found)


def pck(people: NDArray[np.float32], given: NDArray[np.float32]) -> float:
    """Return the share of the given joints (18, 3) that one of the `people` has in their place."""
    seen = given[:, 2] > 0
    if not seen.any() or not len(people):
        return 0.0
    reach = _NEAR * float(np.ptp(given[seen, :2], axis=0).max())
    apart = np.hypot(*np.moveaxis(people[:, seen, :2] - given[seen, :2], 2, 0))
    hits = (apart <= reach) & (people[:, seen, 2] > 0)
    return float(hits.mean(axis=1).max())


def rank_correlation(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Return Spearman's correlation of two maps, both made small first."""
    ranks = [_ranks(cv2.resize(m, _SMALL, interpolation=cv2.INTER_AREA)) for m in (one, other)]
    if any(rank.std() == 0 for rank in ranks):
        return 0.0
    return float(np.corrcoef(*ranks)[0, 1])


def _ranks(values: NDArray[np.float32]) -> NDArray[np.float64]:
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    # Equal values share their mean rank.
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[place.ravel()])


def edge_f1(got: NDArray[np.uint8], want: NDArray[np.uint8]) -> float:
    """Return the F1 of edges (h, w), counted as right within a few pixels of an edge."""
    around = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * _PIXELS + 1,) * 2)
    near_got, near_want = (cv2.dilate(edges, around) > 0 for edges in (got, want))
    drawn, given = got > 0, want > 0
    if not drawn.any() or not given.any():
        return 0.0
    precision, recall = float(near_want[drawn].mean()), float(near_got[given].mean())
    return 2 * precision * recall / max(precision + recall, 1e-9)
