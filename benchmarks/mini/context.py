"""What every part of the benchmark shares: the pack, the judge, how much, and pictures drawn once.

Unaware of what is measured on them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from benchmarks.mini import prompts
from benchmarks.mini.stills import Asked
from training import scenes, sheet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from benchmarks.mini.effort import Effort
    from benchmarks.mini.judging import Panel
    from benchmarks.mini.prompts import Task
    from benchmarks.mini.studio import Studio
    from training.scenes.traits import Scene

    Picture = NDArray[np.uint8]


@dataclass(kw_only=True)
class Context:
    """The parts' common ground; sheets of pictures go to `out`."""

    studio: Studio
    panel: Panel
    effort: Effort
    out: Path
    half: Studio | None = None
    """A base that was trained half as long, for reference."""
    _drawn: dict[str, list[Picture]] = field(default_factory=dict)

    @cached_property
    def tasks(self) -> list[Task]:
        """The prompts, with what they want."""
        return prompts.tasks(self.effort.prompts)

    def answered(self, quality: str) -> list[Picture]:
        """Return what the pack draws for every task."""
        if quality not in self._drawn:
            asked = [Asked(prompt=task.prompt, seed=task.seed) for task in self.tasks]
            self._drawn[quality] = self.studio.stills(asked, quality)
            self.show(f"prompts-{quality}", self._drawn[quality][:64])
        return self._drawn[quality]

    def answered_by_half(self) -> list[Picture]:
        """Return what the half-trained base draws for every task, at `high`."""
        asked = [Asked(prompt=task.prompt, seed=task.seed) for task in self.tasks]
        return self.half.stills(asked, "high") if self.half else []

    def true(self, wanted: Sequence[Scene]) -> list[Picture]:
        """Return scenes as our program draws them."""
        size = (self.studio.size, self.studio.size)
        return [scenes.draw(scene, 0.0, size).rgb for scene in wanted]

    def show(self, name: str, pictures: Sequence[Picture], columns: int = 8) -> None:
        """Write a contact sheet."""
        sheet.write(self.out / f"{name}.png", pictures, columns=columns)
