"""A folder with the tiny models that later stages need, none of which can draw."""

from __future__ import annotations

import itertools
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import torch

from animegen.render.loras import dress
from animegen.steps.diffusion import Lora
from training import base, checkpoint, scenery, text, vae
from training.cli import main
from training.job import Job
from training.recipe import TINY
from training.slices import Slice

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from torch import nn


def unfinished(folder: Path) -> Path:
    """Write checkpoints of an autoencoder and a base with random weights; return the folder."""
    torch.manual_seed(0)
    words = scenery.words()
    state = checkpoint.State(step=1, progress=1.0, words=words.digest)
    first, second = text.build(TINY, words).modules
    base_parts = {"unet": base.build_unet(TINY), "text_encoder": first, "text_encoder_2": second}
    for stage, models in (("vae", {"vae": vae.build(TINY)}), ("base", base_parts)):
        weights = {name: lively(module).state_dict() for name, module in models.items()}
        checkpoint.write(folder, stage, weights, state)
    return folder


def lively(module: nn.Module) -> nn.Module:
    """Let what begins as nothing be something."""
    with torch.no_grad():
        for parameter in module.parameters():
            if parameter.ndim > 1 and not parameter.any():
                parameter.normal_(std=0.1)
    return module


def job_in(folder: Path) -> Job:
    """Return a job on the CPU that reads and writes in `folder`."""
    piece = Slice(before=0.0, share=1.0, started=0.0, seconds=3.0, clock=ticking())
    return Job(
        recipe=TINY,
        words=scenery.words(),
        folders=(folder,),
        slice=piece,
        device=torch.device("cpu"),
        compiled=False,
    )


def ticking() -> Callable[[], float]:
    """Return a clock that goes on by a twentieth of a second whenever it is read."""
    ticks = itertools.count()
    return lambda: next(ticks) / 20


def train(work: Path, stage: str, *more: str) -> None:
    """Train a stage for a few steps."""
    arguments = ["--stage", stage, "--work", str(work), "--tiny", "--workers", "1"]
    assert main([*arguments, "--minutes", "0.015", *more], clock=ticking()) == 0


@cache
def animated(folder: Path) -> Path:
    """Return a folder in `folder` in which the motion stage was trained; it is made once."""
    torch.set_num_threads(1)
    work = unfinished(folder / "animated")
    train(work, "motion")
    return work


def wear(unet: nn.Module, path: Path) -> None:
    """Let the renderer put a LoRA's file on a UNet; it refuses one of which anything is left."""
    bench: Any = SimpleNamespace(device="cpu", weights=lambda _: path)
    dress({"unet": unet}, [Lora(weights="worn", weight=1.0)], bench)
