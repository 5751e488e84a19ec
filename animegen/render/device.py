"""Guesses the device to render on without importing torch. Unaware of models."""

from __future__ import annotations

import os
import platform
import warnings
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_NVIDIA = Path("/dev/nvidiactl")
_NVIDIA_CARDS = Path("/proc/driver/nvidia/gpus")
_WSL_NVIDIA = Path("/dev/dxg")


def guess_device() -> str:
    """Return `cuda`, `mps` or `cpu`: what torch would most probably find here.

    Planning needs the answer (the numerics enter the keys) and must not pay for importing torch.
    """
    if _torch_has_cuda() and _sees_nvidia():
        return "cuda"
    if platform.system() == "Darwin" and platform.machine() == "arm64":
        return "mps"
    return "cpu"


def is_here(device: str) -> bool:
    """Whether this machine has `device`; torch is imported where a guess is not enough."""
    kind, _, index = device.partition(":")
    if kind == "cpu" or (not index and kind == guess_device()):
        return True
    import torch

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of drivers that are missing: that is what was asked
        if kind == "mps":
            return torch.backends.mps.is_available()
        return int(index or 0) < torch.cuda.device_count()


def _torch_has_cuda() -> bool:
    # Wheels without CUDA say so in their local version, such as 2.9.0+cpu.
    try:
        return not metadata.version("torch").endswith("+cpu")
    except metadata.PackageNotFoundError:
        return False


def _sees_nvidia() -> bool:
    hidden = os.environ.get("CUDA_VISIBLE_DEVICES", "all") in ("", "-1")
    return not hidden and (_NVIDIA.exists() or _WSL_NVIDIA.exists())


def dtype_for(dtypes: Mapping[str, str], device: str) -> str:
    """Return the numerics for `device` (`cuda:1` counts as `cuda`), from a pack's `dtype` table.

    float32 where the pack says nothing: it is right everywhere, only slower.
    """
    return dtypes.get(device.partition(":")[0], "float32")


def describe(device: str, *, compiling: str = "regional", offload: str = "none") -> str:
    """Return what times on a device are comparable with: `cpu, 2 threads`, `cuda (NVIDIA H100)`.

    The flags count where they change how long models take; by default they go without saying.
    """
    if device.partition(":")[0] == "cpu":
        threads = _threads()
        return f"cpu, {threads} thread{'s' if threads != 1 else ''}"
    words = [_nvidia_name(device) if device.startswith("cuda") else device]
    words += [f"--compile {compiling}"] if compiling != "regional" else []
    words += [f"--offload {offload}"] if offload != "none" else []
    return ", ".join(words)


def _threads() -> int:
    """Return how many threads torch will use."""
    asked = os.environ.get("OMP_NUM_THREADS", "")
    if asked.isdecimal() and int(asked):
        return int(asked)
    able = getattr(os, "sched_getaffinity", None)
    return len(able(0)) if able else os.cpu_count() or 1


def _nvidia_name(device: str) -> str:
    """Return what the driver calls the card; cards of one machine are mostly alike."""
    index = int(device.partition(":")[2] or 0)
    try:
        cards = sorted(_NVIDIA_CARDS.glob("*/information"))
        text = cards[index].read_text(encoding="utf-8")
    except (OSError, IndexError):
        return device
    name = next((line for line in text.splitlines() if line.startswith("Model:")), "")
    return f"{device} ({name.removeprefix('Model:').strip()})" if name else device
