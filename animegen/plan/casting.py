"""Which take of a shot is drawn: what its nodes are called and what its noise starts from.

Take 1 is the shot as it is when nobody picked; every other take differs in its seeds alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from animegen.digest import seed_from
from animegen.storyboard.lock import FIRST

if TYPE_CHECKING:
    from animegen.storyboard.lock import Lock
    from animegen.storyboard.model import Shot


@dataclass(frozen=True, kw_only=True)
class Casting:
    """The picked take of each shot; or one take of every shot, whatever was picked."""

    lock: Lock
    take: int | None = None

    def of(self, shot: Shot) -> int:
        """Return the take of a shot that is drawn."""
        return self.take or self.lock.take(shot.id)

    def name(self, shot: Shot) -> str:
        """Return what a shot's nodes begin with: `rooftop` in the film, `rooftop@2` as a take."""
        return shot.id if self.take is None else f"{shot.id}@{self.take}"

    def seed(self, shot: Shot, film: int, role: str) -> int:
        """Return the seed of a role: of (film seed, shot id, role), or of the shot's own seed.

        For take 2 and on, of that and the take.
        """
        parts = (film, shot.id) if shot.seed is None else (shot.seed,)
        first, take = seed_from(*parts, role), self.of(shot)
        return first if take == FIRST else seed_from(first, take - FIRST)

    def words(self, shot: Shot) -> tuple[str, ...]:
        """Return what a slate, which has no noise, says of its take."""
        take = self.of(shot)
        return () if take == FIRST else (f"take {take}",)
