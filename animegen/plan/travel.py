"""How much each of a shot's prompts counts in each frame. Unaware of embeddings.

The same straight lines as in `render.text`, which mixes by them; a test compares the two.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from animegen.steps.diffusion import PromptKey


def travel(keys: Sequence[PromptKey], frames: int) -> list[list[float]]:
    """Return each key's share, 0 to 1, in each of a shot's generated frames."""
    positions = [_position(keys, frame) for frame in range(frames)]
    return [
        [max(0.0, 1.0 - abs(position - place)) for position in positions]
        for place in range(len(keys))
    ]


def _position(keys: Sequence[PromptKey], frame: int) -> float:
    for index, (before, after) in enumerate(pairwise(keys)):
        if frame < after.frame:
            return index + max(0.0, (frame - before.frame) / (after.frame - before.frame))
    return len(keys) - 1.0
