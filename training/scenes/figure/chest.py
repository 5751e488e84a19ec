"""What every collar starts from: the chest it lies on and the skin it leaves bare."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from training.scenes.shape import polygon, smooth

if TYPE_CHECKING:
    from training.scenes.figure.outfits import Outfit
    from training.scenes.palette import Tone
    from training.scenes.plate import Plate


class Chest(NamedTuple):
    """What a collar is drawn with: the plate, the outfit it belongs to, the skin, the depth."""

    plate: Plate
    outfit: Outfit
    skin: Tone
    depth: float


Draw = Callable[[Chest], None]


def draw_neckline(plate: Plate, skin: Tone, depth: float, low: float, half: float) -> None:
    """Draw the skin that a neckline leaves bare, down to `low`, `half` wide at the neck."""
    cel = plate.cel(skin, depth)
    plate.shape(
        smooth(
            [
                (-half, 1.66),
                (-half * 0.8, low - 0.2),
                (0, low),
                (half * 0.8, low - 0.2),
                (half, 1.66),
            ],
            closed=False,
        ),
        cel,
        weight=0.7,
    )
    plate.fill(
        polygon(
            (-half - 0.1, 1.4),
            (half + 0.1, 1.4),
            (half * 0.8, 1.95),
            (0.0, 2.02),
            (-half * 0.8, 1.95),
        ),
        cel.shade,
        within=cel.span,
    )
