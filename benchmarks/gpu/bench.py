"""The render room's bench for weights by name, a stopwatch for a GPU, and what was found so far."""

from __future__ import annotations

import json
import statistics
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(kw_only=True)
class Bench:
    """Lends the folders of `weights.write` by their paths instead of digests."""

    root: Path
    folder: Path
    device: str
    compile: str = "none"
    offload: str = "none"
    notes: list[str] = field(default_factory=list)

    def weights(self, digest: str) -> Path:
        """Return the component's place; a LoRA goes by its name."""
        place = self.root / digest
        return place if place.exists() else self.root / "loras" / f"{digest}.safetensors"

    def progress(self, done: int, total: int, unit: str) -> None:
        """Say nothing."""

    def note(self, message: str) -> None:
        """Keep what the renderer has to say."""
        self.notes.append(message)


@dataclass(frozen=True)
class Made:
    """What a step left in its folder, for the step after it."""

    folder: Path

    def path(self, name: str) -> Path:
        """Return one of its files."""
        return self.folder / name


@dataclass(kw_only=True)
class Findings:
    """Figures by name, printed and kept on disk as soon as they are known."""

    path: Path
    deadline: float
    """When no further part should begin, by time.monotonic."""
    rows: dict[str, Any] = field(default_factory=dict)

    def add(self, name: str, figure: object) -> None:
        """Keep one figure."""
        self.rows[name] = figure
        print(f"{name}: {figure}", flush=True)
        self.path.write_text(json.dumps(self.rows, indent=1) + "\n", encoding="utf-8")

    @property
    def late(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() > self.deadline


def finished(device: str) -> None:
    """Wait for the device."""
    if device.startswith("cuda"):
        torch.cuda.synchronize()


def seconds(work: Callable[[], object], device: str, *, rounds: int = 3, warm: int = 1) -> float:
    """Return the median time of `work`, the device's included."""
    for _ in range(warm):
        work()
    times = []
    for _ in range(rounds):
        finished(device)
        start = time.perf_counter()
        work()
        finished(device)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def peak(device: str) -> float:
    """Return the GB that were in use at most since the last call; 0 elsewhere than on CUDA."""
    if not device.startswith("cuda"):
        return 0.0
    most = torch.cuda.max_memory_allocated() / 1e9
    torch.cuda.reset_peak_memory_stats()
    return round(most, 2)


def floating_operations(work: Callable[[], object]) -> float:
    """Return what `work` computes, in TFLOP: products, convolutions and attention."""
    from torch.utils.flop_counter import FlopCounterMode

    with FlopCounterMode(display=False) as counter:
        work()
    return counter.get_total_flops() / 1e12
