"""Skirts and their folds, hung from the waist. Unaware of the rest of an outfit."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from training.scenes.shape import Points, joined, moved, ribbon, smooth

if TYPE_CHECKING:
    from training.scenes.figure.outfits import Skirt
    from training.scenes.figure.skeleton import Skeleton
    from training.scenes.motion import Air
    from training.scenes.palette import Tone
    from training.scenes.plate import Cel, Plate


def skirt_outline(skeleton: Skeleton, skirt: Skirt, air: Air) -> tuple[Points, Points, Points]:
    """Return the skirt's left edge from the top, its hem from the left, its right edge."""
    turn = abs(skeleton.profile)
    knees = skeleton.knees
    seated = max(0.0, min(1.0, (7.0 - (knees[0].y + knees[1].y) / 2) / 1.2))
    low = min(skirt.hem, 6.35) if seated > 0.5 else skirt.hem
    reach = sum(knee.x for knee in knees) / 2 * (0.9 if seated > 0.5 else 0.25)
    top = 4.15
    waist = 0.64 - 0.18 * turn
    flare = skirt.flare * (1 - 0.2 * turn) if seated < 0.5 else max(1.15, 0.75 + abs(reach) * 0.4)
    length = low - top
    drift = air.sway(length * (0.25 if skirt.cut == "wrap" else 0.8), 0.1)
    middle = reach + drift
    hip = 0.98 - 0.14 * turn
    at = min(5.3, top + 0.62 * length)
    shape = (at - top) / length
    left = [
        (-waist, top),
        (-(hip + (flare - hip) * shape * 0.35) + middle * shape, at),
        (-flare + middle, low),
    ]
    right = [
        (waist, top),
        ((hip + (flare - hip) * shape * 0.35) + middle * shape, at),
        (flare + middle, low),
    ]
    count = 9
    hem = []
    for index in range(count):
        share = index / (count - 1)
        x = -flare + middle + 2 * flare * share
        sag = 0.16 * math.sin(math.pi * share)
        ruffle = (
            0.05 * math.sin(index * 2.4 + 2.2 * air.sway(1.0, share)) if skirt.cut != "wrap" else 0
        )
        hem.append((x, low + sag + ruffle))
    return np.array(left), np.array(hem), np.array(right)


def draw_skirt(
    plate: Plate, skeleton: Skeleton, skirt: Skirt, accent: Tone, depth: float, air: Air
) -> None:
    """Draw a skirt with its folds."""
    left, hem, right = skirt_outline(skeleton, skirt, air)
    cel = plate.cel(skirt.tone, depth)
    plate.shape(joined(left, hem, right[::-1], steps=4), cel)
    if skirt.cut == "wrap":
        _draw_wrap(plate, left, hem, right, cel)
        return
    count, width = (7, 0.04) if skirt.cut == "pleats" else (4, 0.056)
    shares = [(index + 0.62) / count for index in range(count)]
    folds = [_fold(left, right, hem, share, width) for share in shares]
    plate.fill_all([fold for fold, _ in folds], cel.shade, within=cel.span)
    plate.fill_all([crease for _, crease in folds], cel.line, within=(cel.base, cel.light))
    dark = [p + (q - p) * 0.78 for p, q in zip(left, right, strict=True)]
    plate.fill(ribbon(dark, [0.12, 0.2, 0.3]), cel.shade, within=cel.span)
    if skirt.cut in ("frill", "apron"):
        band = plate.cel(accent, depth)
        plate.fill(ribbon(hem - (0, 0.1), [0.07] * len(hem), steps=3), band.base, within=cel.span)
    if skirt.cut == "apron":
        _draw_apron(plate, left, right, hem, accent, depth)


def _fold(
    left: Points, right: Points, hem: Points, share: float, width: float
) -> tuple[Points, Points]:
    """Return the shadow and the crease of the fold that is `share` of the way across."""
    top = left[0] + (right[0] - left[0]) * share
    middle = left[1] + (right[1] - left[1]) * share
    low = hem[round(share * (len(hem) - 1))]
    span = width * float(hem[-1, 0] - hem[0, 0])
    down = moved(low, 0.0, 0.3)
    inner = smooth([top, middle, down], closed=False, steps=3)
    outer = smooth([moved(down, span, 0), moved(middle, span * 0.5, 0), top], closed=False, steps=3)
    crease = ribbon([top, middle, moved(low, 0, 0.2)], [0.004, 0.016, 0.022], steps=3)
    return np.concatenate([inner, outer]), crease


def _draw_apron(
    plate: Plate, left: Points, right: Points, hem: Points, white: Tone, depth: float
) -> None:
    cel = plate.cel(white, depth)
    middle, low = (left[0] + right[0]) / 2, (hem[4] + (0, -0.45))
    apron = joined(
        [
            (middle[0] - 0.42, middle[1]),
            (middle[0] - 0.75, (middle[1] + low[1]) / 2),
            (low[0] - 0.75, low[1] - 0.12),
        ],
        [(low[0] - 0.75, low[1] - 0.12), (low[0], low[1] + 0.2), (low[0] + 0.75, low[1] - 0.12)],
        [
            (low[0] + 0.75, low[1] - 0.12),
            (middle[0] + 0.75, (middle[1] + low[1]) / 2),
            (middle[0] + 0.42, middle[1]),
        ],
    )
    plate.shape(apron, cel, weight=0.8)
    plate.fill(
        ribbon([(middle[0] + 0.4, middle[1]), (low[0] + 0.55, low[1] - 0.1)], [0.04, 0.16]),
        cel.shade,
        within=cel.span,
    )


def _draw_wrap(plate: Plate, left: Points, hem: Points, right: Points, cel: Cel) -> None:
    edge = [left[0] + (right[0] - left[0]) * 0.62, left[1] + (right[1] - left[1]) * 0.55, hem[3]]
    plate.fill(ribbon(edge, [0.02, 0.022, 0.03]), cel.line, within=cel.span)
    dark = [p + (q - p) * 0.84 for p, q in zip(left, right, strict=True)]
    plate.fill(ribbon(dark, [0.12, 0.2, 0.22]), cel.shade, within=cel.span)
