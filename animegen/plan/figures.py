"""Sums up what was measured of a shot's frames into figures, for the frames that are on screen.

docs/report.md tells what each figure means. Unaware of the store and of how frames are measured.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from math import dist, sqrt
from statistics import fmean, median
from typing import TYPE_CHECKING

from animegen.errors import StoreFailed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from animegen.digest import Json
    from animegen.plan.timeline import ShotTiming
    from animegen.storyboard.model import Shot
    from animegen.storyboard.model.checks import Limit

_LEVEL = 1 / 255
_BLACK = 16 * _LEVEL
"""Luma that not even a hundredth of a black frame's pixels exceeds."""
_FLAT = 2 * _LEVEL
"""Deviation of the luma of a frame of one colour."""
_FROZEN = 0.1 * _LEVEL
"""Mean change up to which a frame is the same as the one before."""
_STILL = 0.5 * _LEVEL
"""The least change that counts as usual: beside less, every seam would be a jump."""
_WORST = 0.9
"""The share of frames that may be nearer to the keyframe than the figure says."""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What one shot is like between its cut points."""

    flicker: float
    seam: float | None
    """None: there is no border of segments on screen."""
    identity: float
    background: float
    sharpness: float
    black: int
    flat: int
    frozen: int


@dataclass(frozen=True, kw_only=True)
class Curves:
    """What the shot's frames on screen are like, one after the other."""

    flicker: tuple[float, ...]
    change: tuple[float, ...]
    identity: tuple[float, ...]
    sharpness: tuple[float, ...]
    borders: tuple[int, ...]
    """The first new frame of a segment, counted from the first on screen."""


@dataclass(frozen=True, kw_only=True)
class ShotQuality:
    """Everything that is told of a shot."""

    figures: Figures
    curves: Curves
    vector: tuple[float, ...]
    """The keyframe's."""
    first: tuple[float, ...]
    """CIELAB of the first frame on screen."""
    last: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class CutFigures:
    """What a cut between two shots is like."""

    brightness: float
    """How much brighter the first frame after it is than the last before it, -1 to 1."""
    colour: float
    """How far their mean colours are apart, in CIELAB (delta E)."""
    identity: float | None
    """How far their keyframes are apart; None: they have no character in common."""


def read_quality(text: str, timing: ShotTiming) -> ShotQuality:
    """Sum up a shot's `quality.json` over the frames between its cut points.

    Raises:
        StoreFailed: when it is not what the step leaves.
    """
    try:
        found = json.loads(text)
        return _quality(found, timing)
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise StoreFailed(f"the figures of {timing.id} cannot be read: {error}") from error


def cut_figures(out: tuple[Shot, ShotQuality], into: tuple[Shot, ShotQuality]) -> CutFigures:
    """Compare what is on either side of a cut, transition or not."""
    (before, left), (after, right) = out, into
    shared = set(before.characters) & set(after.characters)
    return CutFigures(
        brightness=round((right.first[0] - left.last[0]) / 100, 4),
        colour=round(dist(left.last, right.first), 2),
        identity=round(_apart(left.vector, right.vector), 4) if shared else None,
    )


def failed_checks(figures: Figures, limits: Mapping[str, Limit]) -> dict[str, float]:
    """Return the figures that are not as they must be, by name.

    A figure that the shot does not have fails nothing.
    """
    values = {name: getattr(figures, name) for name in limits}
    return {
        name: value
        for name, value in values.items()
        if value is not None and not limits[name].holds(value)
    }


def to_plain(quality: ShotQuality) -> dict[str, Json]:
    """Return a shot's figures and curves as JSON has them."""
    return {**asdict(quality.figures), "frames": asdict(quality.curves)}


def _quality(found: Mapping[str, Mapping[str, list[float]]], timing: ShotTiming) -> ShotQuality:
    series = found["series"]
    seen = slice(timing.head, timing.head + timing.body)
    pairs = slice(timing.head + 1, timing.head + timing.body)
    first, end = timing.head + 1, timing.head + timing.body
    borders = [at for at in map(int, found["borders"]) if first <= at < end]
    own = float(found["keyframe_sharpness"])  # type: ignore[arg-type]
    sharpness = [value / own if own else 1.0 for value in series["sharpness"][seen]]
    identity = [max(0.0, 1 - value) for value in series["likeness"][seen]]
    black = [value <= _BLACK for value in series["brightest"][seen]]
    colours: Sequence[Sequence[float]] = series["colour"][seen]  # type: ignore[assignment]
    return ShotQuality(
        figures=Figures(
            flicker=_mean(series["flicker"][pairs]),
            seam=_seam(series["change"], borders, pairs),
            identity=round(_quantile(identity, _WORST), 4),
            background=_mean(series["background"][pairs]),
            sharpness=round(median(sharpness), 3),
            black=sum(black),
            flat=sum(
                value <= _FLAT and not dark
                for value, dark in zip(series["contrast"][seen], black, strict=True)
            ),
            frozen=sum(value <= _FROZEN for value in series["change"][pairs]),
        ),
        curves=Curves(
            flicker=(0.0, *series["flicker"][pairs]),
            change=(0.0, *series["change"][pairs]),
            identity=tuple(round(value, 4) for value in identity),
            sharpness=tuple(round(value, 3) for value in sharpness),
            borders=tuple(at - timing.head for at in borders),
        ),
        vector=tuple(found["keyframe_vector"]),  # type: ignore[arg-type]
        first=tuple(colours[0]),
        last=tuple(colours[-1]),
    )


def _seam(change: Sequence[float], borders: Sequence[int], seen: slice) -> float | None:
    if not borders:
        return None
    inside = [change[at] for at in range(seen.start, seen.stop) if at not in borders]
    usual = max(median(inside), _STILL) if inside else _STILL
    return round(max(change[at] for at in borders) / usual, 3)


def _mean(values: Sequence[float]) -> float:
    return round(fmean(values), 5) if values else 0.0


def _quantile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def _apart(left: Sequence[float], right: Sequence[float]) -> float:
    product = sum(one * two for one, two in zip(left, right, strict=True))
    lengths = sqrt(sum(one * one for one in left) * sum(two * two for two in right))
    return max(0.0, 1 - product / lengths) if lengths else 0.0
