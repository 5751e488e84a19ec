"""What every stage is given: where it writes, how long it may run, what it trains on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, cast

import torch

from training import checkpoint

if TYPE_CHECKING:
    from pathlib import Path

    from training.checkpoint import State
    from training.recipe import Recipe
    from training.slices import Slice
    from training.tokenizer import Words


_T = TypeVar("_T")


class DivergedError(Exception):
    """A loss is no longer a number."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """One slice of one stage.

    `folders` are searched for checkpoints, in order; the first is written to. `compiled` says
    whether to spend time on torch.compile, `more` whether to go on with a stage that is finished.
    """

    recipe: Recipe
    words: Words
    folders: tuple[Path, ...]
    slice: Slice
    device: torch.device
    compiled: bool
    more: bool = False

    @property
    def work(self) -> Path:
        """The folder that this slice writes to."""
        return self.folders[0]

    @property
    def mixed(self) -> torch.autocast:
        """The context of a training step: bf16 where the device is fast at it."""
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.fused)

    @property
    def fused(self) -> bool:
        """Whether the device is a GPU."""
        return self.device.type == "cuda"

    def faster(self, function: _T) -> _T:
        """Compile a module or function for the one shape it will see, if this job compiles."""
        return cast("_T", torch.compile(function, dynamic=False)) if self.compiled else function

    def read(self, stage: str) -> tuple[dict[str, dict[str, torch.Tensor]], State]:
        """Return the stage's checkpoint from the first folder that has one.

        Raises CheckpointError when none has, or it was trained with another vocabulary.
        """
        models, state = checkpoint.read(find(self.folders, stage), stage)
        if state.words != self.words.digest:
            raise checkpoint.CheckpointError(
                f"stage {stage} was trained with another vocabulary: train it anew"
            )
        return models, state


def find(folders: tuple[Path, ...], stage: str) -> Path:
    """Return the first of `folders` that holds a checkpoint of `stage`, else the first."""
    return next((f for f in folders if checkpoint.exists(f, stage)), folders[0])
