"""Draws one shot's choices: what the lock recorded, else by seed. Unaware of the prompt around."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from animegen.digest import seed_from
from animegen.storyboard.prompts.choices import name_of

if TYPE_CHECKING:
    from animegen.storyboard.lock_drift import Drift


@dataclass(frozen=True, kw_only=True)
class Lots:
    """The draws of one shot, each a matter of seed, shot, part and text, and of nothing else."""

    seed: int
    shot: str
    drift: Drift
    taken: dict[str, str] = field(default_factory=dict)
    """What was drawn so far, as it was written, by its name in the lock."""

    def draw(self, part: str, written: str, nth: int, options: tuple[str, ...]) -> str:
        """Return one of `options` for a choice in the `part` (prompt or negative) of the shot."""
        name = prefix_of(part) + name_of(written, nth)
        drawn = options[seed_from(self.seed, self.shot, part, written, nth) % len(options)]
        chosen = self.drift.choice(self.shot, name, options, drawn)
        self.taken[name] = chosen
        return chosen


def prefix_of(part: str) -> str:
    """Return what a choice's name begins with; in the prompt, with nothing."""
    return "" if part == "prompt" else f"{part}: "
