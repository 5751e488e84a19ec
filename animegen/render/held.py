"""Measures how much memory is held at most during some work. Imports nothing for it.

On a GPU that is what torch took of the device; on the CPU what the whole process held. Where
neither can be asked it is None.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_RESET = Path("/proc/self/clear_refs")
_STATUS = Path("/proc/self/status")
_HIGH_WATER = "VmHWM:"


@dataclass
class Held:
    """Filled in when the work is done."""

    bytes: int | None = None


@contextmanager
def held_at_most(device: str) -> Iterator[Held]:
    """Lend what will say how much the body held at most."""
    held = Held()
    on_gpu = device.startswith("cuda")
    if on_gpu and (cuda := _cuda()):
        cuda.reset_peak_memory_stats(device)
    elif not on_gpu:
        with suppress(OSError):
            _RESET.write_text("5", encoding="ascii")  # see "clear_refs" in proc(5)
    yield held
    if on_gpu:
        cuda = _cuda()  # the body may have been the first to import torch
        held.bytes = int(cuda.max_memory_reserved(device)) if cuda else None
    else:
        held.bytes = _high_water()


def _cuda() -> Any:
    torch = sys.modules.get("torch")
    return torch.cuda if torch is not None and torch.cuda.is_initialized() else None


def _high_water() -> int | None:
    with suppress(OSError, ValueError, IndexError):
        for line in _STATUS.read_text(encoding="ascii").splitlines():
            if line.startswith(_HIGH_WATER):
                return int(line.split()[1]) * 1024
    return None
