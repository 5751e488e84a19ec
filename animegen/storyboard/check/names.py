"""Names that must be known (characters) and names that must differ (shots)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from animegen.storyboard.check.findings import At
from animegen.storyboard.check.suggest import did_you_mean

if TYPE_CHECKING:
    from animegen.storyboard.check.findings import Findings
    from animegen.storyboard.model import Storyboard
    from animegen.storyboard.place import Where


def check_names(storyboard: Storyboard, findings: Findings) -> None:
    """Report unknown characters (SB305) and ids used twice (SB404)."""
    first: dict[str, int] = {}
    for index, shot in enumerate(storyboard.shots):
        where: Where = ("shots", index)
        if first.setdefault(shot.id, index) != index:
            findings.add(
                "SB404",
                f"two shots are called `{shot.id}`",
                At((*where, "id")),
                "an id names the shot's frames and seeds its noise; give each shot its own",
                related=((findings.span(At(("shots", first[shot.id], "id"))), "first used here"),),
            )
        for place, name in enumerate(shot.characters):
            if name not in storyboard.characters:
                findings.add(
                    "SB305",
                    f"there is no character `{name}`",
                    At((*where, "characters", place)),
                    did_you_mean(name, storyboard.characters, "characters"),
                )
