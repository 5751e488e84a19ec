"""The hair styles: which shell, which bangs and which tresses each is made of.

Unaware of the face; `draw_behind` comes before the body, `draw_over` after the face.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from training.scenes.figure.fringe import Lock, Shell, draw_shell, shell, shell_locks
from training.scenes.figure.tresses import (
    draw_ahoge,
    draw_braid,
    draw_bun,
    draw_curtain,
    draw_spikes,
    draw_tail,
    draw_tie,
    hanging,
)
from training.scenes.shape import rectangle, ribbon

if TYPE_CHECKING:
    from training.scenes.figure.look import Look
    from training.scenes.motion import Air
    from training.scenes.palette import Tone
    from training.scenes.plate import Plate


@dataclass(frozen=True, kw_only=True)
class Mane:
    """The build of a hair style: where sides, nape and curtain end, in head units, and the rest."""

    side: float
    nape: float
    curtain: float = 0.0
    wave: float = 0.0
    tied: bool = False
    puff: float = 0.02
    tress: str = ""


MANES: dict[str, Mane] = {
    "short hair": Mane(side=0.78, nape=1.0),
    "messy hair": Mane(side=0.66, nape=1.06, puff=0.07, tress="spikes"),
    "bob cut": Mane(side=1.08, nape=1.22, curtain=1.12, puff=0.05),
    "medium hair": Mane(side=1.3, nape=1.2, curtain=2.1),
    "long hair": Mane(side=1.85, nape=1.2, curtain=4.4),
    "wavy hair": Mane(side=1.7, nape=1.2, curtain=3.9, wave=0.13, puff=0.06),
    "hime cut": Mane(side=1.16, nape=1.2, curtain=4.6),
    "twin tails": Mane(side=1.25, nape=0.95, tied=True, tress="twin tails"),
    "ponytail": Mane(side=1.1, nape=0.9, tied=True, tress="ponytail"),
    "side ponytail": Mane(side=1.05, nape=0.95, tied=True, tress="side ponytail"),
    "twin braids": Mane(side=0.9, nape=1.0, tied=True, tress="twin braids"),
    "hair bun": Mane(side=1.1, nape=0.86, tied=True, tress="bun"),
    "double bun": Mane(side=1.2, nape=0.92, tied=True, tress="double bun"),
}


@dataclass(frozen=True, kw_only=True)
class Hairdo:
    """A style with its bangs, colours and extras."""

    style: str
    bangs: str
    hair: Tone
    tie: Tone
    ahoge: bool
    side: int

    @property
    def mane(self) -> Mane:
        """The build of the style."""
        return MANES[self.style]

    def locks(self) -> list[Lock]:
        """Return the locks around the head."""
        mane = self.mane
        return shell_locks(self.bangs, mane.side, mane.nape, tied=mane.tied)


def _turn(look: Look) -> float:
    return math.sin(math.radians(look.yaw)) if not look.behind else 0.0


def _sides(look: Look) -> tuple[tuple[int, float], ...]:
    """Return (side, x of a knot there) for the knots of the head that are to be drawn."""
    turn = _turn(look)
    return tuple((side, side * (0.92 - 0.25 * abs(turn)) - 0.4 * turn) for side in (-1, 1))


def draw_behind(plate: Plate, look: Look, do: Hairdo, depth: float, air: Air) -> None:
    """Draw what hangs behind the head and the shoulders."""
    mane = do.mane
    if mane.curtain and not look.behind:
        draw_curtain(plate, look, do.hair, depth, air, end=mane.curtain, wave=mane.wave)
    if not look.behind:
        _draw_tress(plate, look, do, depth, air)


def _draw_tress(plate: Plate, look: Look, do: Hairdo, depth: float, air: Air) -> None:
    """Draw the tails or buns of a style."""
    tress = do.mane.tress
    if tress == "twin tails":
        for side, x in _sides(look):
            spine = hanging((x, -0.5), side * 0.62, 3.6, air, side * 0.08)
            draw_tail(plate, spine, 0.46, do.hair, depth)
            draw_tie(plate, (x * 1.02, -0.52), do.tie, depth, 0.2)
    elif tress.endswith("ponytail"):
        _draw_ponytail(plate, look, do, depth, air)
    elif tress == "twin braids" and not look.behind:
        _draw_braids(plate, look, do, depth, air, far=True)
    elif tress == "bun":
        turn = _turn(look)
        draw_bun(plate, -0.55 * turn, -1.22 + 0.25 * abs(turn), 0.5, do.hair, do.tie, depth)
    elif tress == "double bun":
        for side, x in _sides(look):
            draw_bun(plate, x * 0.95 + side * 0.06, -0.98, 0.4, do.hair, do.tie, depth)


def _draw_ponytail(plate: Plate, look: Look, do: Hairdo, depth: float, air: Air) -> None:
    """Draw the one tail of a ponytail, at the back or at the side."""
    if do.mane.tress == "side ponytail":
        x = _sides(look)[0 if do.side < 0 else 1][1]
        draw_tail(plate, hanging((x, -0.2), do.side * 0.42, 2.9, air), 0.42, do.hair, depth)
        draw_tie(plate, (x * 1.06, -0.2), do.tie, depth, 0.19)
        return
    turn = _turn(look)
    back = -turn if abs(turn) > 0.25 else do.side * 0.42
    x, y = -0.5 * turn, -0.72
    draw_tail(plate, hanging((x + back * 0.35, y), back * 1.05, 3.4, air), 0.5, do.hair, depth)
    draw_tie(plate, (x + back * 0.62, y + 0.02), do.tie, depth, 0.2)


def cap(look: Look, do: Hairdo, air: Air) -> Shell:
    """Return the hair over the skull."""
    return shell(look, do.locks(), air.sway(0.5), do.mane.puff)


def draw_over(plate: Plate, over: Shell, do: Hairdo, depth: float, air: Air) -> None:
    """Draw the hair `over` the skull and what falls in front."""
    look = over.look
    if do.ahoge:
        draw_ahoge(plate, look, do.hair, depth, air)
    if do.mane.tress == "spikes":
        draw_spikes(plate, look, do.hair, depth, air)
    mane = do.mane
    mark, back = plate.next_ink, 0
    if look.behind and mane.curtain > 1.2:
        back = draw_curtain(
            plate, look, do.hair, depth, air, end=mane.curtain, wave=mane.wave, lit=True
        )
    draw_shell(plate, over, do.hair, depth)
    if back:
        # From behind the skull's hair flows into the curtain: no edge between them.
        join = rectangle(-0.96, 0.2, 0.9, mane.nape + 0.5)
        plate.fill(join, back, within=(mark, plate.next_ink))
        strand = plate.ink(do.hair.shade, depth, line=True)
        for x in (-0.52, -0.12, 0.34, 0.66):
            spine = [(x * 0.8, -0.2 - 0.3 * abs(x)), (x, 0.6), (x * 1.05, mane.nape + 0.4)]
            plate.fill(ribbon(spine, [0.002, 0.018, 0.002]), strand)
    if look.behind:
        _draw_tress(plate, look, do, depth, air)
    if mane.tress == "twin braids":
        _draw_braids(plate, look, do, depth, air, far=look.behind)


def _draw_braids(
    plate: Plate, look: Look, do: Hairdo, depth: float, air: Air, *, far: bool
) -> None:
    """Draw the braids that fall in front, or with `far` those that the head hides."""
    for side, x in _sides(look):
        hidden = side * look.yaw > 15 and not look.behind
        if hidden != far and not look.behind:
            continue
        reach = side * (0.12 if not look.behind else 0.0)
        spine = [
            (x * 0.96, 0.7),
            (x * 0.94 + reach, 1.5),
            (x * 0.86 + air.sway(1.0, side * 0.1), 2.4),
            (x * 0.84 + air.sway(1.8, side * 0.1), 3.2),
        ]
        draw_braid(plate, spine, 0.23, do.hair, do.tie, depth)
