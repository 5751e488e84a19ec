"""Hair that leaves the skull: curtains down the back, tails, braids and buns, and the ahoge.

Unaware of the face and of the bangs.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from training.scenes.palette import Tone, mix
from training.scenes.shape import Points, ellipse, joined, moved, polygon, ribbon, smooth

if TYPE_CHECKING:
    from training.scenes.figure.look import Look
    from training.scenes.motion import Air
    from training.scenes.plate import Plate


def shaded(hair: Tone) -> Tone:
    """Return the tones of hair that lies in the shadow of the head."""
    return Tone(mix(hair.base, hair.shade, 0.55), hair.shade, hair.base, hair.line)


def draw_curtain(
    plate: Plate,
    look: Look,
    hair: Tone,
    depth: float,
    air: Air,
    *,
    end: float,
    wave: float = 0.0,
    lit: bool = False,
) -> int:
    """Draw the hair down the back as far as `end`, and return its flat ink.

    `wave` is how wavy its sides are; `lit` hair hangs before the back, not behind it.
    """
    turn = math.sin(math.radians(look.yaw)) if not look.behind else 0.0
    middle = -0.28 * turn
    broad = 1.1 - 0.12 * abs(turn)
    heights = np.linspace(-0.3, end - 0.25, 6)
    flare = 0.04 * (end - 1) + 0.06
    sides = []
    for side in (-1, 1):
        run = []
        for index, y in enumerate(heights):
            width = broad + flare * index / 5 - (0.16 if index == 5 else 0)
            ripple = wave * math.sin(index * 2.1 + side) * (index > 0)
            run.append(
                (middle + side * (width + ripple) + air.sway(max(0.0, y - 0.6), side * 0.04), y)
            )
        sides.append(run)
    left, right = sides
    count = 6
    bottom: list[Points] = []
    start = right[-1]
    for index in range(count):
        share = (index + 1) / count
        tip_share = (index + 0.35) / count
        x0, x1 = right[-1][0], left[-1][0]
        drop = 0.26 + 0.14 * ((index * 5) % 3) / 2 - 0.2 * abs(tip_share - 0.5)
        tip = (x0 + (x1 - x0) * tip_share * 0.96 + air.sway(0.4, index * 0.07), end - 0.1 + drop)
        notch = (
            (x0 + (x1 - x0) * share, end - 0.25 + 0.1 * (index % 2))
            if index < count - 1
            else left[-1]
        )
        bottom.append(
            np.array([start, ((start[0] + tip[0]) / 2 + 0.04, (start[1] + tip[1]) / 2 + 0.06), tip])
        )
        bottom.append(
            np.array([tip, ((notch[0] + tip[0]) / 2 + 0.03, (notch[1] + tip[1]) / 2), notch])
        )
        start = notch
    outline = joined(right, *bottom, left[::-1], steps=4)
    cel = plate.cel(hair if lit else shaded(hair), depth)
    plate.shape(outline, cel)
    line = plate.ink(mix(hair.line, hair.shade, 0.45), depth, line=True)
    strips = [
        ribbon(moved(sides[side], inner, 0.0), [0.1, 0.12, 0.12, 0.1, 0.06, 0.0], steps=4)
        for side, inner in ((0, 0.16), (1, -0.16))
    ]
    plate.fill_all(strips, cel.shade if lit else cel.light, within=cel.span)
    upper, across = np.array(left[2:]), np.array(right[2:]) - np.array(left[2:])
    strands = [
        ribbon(
            upper + across * (share, 0) + (0, 0.1 * math.sin(7 * share)),
            [0.003, 0.014, 0.016, 0.003],
            steps=3,
        )
        for share in (0.22, 0.4, 0.62, 0.8)
    ]
    plate.fill_all(strands, line, within=(cel.base, line + 1))
    return cel.base


def draw_tail(
    plate: Plate,
    spine: list[tuple[float, float]],
    width: float,
    hair: Tone,
    depth: float,
    *,
    wave: float = 0.0,
) -> None:
    """Draw one tail of hair along `spine` (five points), with its tips, shadow and light."""
    s = np.array(spine)
    along = s[-1] - s[-2]
    normal = np.array([-along[1], along[0]]) / max(1e-6, float(np.hypot(*along)))
    profile = np.array([0.35, 0.85, 1.0, 0.72, 0.02]) * width
    cel = plate.cel(hair, depth)
    for side in (-1, 1):
        fork = s.copy()
        fork[2:] += normal * (side * width * 0.45)
        fork[-1] += -along * (0.22 + 0.1 * side)
        plate.shape(ribbon(fork, profile * 0.55, steps=5), cel)
    ripple = s + np.stack([wave * np.sin(np.arange(5) * 2.2), np.zeros(5)], axis=1)
    plate.shape(ribbon(ripple, profile, steps=6), cel)
    inner = ripple + normal * (width * 0.34)
    if normal[0] < 0:
        inner = ripple - normal * (width * 0.34)
    plate.fill(ribbon(inner, profile * 0.42, steps=5), cel.shade, within=cel.span)
    glint = ripple[1:4] - (inner - ripple)[1:4] * 0.9
    plate.fill(
        ribbon(glint * 0.55 + glint[1] * 0.45, np.array([0.0, 0.15, 0.0]) * width),
        cel.light,
        within=cel.span,
    )
    line = plate.ink(mix(hair.line, hair.shade, 0.3), depth, line=True)
    for offset in (-0.25, 0.3):
        strand = ripple[1:] + normal * (width * offset)
        plate.fill(
            ribbon(strand, [0.004, 0.016, 0.014, 0.003], steps=4), line, within=(cel.base, line + 1)
        )


def hanging(
    anchor: tuple[float, float], out: float, length: float, air: Air, offset: float = 0.0
) -> list[tuple[float, float]]:
    """Return the spine of a tail that springs sideways by `out` and hangs `length` down."""
    x, y = anchor
    return [
        (x, y),
        (x + out * 0.75, y + length * 0.08 - 0.05),
        (x + out * 1.05 + air.sway(length * 0.4, offset), y + length * 0.38),
        (x + out * 1.0 + air.sway(length * 0.75, offset), y + length * 0.72),
        (x + out * 0.72 + air.sway(length, offset), y + length),
    ]


def draw_tie(
    plate: Plate, at: tuple[float, float], colour: Tone, depth: float, size: float = 0.15
) -> None:
    """Draw the band that holds a tail."""
    cel = plate.cel(colour, depth)
    plate.shape(ellipse(at[0], at[1], size, size * 0.8, count=14), cel, weight=0.7)


def draw_braid(
    plate: Plate,
    spine: list[tuple[float, float]],
    width: float,
    hair: Tone,
    tie: Tone,
    depth: float,
) -> None:
    """Draw a plait along `spine` and the band and tuft at its end."""
    path = smooth(spine, closed=False, steps=8)
    count = max(5, int(float(np.abs(np.diff(path[:, 1])).sum()) / (width * 1.05)))
    marks = np.linspace(0, len(path) - 1, count + 1)
    ends = len(path) - 1
    tip = path[-1]
    tuft = [(tip[0], tip[1] - 0.1), (tip[0], tip[1] + 0.2), (tip[0] + 0.03, tip[1] + 0.52)]
    cel = plate.cel(hair, depth)
    plate.shape(ribbon(tuft, [width * 0.4, width * 0.75, 0.01]), cel)
    for index in range(count, 0, -1):
        at = path[min(round(marks[index]), ends)]
        before = path[round(marks[index - 1])]
        size = width * (1.0 - 0.3 * index / count)
        part = plate.cel(hair, depth)
        for side in (-1, 1) if index % 2 else (1, -1):
            leaf = [
                (before[0] + side * size * 0.55, before[1] - size * 0.1),
                (before[0] + side * size * 1.05, (before[1] + at[1]) / 2),
                (at[0] + side * size * 0.35, at[1] + size * 0.25),
                (at[0] - side * size * 0.25, at[1] + size * 0.1),
                (before[0] - side * size * 0.1, before[1] + size * 0.2),
            ]
            plate.shape(smooth(leaf, steps=4), part, weight=0.75)
        plate.fill(
            ellipse(before[0] + size * 0.75, at[1] - size * 0.1, size * 0.42, size * 0.5, count=12),
            part.shade,
            within=part.span,
        )
    draw_tie(plate, (float(tip[0]), float(tip[1]) + 0.03), tie, depth, width * 0.6)


def draw_bun(
    plate: Plate, x: float, y: float, size: float, hair: Tone, tie: Tone | None, depth: float
) -> None:
    """Draw a bun around (x, y)."""
    if tie is not None:
        draw_tie(plate, (x * 0.86, y + size * 0.55), tie, depth, size * 0.72)
    cel = plate.cel(hair, depth)
    plate.shape(ellipse(x, y, size, size * 0.94), cel)
    plate.fill(
        ellipse(x + size * 0.35, y + size * 0.4, size * 0.85, size * 0.8),
        cel.shade,
        within=cel.span,
    )
    plate.fill(
        ellipse(x - size * 0.08, y - size * 0.02, size * 0.86, size * 0.8),
        cel.base,
        within=cel.span,
    )
    plate.fill(
        ellipse(x - size * 0.36, y - size * 0.42, size * 0.3, size * 0.16, count=14),
        cel.light,
        within=cel.span,
    )
    curl = [
        (x - size * 0.7, y + size * 0.2),
        (x, y + size * 0.5),
        (x + size * 0.55, y),
        (x + size * 0.1, y - size * 0.4),
        (x - size * 0.2, y),
    ]
    plate.fill(ribbon(curl, [0.003, 0.016, 0.016, 0.012, 0.003]), cel.line, within=cel.span)


def draw_ahoge(plate: Plate, look: Look, hair: Tone, depth: float, air: Air) -> None:
    """Draw the one lock that stands up."""
    x = -0.12 * math.sin(math.radians(look.yaw))
    bend = 0.16 + air.sway(1.0, 0.3) * 0.4
    cel = plate.cel(hair, depth)
    lock = joined(
        [(x - 0.1, -1.18), (x - 0.02 - bend * 0.3, -1.46), (x + bend * 2.2, -1.62)],
        [(x + bend * 2.2, -1.62), (x + bend * 0.9, -1.42), (x + 0.1, -1.2)],
    )
    plate.shape(lock, cel, weight=0.8)
    plate.fill(
        polygon((x - 0.09, -1.24), (x + 0.11, -1.25), (x + 0.12, -1.1), (x - 0.12, -1.1)), cel.base
    )


def draw_spikes(plate: Plate, look: Look, hair: Tone, depth: float, air: Air) -> None:
    """Draw the ends that stand off a messy head, before the hair over the skull."""
    lean = -12 * math.sin(math.radians(look.yaw)) if not look.behind else 0.0
    cel = plate.cel(hair, depth)
    ends = []
    for index, degrees in enumerate((-172, -150, -127, -104, -78, -52, -30, -8)):
        reach = 1.36 + 0.12 * (index % 2) - 0.1 * (index % 3 == 0)
        outward = math.radians(degrees + lean + 9 * (1 if degrees > -90 else -1) * (index % 2))
        tip = (
            reach * math.cos(outward) + air.sway(0.4, 0.1 * index),
            -0.12 + reach * math.sin(outward),
        )
        foot = [math.radians(degrees + side) for side in (-17, 17)]
        a, b = ((1.02 * math.cos(v), -0.12 + 1.02 * math.sin(v)) for v in foot)
        middle = ((a[0] + tip[0]) / 2 * 1.03, (a[1] + tip[1]) / 2 - 0.03)
        ends.append(joined([a, middle, tip], [tip, b], steps=4))
    plate.union(ends, cel, weight=0.9)
    for end in ends[4:]:
        plate.fill(moved(end, 0.1, 0.1), cel.shade, within=cel.span)
