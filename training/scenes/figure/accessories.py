"""What people put on their heads and around their necks, and the umbrella. Unaware of outfits."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from training.scenes.figure.bows import draw_bow
from training.scenes.figure.face import ear_places, eye_places
from training.scenes.palette import Tone, rgb, tone
from training.scenes.shape import ellipse, joined, polygon, ribbon, smooth

if TYPE_CHECKING:
    from training.scenes.figure.look import Look
    from training.scenes.figure.skeleton import Skeleton
    from training.scenes.motion import Air
    from training.scenes.plate import Plate

ON_HEAD = (
    "hair ribbon",
    "hair flower",
    "straw hat",
    "witch hat",
    "beret",
    "cat ears",
    "headphones",
)
ACCESSORIES = ("glasses", "scarf", *ON_HEAD)
COLOURED = ("hair ribbon", "scarf", "beret", "headphones", "hair flower")
"""The accessories whose colour is part of their name in a caption."""


def _turn(look: Look) -> float:
    return math.sin(math.radians(look.yaw)) if not look.behind else 0.0


def draw_glasses(plate: Plate, look: Look, depth: float) -> None:
    """Draw glasses over the eyes."""
    if look.behind:
        return
    frame = plate.ink(rgb("4a2f3e"), depth, line=True)
    places = [place for place in eye_places(look) if place[2] > 0.3]
    for x, y, width in places:
        plate.stroke(
            smooth(
                [
                    (x - 0.34 * width, y - 0.2),
                    (x + 0.34 * width, y - 0.2),
                    (x + 0.31 * width, y + 0.3),
                    (x, y + 0.37),
                    (x - 0.31 * width, y + 0.3),
                ]
            ),
            frame,
            weight=0.95,
            closed=True,
        )
    if len(places) == 2:
        (a, y, wide), (b, _, narrow) = places
        plate.fill(
            ribbon(
                [(a + 0.33 * wide, y), ((a + b) / 2, y - 0.05), (b - 0.33 * narrow, y)], [0.022] * 3
            ),
            frame,
        )
    for side, place in ((-1, places[0]), (1, places[-1])):
        ear = ear_places(look)[0 if side < 0 else 1]
        if ear[2]:
            plate.fill(
                ribbon(
                    [(place[0] + side * 0.34 * place[2], place[1] - 0.06), (ear[0], ear[1] - 0.12)],
                    [0.022] * 2,
                ),
                frame,
            )


def draw_scarf(plate: Plate, skeleton: Skeleton, colour: Tone, depth: float, air: Air) -> None:
    """Draw a scarf around the neck with one end hanging."""
    end = plate.cel(colour, depth)
    x = 0.45 * (1 if skeleton.profile <= 0 else -1)
    sway = air.sway(1.6)
    tail = [(x, 1.8), (x * 1.15 + sway * 0.4, 2.7), (x * 1.05 + sway, 3.7)]
    plate.shape(ribbon(tail, [0.26, 0.3, 0.31]), end)
    for step in (0.0, 0.12):
        low = (x * 1.05 + sway, 3.5 - step)
        plate.fill(
            ribbon([(low[0] - 0.3, low[1]), (low[0] + 0.3, low[1])], [0.03, 0.03]),
            end.light,
            within=end.span,
        )
    plate.fill(
        ribbon(
            [(x + 0.15, 1.9), (x * 1.15 + 0.2 + sway * 0.4, 2.7), (x * 1.05 + 0.24 + sway, 3.8)],
            [0.05, 0.08, 0.08],
        ),
        end.shade,
        within=end.span,
    )
    cel = plate.cel(colour, depth)
    wrap = [
        (-0.72, 1.5),
        (-0.3, 1.34),
        (0.3, 1.34),
        (0.72, 1.5),
        (0.86, 1.86),
        (0.4, 2.2),
        (-0.4, 2.2),
        (-0.86, 1.86),
    ]
    plate.shape(smooth(wrap), cel)
    plate.fill(
        smooth([(-0.7, 1.42), (0.0, 1.5), (0.7, 1.42), (0.4, 1.2), (-0.4, 1.2)]),
        cel.shade,
        within=cel.span,
    )
    plate.fill(
        ribbon([(-0.75, 1.8), (0.0, 2.04), (0.75, 1.72)], [0.01, 0.03, 0.01]),
        cel.line,
        within=cel.span,
    )


def draw_ribbon(plate: Plate, look: Look, colour: Tone, depth: float) -> None:
    """Draw a large bow on the hair."""
    draw_bow(plate, 0.58 - 0.35 * _turn(look), -1.02, 0.85, colour, depth, tails=False)


def draw_flower(plate: Plate, look: Look, colour: Tone, depth: float) -> None:
    """Draw a flower at the side of the hair."""
    x, y = look.around(52.0 if not look.behind else -128.0, -0.5)
    for index in range(5):
        angle = index * math.tau / 5 + 0.4
        cel = plate.cel(colour, depth)
        plate.shape(
            ellipse(x + 0.17 * math.cos(angle), y + 0.17 * math.sin(angle), 0.15, 0.15, count=14),
            cel,
            weight=0.7,
        )
    plate.fill(ellipse(x, y, 0.1, 0.1, count=12), plate.ink(rgb("ffe07a"), depth))


def draw_hat(plate: Plate, look: Look, kind: str, colour: Tone, depth: float) -> None:
    """Draw a straw hat, a witch hat or a beret."""
    x = -0.08 * _turn(look)
    if kind == "beret":
        cel = plate.cel(colour, depth)
        plate.shape(
            smooth(
                [
                    (x - 1.12, -0.68),
                    (x - 1.05, -1.12),
                    (x - 0.2, -1.5),
                    (x + 0.9, -1.36),
                    (x + 1.22, -0.95),
                    (x + 0.8, -0.78),
                    (x, -0.84),
                ]
            ),
            cel,
        )
        plate.fill(
            smooth(
                [(x - 1.1, -0.66), (x + 0.1, -0.92), (x + 1.2, -0.9), (x + 0.8, -0.7), (x, -0.6)]
            ),
            cel.shade,
            within=cel.span,
        )
        plate.fill(
            ribbon([(x - 0.6, -1.2), (x - 0.2, -1.34)], [0.03, 0.06]), cel.light, within=cel.span
        )
        plate.fill(ribbon([(x + 0.1, -1.4), (x + 0.16, -1.6)], [0.04, 0.05]), cel.line)
        return
    straw = kind == "straw hat"
    cloth = tone(rgb("f0d68e")) if straw else tone(rgb("4a3a6e"))
    band = colour if straw else tone(rgb("d8b04a"))
    crown = plate.cel(cloth, depth)
    if straw:
        top = smooth(
            [
                (x - 0.98, -0.6),
                (x - 0.96, -1.2),
                (x - 0.6, -1.52),
                (x + 0.6, -1.52),
                (x + 0.96, -1.2),
                (x + 0.98, -0.6),
            ],
            closed=False,
        )
    else:
        top = joined(
            [(x - 1.02, -0.62), (x - 0.6, -1.5), (x + 0.15, -2.5), (x + 0.7, -2.86)],
            [(x + 0.7, -2.86), (x + 0.66, -2.1), (x + 0.86, -1.4), (x + 1.02, -0.62)],
        )
    plate.shape(top, crown)
    plate.fill(
        ribbon([(x + 0.5, -2.6), (x + 0.6, -1.5), (x + 0.95, -0.6)], [0.1, 0.2, 0.32]),
        crown.shade,
        within=crown.span,
    )
    sash = plate.cel(band, depth)
    plate.fill(
        smooth(
            [(x - 1.02, -0.92), (x, -0.98), (x + 1.02, -0.92), (x + 1.02, -0.55), (x - 1.02, -0.55)]
        ),
        sash.base,
        within=crown.span,
    )
    brim = plate.cel(cloth, depth)
    reach = 1.75 if straw else 1.95
    plate.shape(
        smooth(
            [
                (x - reach, -0.5),
                (x - 1.0, -0.78),
                (x, -0.84),
                (x + 1.0, -0.78),
                (x + reach, -0.5),
                (x + 0.9, -0.5),
                (x, -0.56),
                (x - 0.9, -0.5),
            ]
        ),
        brim,
    )
    plate.fill(
        ribbon([(x - 1.2, -0.5), (x, -0.58), (x + 1.2, -0.5)], [0.04, 0.05, 0.04]),
        brim.shade,
        within=brim.span,
    )


def draw_cat_ears(plate: Plate, look: Look, hair: Tone, depth: float, air: Air) -> None:
    """Draw cat ears in the colour of the hair."""
    twitch = air.sway(0.5, 0.4)
    inner = tone(rgb("f7b3bb"))
    for side in (-1, 1):
        x = side * (0.66 - 0.1 * abs(_turn(look))) - 0.2 * _turn(look)
        ear = joined(
            [
                (x - 0.36, -0.92 + 0.14 * (side < 0)),
                (x + side * 0.06 - 0.12, -1.4),
                (x + side * 0.26 + twitch, -1.76),
            ],
            [
                (x + side * 0.26 + twitch, -1.76),
                (x + side * 0.2 + 0.2, -1.3),
                (x + 0.36, -0.92 + 0.14 * (side > 0)),
            ],
        )
        cel = plate.cel(hair, depth)
        plate.shape(ear, cel)
        if not look.behind:
            pink = plate.cel(inner, depth)
            centre = ear.mean(axis=0)
            plate.fill((ear - centre) * 0.58 + centre + (0.0, 0.05), pink.base, within=cel.span)
        plate.fill(
            polygon((x - 0.3, -1.0), (x + 0.3, -1.0), (x + 0.3, -0.8), (x - 0.3, -0.8)),
            cel.base,
            within=cel.span,
        )


def draw_headphones(plate: Plate, look: Look, colour: Tone, depth: float) -> None:
    """Draw headphones over the hair."""
    turn = _turn(look)
    band = plate.cel(Tone(rgb("4b4a5c"), rgb("33324a"), rgb("8b8aa5"), rgb("1d1b2a")), depth)
    arch = [
        (-1.12, 0.1),
        (-1.05, -0.7),
        (-0.55, -1.24),
        (0, -1.38),
        (0.55, -1.24),
        (1.05, -0.7),
        (1.12, 0.1),
    ]
    plate.shape(
        ribbon(
            [(px * (1 - 0.15 * abs(turn)) - 0.2 * turn, py) for px, py in arch],
            [0.07, 0.09, 0.1, 0.1, 0.1, 0.09, 0.07],
            steps=4,
        ),
        band,
        weight=0.8,
    )
    for index, side in enumerate((-1, 1)):
        x, _, seen = ear_places(look)[index] if not look.behind else (side * 0.95, 0, True)
        if not seen:
            continue
        cel = plate.cel(colour, depth)
        wide = 0.2 + 0.2 * abs(turn)
        plate.shape(ellipse(x + side * 0.12 * (1 - abs(turn)), 0.2, wide, 0.36, count=22), cel)
        plate.fill(
            ellipse(x + side * 0.12 * (1 - abs(turn)), 0.2, wide * 0.55, 0.2, count=16),
            cel.light,
            within=cel.span,
        )
