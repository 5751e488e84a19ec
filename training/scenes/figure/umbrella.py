"""The umbrella: its canopy behind the head, its shaft in the hand. Unaware of the weather."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from training.scenes.palette import CREAM, Tone, mix, rgb, tone
from training.scenes.shape import joined, ribbon

if TYPE_CHECKING:
    from training.scenes.figure.skeleton import Skeleton
    from training.scenes.plate import Plate


def umbrella_place(
    skeleton: Skeleton, side: int
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the hand that holds the umbrella and the top of its shaft."""
    wrist = skeleton.wrists[0 if side < 0 else 1]
    return (wrist.x, wrist.y - 0.15), (wrist.x * 0.55, -2.75)


def draw_canopy(plate: Plate, skeleton: Skeleton, side: int, colour: Tone, depth: float) -> None:
    """Draw the umbrella's canopy and shaft, behind the head."""
    hand, top = umbrella_place(skeleton, side)
    x, y = top
    inside = plate.cel(
        Tone(mix(colour.shade, colour.base, 0.4), colour.shade, colour.base, colour.line), depth
    )
    rim = [
        (x - 3.5, -0.55),
        (x - 2.3, -0.28),
        (x - 1.2, -0.55),
        (x, -0.22),
        (x + 1.2, -0.55),
        (x + 2.3, -0.28),
        (x + 3.5, -0.55),
    ]
    scallop = [
        run
        for a, b in zip(rim[::2], rim[2::2], strict=False)
        for run in [[a, ((a[0] + b[0]) / 2, -0.78), b]]
    ]
    crown = [
        (x + 3.5, -0.55),
        (x + 2.9, -1.75),
        (x + 1.5, -2.55),
        (x, y),
        (x - 1.5, -2.55),
        (x - 2.9, -1.75),
        (x - 3.5, -0.55),
    ]
    plate.shape(joined(*scallop, crown), inside)
    for a, _, b in scallop:
        panel = plate.cel(colour, depth)
        plate.fill(
            joined(
                [a, ((a[0] + x) / 2 + (a[0] - x) * 0.22, -1.9), (x, y)],
                [(x, y), ((b[0] + x) / 2 + (b[0] - x) * 0.22, -1.9), b],
                [b, ((a[0] + b[0]) / 2, -0.78), a],
            ),
            panel.base if b[0] <= x + 1.3 else panel.shade,
            within=inside.span,
        )
    line = plate.ink(colour.line, depth, line=True)
    for px, py in rim[2:-1:2]:
        plate.fill(
            ribbon(
                [(px, py), ((px + x) / 2 + (px - x) * 0.22, -1.9), (x, y)], [0.022, 0.022, 0.012]
            ),
            line,
        )
    shaft = plate.ink(mix(CREAM, rgb("6a4a3a"), 0.75), depth, line=True)
    plate.fill(ribbon([(x, y - 0.25), (x, y), hand], [0.05, 0.045, 0.045]), shaft)


def draw_handle(plate: Plate, skeleton: Skeleton, side: int, depth: float) -> None:
    """Draw the part of the umbrella's shaft around the hand."""
    hand, top = umbrella_place(skeleton, side)
    wood = plate.cel(tone(rgb("8a5a40")), depth)
    dx, dy = hand[0] - top[0], hand[1] - top[1]
    unit = math.hypot(dx, dy)
    low = (hand[0] + dx / unit * 0.9, hand[1] + dy / unit * 0.9)
    plate.shape(
        ribbon(
            [(hand[0] - dx / unit * 1.2, hand[1] - dy / unit * 1.2), hand, low], [0.045, 0.05, 0.06]
        ),
        wood,
        weight=0.6,
    )
