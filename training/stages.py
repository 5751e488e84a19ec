"""The stages of the training, in order. Unaware of what each does."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from training.checkpoint import State
    from training.feed import Feed
    from training.job import Job
    from training.recipe import Recipe
    from training.tokenizer import Words

STAGES: dict[str, str] = {
    "vae": "vae_stage",
    "sharpen": "sharpen_stage",
    "base": "base_stage",
    "motion": "motion_stage",
    "control": "control_stage",
    "detectors": "detector_stage",
    "judge": "judge_stage",
    "lcm": "lcm_stage",
    "lcm_motion": "lcm_motion_stage",
    "loras": "lora_stage",
    "camera": "camera_stage",
}
"""The module of each, by the stage's word. A stage uses what stands above it."""


class Stage(Protocol):
    """What a stage's module has."""

    def feeds(self, recipe: Recipe, words: Words, workers: int, first: int) -> dict[str, Feed]:
        """Make what draws its data; nothing here may touch the GPU."""

    def run(self, job: Job, feeds: dict[str, Feed]) -> State:
        """Train one slice."""

    def export(self, job: Job, folder: Path) -> None:
        """Write the checkpoint's part of the pack under `folder`."""


def stage(word: str) -> Stage:
    """Return the module of a stage."""
    found: Stage = importlib.import_module(f"training.{STAGES[word]}")  # type: ignore[assignment]
    return found
